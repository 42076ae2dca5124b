/// The most that one user adds to an aggregation in noise mode, before the rest is cut off. The catalogue's file
/// `bounds.tsv` has them; none follows from data.
public struct ContributionBounds: Hashable, Sendable {
  /// The rows of one user in one group.
  public var rows: Double
  /// The bounds of a single value, by the column's name in lower case. A column that is missing has none.
  public var values: [String: ClosedRange<Double>]
  /// The bounds of the sum of the column over all rows of one user in one group, likewise.
  public var parts: [String: ClosedRange<Double>]

  public init(rows: Double, values: [String: ClosedRange<Double>] = [:], parts: [String: ClosedRange<Double>] = [:]) {
    self.rows = rows
    self.values = values
    self.parts = parts
  }

  /// The rows of a user in a data set that an advertiser uploaded. It is the same for all of them, so that no upload
  /// can choose it.
  package static let uploaded = ContributionBounds(rows: 10)
}
