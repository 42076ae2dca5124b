import Catalog
import Privacy

/// Sketches of an aggregation's groups as DuckDB's SQL: an aggregation of users' parts by group and bucket.
struct SketchStatement: Sendable {
  private let side: StagedQuery.Side
  private let groups: String
  private let groupColumns: [String]

  init(of side: StagedQuery.Side, groups: StagedQuery.Table) {
    self.side = side
    self.groups = groups.name
    groupColumns = groups.rows.body.columns.map(\.name)
  }

  /// The parts as numbers or texts, then by group and bucket.
  func sql(key: Int64) -> String {
    let person = "u.\(SQLText.name(side.user))"
    let kinds = side.query.parts.map(\.kind)
    let values = zip(side.parts, side.query.parts).enumerated().map { index, pair in
      let column = "u.\(SQLText.name(pair.0))"
      // Nothing and zero are the same to a sum.
      return pair.1.type.isNumeric
        ? "coalesce(CAST(\(column) AS DOUBLE), 0) AS v\(index)" : "CAST(\(column) AS VARCHAR) AS v\(index)"
    }
    let figures = kinds.enumerated().map { index, kind in
      let isNumber = side.query.parts[index].type.isNumeric
      let isNothing = isNumber ? "v\(index) = 0" : "v\(index) IS NULL"
      let value = isNumber && !kind.isExact ? Self.rounded("v\(index)") : "v\(index)"
      // Twice, since the engine combines the hashes of several values in a way that a sum could undo.
      let check = "CASE WHEN \(isNothing) THEN 0::UBIGINT ELSE hash(hash(person, \(key)::BIGINT, \(value))) END"
      return "(bit_xor(\(check)) >> 1)::BIGINT, " + (kind.isAdditive ? "sum(v\(index))::DOUBLE" : "0::DOUBLE")
    }
    let isGroup = zip(side.keys, groupColumns).map { key, column in
      "u.\(SQLText.name(key)) IS NOT DISTINCT FROM g.\(SQLText.name(column))"
    }
    let join =
      isGroup.isEmpty
      ? "CROSS JOIN \(SQLText.name(groups)) g"
      : "JOIN \(SQLText.name(groups)) g ON \(isGroup.joined(separator: " AND "))"
    let bucket = "CASE WHEN \(person) IS NULL THEN -1 ELSE (hash(\(person), \(key)::BIGINT) >> 56)::BIGINT END"
    return """
      SELECT number, bucket, \(figures.joined(separator: ", ")) FROM (
        SELECT g.number AS number, \(person) AS person, \(bucket) AS bucket, \(values.joined(separator: ", "))
        FROM \(SQLText.name(side.table.name)) u \(join)) GROUP BY number, bucket ORDER BY number, bucket
      """
  }

  /// A number with 30 binary digits, so that sums of the same numbers in another order are the same (Veltkamp 1968).
  /// Whole numbers stay as they are: their sums do not hang on the order.
  private static func rounded(_ value: String) -> String {
    let scaled = "\(value) * 8388609.0"
    return "CASE WHEN \(value) = trunc(\(value)) THEN \(value) ELSE \(scaled) - (\(scaled) - \(value)) END"
  }
}
