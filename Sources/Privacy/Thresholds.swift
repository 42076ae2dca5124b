import Catalog

/// How many users must stand behind what is shown. The operator may set stricter numbers than these defaults.
///
/// Source of the standard counts: AMC's guide "Data aggregation thresholds".
public struct Thresholds: Hashable, Sendable {
  /// Users that a row needs when its highest class is LOW, MEDIUM or HIGH.
  public var low = 2
  public var medium = 100
  public var high = 100
  /// Users with a part in each measure of the row, for the same classes.
  public var effectiveLow = 2
  public var effectiveMedium = 10
  public var effectiveHigh = 10
  /// How often the largest part of one user must fit into each additive measure, whatever its class.
  public var equivalent = 2

  public init() {}

  /// Users that a row of this class needs.
  func standard(_ threshold: AggregationThreshold) -> Int {
    switch threshold {
    case .none: 1
    case .low: low
    case .medium: medium
    // A key that is never shown still splits rows as finely as a HIGH one.
    case .high, .veryHigh, .internal: high
    }
  }

  /// Users that a row of this class needs in any case: never one alone.
  func users(_ threshold: AggregationThreshold) -> Int { max(standard(threshold), equivalent) }

  /// Users that each measure of a row of this class needs.
  func effective(_ threshold: AggregationThreshold) -> Int {
    switch threshold {
    case .none: 1
    case .low: effectiveLow
    case .medium: effectiveMedium
    case .high, .veryHigh, .internal: effectiveHigh
    }
  }
}
