/// The settings of a workflow for rows that fail the thresholds, and the columns that it wants about them.
///
/// Source: AMC's guide "Create a workflow", section on aggregation threshold columns.
public struct AggregationControls: Hashable, Sendable, Codable {
  /// The treatment of a row that fails.
  public enum Filtering: String, Hashable, Sendable, Codable, CaseIterable {
    /// The row is dropped.
    case removeRows = "REMOVE_ROWS"
    /// The values that need more users become NULL, and rows that are then alike are summed up.
    case removeValues = "REMOVE_VALUES"
  }

  /// Whether rows of single users may be shown. Only for signals that are synthetic: whoever sets it has checked that.
  public var areDisabled = false
  public var filtering = Filtering.removeRows
  /// The name of a BOOLEAN column that says whether values of the row were removed; it implies `removeValues`.
  public var filteredMetricsDiscriminatorColumn: String?
  /// The name of a column with the number of users that the thresholds were compared with, capped.
  public var distinctUserCountColumn: String?
  /// The name of a column that says why values of the row were removed.
  public var filteredReasonColumn: String?

  public init() {}

  var removesValues: Bool { filtering == .removeValues || filteredMetricsDiscriminatorColumn != nil }
}
