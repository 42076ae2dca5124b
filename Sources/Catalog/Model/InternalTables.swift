/// Tables that the clean room reads for itself; no query can name them.
public enum InternalTables {
  /// Users who must not be targeted: one row for each user who opted out or is excluded as a possible child.
  public static let userPreferences = DataSource(
    name: "user_preferences", baseName: "user_preferences", grain: .userFact,
    columns: [
      Column(name: "user_id", type: .userKey, kind: .dimension, threshold: .veryHigh),
      Column(name: "opted_out", type: .boolean, kind: .dimension, threshold: .veryHigh),
      Column(name: "excluded", type: .boolean, kind: .dimension, threshold: .veryHigh),
    ], eventTimeColumn: nil, userColumn: "user_id")

  /// Products that no audience may be based on.
  public static let sensitiveASINs = DataSource(
    name: "sensitive_asins", baseName: "sensitive_asins", grain: .reference,
    columns: [Column(name: "asin", type: .string, kind: .dimension, threshold: .internal)],
    eventTimeColumn: nil, userColumn: nil)

  public static let all = [userPreferences, sensitiveASINs]
}
