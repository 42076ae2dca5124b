import BigInt
public import Foundation

/// The choice of a cell of a grid in which a percentile lies, by the exponential mechanism.
///
/// Each user has at most one value in the grid. A cell with l values before it, c in it and r after it misses the
/// percentile p by max(0, (1-p) l - p (c + r), p r - (1-p) (l + c)) values; it is chosen with a probability in
/// proportion to exp(-ε miss / (2 Δ)), where Δ = max(p, 1-p) is the most by which one value changes a miss. The proof
/// is in `docs/differential-privacy/percentiles.md`.
public struct PercentileChoice: Sendable {
  /// Percentiles count in steps of one millionth.
  private static let steps = 1_000_000

  private let percentileSteps: Int
  private let scale: ExponentialScale

  /// - Parameter fraction: The percentile from 0 to 1, rounded to six decimals: 0.5 is the median.
  public init?(fraction: Double, scale: ExponentialScale) {
    guard fraction >= 0, fraction <= 1 else { return nil }
    percentileSteps = Int((fraction * Double(Self.steps)).rounded())
    self.scale = scale
  }

  /// The index of a cell for a place: always the same for the same seed, place and counts. nil where there are no cells
  /// or a count is negative.
  public func sample(_ key: RandomKey, place: some DataProtocol, counts: [Int64]) -> Int? {
    var digits = KeyedDigits(key, place: place)
    return sample(&digits, counts: counts)
  }

  /// The index of a cell from random digits: a cell, each equally likely, is taken with the probability
  /// exp(-ε (miss - least miss) / (2 Δ)), again and again until one is taken.
  public func sample(_ digits: inout some RandomDigits, counts: [Int64]) -> Int? {
    guard !counts.isEmpty, counts.allSatisfy({ $0 >= 0 }) else { return nil }
    let misses = misses(of: counts)
    guard let least = misses.min() else { return nil }
    let sensitivity = max(percentileSteps, Self.steps - percentileSteps)
    let denominator = UInt128(2 * sensitivity) << 40
    while true {
      let index = digits.number(below: counts.count)
      let (numerator, isLong) = UInt128(scale.ticks).multipliedReportingOverflow(by: UInt128(misses[index] - least))
      let isTaken =
        isLong
        ? digits.bernoulliExponential(
          BigUInt(scale.ticks) * BigUInt(misses[index] - least), over: BigUInt(denominator))
        : digits.bernoulliExponential(numerator, over: denominator)
      if isTaken { return index }
    }
  }

  /// By how many values each cell misses the percentile, in millionths.
  func misses(of counts: [Int64]) -> [Int128] {
    let (below, above) = (Int128(percentileSteps), Int128(Self.steps - percentileSteps))
    let total = counts.reduce(Int128(0)) { $0 + Int128($1) }
    var before: Int128 = 0
    return counts.map { count in
      let upTo = before + Int128(count)
      defer { before = upTo }
      return max(0, above * before - below * (total - before), below * (total - upTo) - above * upTo)
    }
  }
}
