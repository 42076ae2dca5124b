import Dialects
import ObjectStorage

/// The table of features: a row for each user of whom any feature query told something.
///
/// It is made once, in one file; whatever looks at the features reads that.
struct FeatureTable: Sendable {
  /// A column of the table.
  struct Feature: Sendable, Hashable {
    /// The feature in words for people: `family: category`, or the measure's name.
    var label: String
    /// How the file names it: f0, f1 …
    var column: String
  }

  /// Where a feature's value comes from, among the rows of all inputs put together.
  private struct Source {
    var label: String
    /// An aggregate over the rows of a user; a DOUBLE.
    var expression: String
  }

  let session: TrustedSession
  let search: LookalikeSearch

  /// Writes the table: `user_id`, `is_seed`, and the features as FLOAT. Returns the features.
  ///
  /// FLOAT is precise enough for a model, half as large, and forgets the last digits, in which sums differ that were
  /// added in another order.
  func write(to file: EngineLocation) async throws -> [Feature] {
    var selects: [String] = []
    var sources: [Source] = []
    for (index, input) in search.inputs.enumerated() {
      guard case .measures(let measures) = input.query.shape else { continue }
      let columns = measures.map { measure in
        "CAST(\(SQLText.name(measure.name)) AS DOUBLE) AS \(Self.column(measure, of: index))"
      }
      selects.append("SELECT user_id, \(columns.joined(separator: ", ")) FROM \(Self.rows(of: [input.file]))")
      sources += measures.map { measure in
        Source(label: measure.name, expression: Self.value(Self.column(measure, of: index), measure.transform))
      }
    }
    try await session.execute("CREATE TABLE chosen (family VARCHAR, category VARCHAR, feature_index INTEGER)")
    for family in families {
      let (names, first) = (try await categories(of: family), sources.count)
      guard !names.isEmpty else { continue }
      let rows = names.enumerated().map { offset, name in
        "(\(SQLText.string(family.name)), \(SQLText.string(name)), \(first + offset))"
      }
      try await session.execute("INSERT INTO chosen VALUES \(rows.joined(separator: ", "))")
      selects.append(
        """
        SELECT user_id, \(SQLText.string(family.name)) AS family, feature_index, CAST(amount AS DOUBLE) AS amount
        FROM \(Self.rows(of: family.files)) amounts
        LEFT JOIN chosen ON chosen.family = \(SQLText.string(family.name)) AND chosen.category = CAST(amounts.category AS VARCHAR)
        """)
      sources += names.enumerated().map { offset, name in
        Source(
          label: "\(family.name): \(name)",
          expression: Self.value(
            "amount", family.transform, of: family.name, where: "feature_index = \(first + offset)"))
      }
    }
    let features = sources.enumerated().map { Feature(label: $1.label, column: "f\($0)") }
    guard !features.isEmpty else { return [] }
    let columns = zip(features, sources).map { "CAST(\($1.expression) AS FLOAT) AS \($0.column)" }
    try await session.execute(
      """
      COPY (
        SELECT known.user_id, seed.user_id IS NOT NULL AS is_seed, known.* EXCLUDE (user_id)
        FROM (
          SELECT user_id, \(columns.joined(separator: ", "))
          FROM (\(selects.joined(separator: " UNION ALL BY NAME "))) told GROUP BY user_id) known
        LEFT JOIN \(Self.rows(of: [search.seed])) seed ON seed.user_id = known.user_id)
      TO \(SQLText.string(file.path)) (\(ParquetOptions.features))
      """)
    return features
  }

  // MARK: Categories

  private struct Family {
    var name: String
    var files: [EngineLocation]
    var limit: Int
    var transform: FeatureQuery.Transform
  }

  /// The families, in the order of their first queries.
  private var families: [Family] {
    var families: [Family] = []
    for input in search.inputs {
      guard case .categories(let name, let limit, let transform) = input.query.shape else { continue }
      if let index = families.firstIndex(where: { $0.name == name }) {
        families[index].files.append(input.file)
      } else {
        families.append(Family(name: name, files: [input.file], limit: limit, transform: transform))
      }
    }
    return families
  }

  /// The categories that most users have, by all users and not by the seed's.
  private func categories(of family: Family) async throws(EngineError) -> [String] {
    try await session.rows(
      """
      SELECT CAST(category AS VARCHAR) AS category FROM \(Self.rows(of: family.files))
      WHERE category IS NOT NULL GROUP BY 1 ORDER BY count(DISTINCT user_id) DESC, 1 LIMIT \(family.limit)
      """
    ).compactMap { $0.first?.text }
  }

  // MARK: SQL

  static func rows(of files: [EngineLocation]) -> String {
    "read_parquet(\(SQLText.list(files.map(\.path))), hive_partitioning = false)"
  }

  private static func column(_ measure: FeatureQuery.Measure, of index: Int) -> String {
    SQLText.name("\(measure.name)_\(index)")
  }

  /// The feature of a user's rows. It is 0 for whom there are none.
  private static func value(
    _ column: String, _ transform: FeatureQuery.Transform, of family: String = "", where condition: String? = nil
  ) -> String {
    let filter = condition.map { " FILTER (WHERE \($0))" } ?? ""
    return switch transform {
    case .amount: "ln(1 + greatest(coalesce(sum(\(column))\(filter), 0), 0))"
    case .recency:
      "CASE WHEN count(\(column))\(filter) > 0 "
        + "THEN 1 / (1 + greatest(min(\(column))\(filter), 0) / 86400.0) ELSE 0 END"
    case .share:
      "coalesce(sum(\(column))\(filter) "
        + "/ nullif(sum(\(column)) FILTER (WHERE family = \(SQLText.string(family))), 0), 0)"
    case .presence: "CASE WHEN count(\(column))\(filter) > 0 THEN 1 ELSE 0 END"
    }
  }
}
