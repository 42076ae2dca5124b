import Foundation

/// The numbers between two bounds, either of which may be infinite.
///
/// Intervals only choose where parts are cut off. Cutting is what the guarantee rests on, so that an interval that is
/// too narrow, or rounded, costs accuracy and nothing else.
struct Interval: Hashable, Sendable {
  var low: Double
  var high: Double

  static let everything = Interval(-.infinity, .infinity)
  static let zero = Interval(0, 0)
  static let unit = Interval(0, 1)
  static let notNegative = Interval(0, .infinity)

  init(_ low: Double, _ high: Double) {
    self.low = low.isNaN ? -.infinity : low
    self.high = high.isNaN ? .infinity : high
  }

  init(_ range: ClosedRange<Double>) { self.init(range.lowerBound, range.upperBound) }

  init(_ value: Double) { self.init(value, value) }

  var isBounded: Bool { low.isFinite && high.isFinite }

  /// The largest size of a number in it.
  var magnitude: Double { max(abs(low), abs(high)) }

  /// The numbers of both, and those between.
  func hull(_ other: Interval) -> Interval { Interval(min(low, other.low), max(high, other.high)) }

  /// The hull of all of them; nil for none.
  static func hull(of all: [Interval]) -> Interval? {
    all.first.map { first in all.dropFirst().reduce(first) { $0.hull($1) } }
  }

  /// The numbers and zero, and those between.
  var withZero: Interval { hull(.zero) }

  /// The numbers that are in both. Where there is none, those of the narrower one.
  func intersection(_ other: Interval) -> Interval {
    let (low, high) = (max(low, other.low), min(high, other.high))
    guard low <= high else { return self.high - self.low <= other.high - other.low ? self : other }
    return Interval(low, high)
  }

  static func + (left: Interval, right: Interval) -> Interval {
    Interval(left.low + right.low, left.high + right.high)
  }

  static func - (left: Interval, right: Interval) -> Interval { left + (-right) }

  static prefix func - (operand: Interval) -> Interval { Interval(-operand.high, -operand.low) }

  static func * (left: Interval, right: Interval) -> Interval {
    let products = [
      product(left.low, right.low), product(left.low, right.high), product(left.high, right.low),
      product(left.high, right.high),
    ]
    return Interval(products.min() ?? -.infinity, products.max() ?? .infinity)
  }

  /// Zero times a bound that is infinite is zero: the numbers themselves are finite.
  private static func product(_ left: Double, _ right: Double) -> Double {
    left == 0 || right == 0 ? 0 : left * right
  }

  /// Dividing by zero gives NULL, so that only a divisor near zero has no bounds.
  static func / (left: Interval, right: Interval) -> Interval {
    guard right.low > 0 || right.high < 0 else { return .everything }
    return left * Interval(1 / right.high, 1 / right.low)
  }

  /// The sizes of the numbers.
  var sizes: Interval {
    if low >= 0 { return self }
    return high <= 0 ? -self : Interval(0, magnitude)
  }

  /// The results of a function that never falls.
  func mapped(_ function: (Double) -> Double) -> Interval { Interval(function(low), function(high)) }

  /// The numbers after rounding to so many digits in any direction.
  func rounded(digits: Int) -> Interval {
    let step = pow(10, -Double(digits))
    return Interval(low - step, high + step)
  }
}
