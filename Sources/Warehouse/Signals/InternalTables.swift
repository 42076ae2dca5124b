public import Catalog

/// Tables beside the catalogue that rules read and queries cannot name.
public enum InternalTables {
  /// One row a user with a preference: `opted_out` of targeting, or `excluded` as a possible child.
  public static let userPreferences = DataSource(
    name: "user_preferences", baseName: "user_preferences", grain: .userFact,
    columns: [
      Column(name: "user_id", type: .userKey, kind: .dimension, threshold: .internal),
      Column(name: "opted_out", type: .boolean, kind: .dimension, threshold: .internal),
      Column(name: "excluded", type: .boolean, kind: .dimension, threshold: .internal),
    ],
    eventTimeColumn: nil, userColumn: "user_id")

  /// The ASINs that audiences may not be built on.
  public static let sensitiveASINs = DataSource(
    name: "sensitive_asins", baseName: "sensitive_asins", grain: .reference,
    columns: [Column(name: "asin", type: .string, kind: .dimension, threshold: .internal)],
    eventTimeColumn: nil, userColumn: nil)

  /// All of them.
  public static let all = [userPreferences, sensitiveASINs]
}
