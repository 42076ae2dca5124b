import Foundation

/// The most that one user adds to a figure, in whole units of a power of two.
struct PartRange: Hashable, Sendable {
  /// Not above 0.
  let low: Int64
  /// Not below 0.
  let high: Int64
  /// A unit is 2 to the power of this.
  let exponent: Int

  /// How fine a part is measured: its bound has at least so many units, and at most twice as many.
  static let unitsLog2 = 20

  var unit: Double { exp2(Double(exponent)) }
  /// The largest size of a part in units.
  var magnitude: Int64 { max(-low, high) }
  var bounds: ClosedRange<Double> { Double(low) * unit...Double(high) * unit }

  /// A number of rows, values or users.
  static func count(upTo most: Double) -> PartRange {
    PartRange(low: 0, high: Int64(min(max(most, 1).rounded(.up), 0x1p40)), exponent: 0)
  }

  /// - Parameters:
  ///   - interval: The bounds of a user's part.
  ///   - isWhole: Whether parts are whole numbers, so that a unit is at least 1.
  /// - Returns: nil where a bound is infinite, or too large for a number.
  static func parts(in interval: Interval, isWhole: Bool) -> PartRange? {
    let own = interval.withZero
    guard own.isBounded, own.magnitude < 0x1p1000 else { return nil }
    let exact = own.magnitude == 0 ? 0 : Int(log2(own.magnitude).rounded(.down)) - unitsLog2
    let exponent = isWhole ? max(exact, 0) : max(exact, -1000)
    let unit = exp2(Double(exponent))
    return PartRange(
      low: Int64((own.low / unit).rounded(.down)), high: Int64((own.high / unit).rounded(.up)), exponent: exponent)
  }

  private init(low: Int64, high: Int64, exponent: Int) {
    (self.low, self.high, self.exponent) = (low, high, exponent)
  }
}
