import Catalog
import Privacy

/// Sketches of an aggregation's groups as DuckDB's SQL: an aggregation of users' parts by group and bucket.
struct SketchStatement: Sendable {
  private let side: StagedQuery.Side
  private let groups: String

  init(of side: StagedQuery.Side, groups: StagedQuery.Table) {
    self.side = side
    self.groups = groups.name
  }

  /// By group key and bucket, and then with the numbers of the groups. Parts of the same column are computed once.
  func sql(key: Int64) -> String {
    let person = SQLText.name(side.user)
    let bucket = "CASE WHEN \(person) IS NULL THEN -1 ELSE (hash(\(person), \(key)::BIGINT) >> 56)::BIGINT END"
    let keys = side.keys.enumerated().map { "\(SQLText.name($0.element)) AS k\($0.offset)" }
    var columns: [String] = []
    for part in side.parts where !columns.contains(part) { columns.append(part) }
    let parts = columns.enumerated().flatMap { number, column -> [String] in
      let type = side.query.parts[side.parts.firstIndex(of: column) ?? 0]
      return Self.figures(SQLText.name(column), type, person, key).enumerated().map {
        "\($0.element) AS f\(number)_\($0.offset)"
      }
    }
    let grouping = side.keys.indices.map { "k\($0), " }.joined() + "bucket"
    let isGroup = side.groupKeys.enumerated().map { "s.k\($0.offset) IS NOT DISTINCT FROM g.\(SQLText.name($0.element))" }
    let join = isGroup.isEmpty ? "CROSS JOIN" : "JOIN"
    let condition = isGroup.isEmpty ? "" : " ON \(isGroup.joined(separator: " AND "))"
    let results = side.parts.map { part in
      let number = columns.firstIndex(of: part) ?? 0
      return "f\(number)_0, f\(number)_1"
    }
    return """
      SELECT g.number, s.bucket, \(results.joined(separator: ", ")) FROM (
        SELECT \((keys + ["\(bucket) AS bucket"] + parts).joined(separator: ", "))
        FROM \(SQLText.name(side.table.name)) GROUP BY \(grouping)) s
      \(join) \(SQLText.name(groups)) g\(condition) ORDER BY g.number, s.bucket
      """
  }

  /// The check of users' parts and their sum. Nothing and zero are the same to a sum.
  private static func figures(
    _ column: String, _ part: DisclosureQuery.Part, _ person: String, _ key: Int64
  ) -> [String] {
    let kind = part.kind
    let text = "CAST(\(column) AS VARCHAR)"
    let number = "CAST(\(column) AS DOUBLE)"
    let value = part.type.isNumeric ? (kind.isExact ? number : rounded(number)) : text
    let isSomething = part.type.isNumeric ? "\(column) <> 0" : "\(column) IS NOT NULL"
    // Twice, since the engine combines the hashes of several values in a way that a sum could undo.
    let check = "CASE WHEN \(isSomething) THEN hash(hash(\(person), \(key)::BIGINT, \(value))) ELSE 0::UBIGINT END"
    return [
      "(bit_xor(\(check)) >> 1)::BIGINT",
      kind.isAdditive ? "coalesce(sum(\(number)), 0)::DOUBLE" : "0::DOUBLE",
    ]
  }

  /// A number with 30 binary digits, so that sums of the same numbers in another order are the same (Veltkamp 1968).
  /// Whole numbers stay as they are: their sums do not hang on the order.
  private static func rounded(_ value: String) -> String {
    let scaled = "\(value) * 8388609.0"
    return "CASE WHEN \(value) = trunc(\(value)) THEN \(value) ELSE \(scaled) - (\(scaled) - \(value)) END"
  }
}
