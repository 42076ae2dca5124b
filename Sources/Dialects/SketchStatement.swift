import AMCSQL
import Catalog
import Privacy

/// An aggregation by group and bucket of users as DuckDB's SQL, with the checks and sums that sketches are made of.
struct SketchStatement {
  /// The macro that gives the secret of sketches.
  static let keyMacro = "sketch_key"

  private let side: StagedQuery.Side
  private let groups: String
  /// The columns of different parts: some figures have the same.
  private let columns: [ColumnID]

  init(of side: StagedQuery.Side, groups: StagedQuery.Table) {
    self.side = side
    self.groups = groups.name
    var columns: [ColumnID] = []
    for part in side.parts where !columns.contains(part) { columns.append(part) }
    self.columns = columns
  }

  /// The rows of the table.
  func rows(sourcePrefix: String) throws(QueryRefusal) -> EmittedQuery {
    guard case .aggregate(let aggregate) = side.rows.body else {
      throw QueryRefusal([Diagnostic(.unsupported, "No aggregation.", at: SourceSpan(.start, .start))])
    }
    do throws(Diagnostic) {
      var emitter = Emitter(dialect: .duckDB, sourcePrefix: sourcePrefix)
      let prefix = try emitter.with(side.rows)
      var items: [String] = []
      for key in aggregate.keys {
        items.append("\(try emitter.expression(key.expression)) AS \(StagedQuery.name(key.column.id))")
      }
      let person = Emitter.name(side.user)
      items.append(
        "CASE WHEN \(person) IS NULL THEN -1 ELSE (hash(\(person), \(Self.keyMacro)()) >> 56)::BIGINT END AS bucket")
      for call in aggregate.calls {
        let value = try emitter.aggregateCall(
          call.function, call.arguments, isDistinct: call.isDistinct, filter: call.filter, over: nil,
          type: call.column.type, at: call.span)
        items.append("\(value) AS \(StagedQuery.name(call.column.id))")
      }
      for (number, column) in columns.enumerated() {
        let part = side.query.parts[side.parts.firstIndex(of: column) ?? 0]
        let (check, amount) = Self.figure(Emitter.name(column), part, person)
        items += ["\(check) AS check_\(number)", "\(amount) AS amount_\(number)"]
      }
      let grouping = (1...aggregate.keys.count + 1).map(String.init).joined(separator: ", ")
      let source = try emitter.table(aggregate.input)
      return EmittedQuery(
        sql: "\(prefix)SELECT \(items.joined(separator: ", ")) FROM \(source) GROUP BY \(grouping)",
        sources: emitter.sources, columns: [])
    } catch {
      throw QueryRefusal([error])
    }
  }

  /// See `EmittedReport.Side`.
  var sketches: String {
    let isGroup = zip(side.keys, side.groupKeys).map { key, group in
      "s.\(SQLText.name(key)) IS NOT DISTINCT FROM g.\(SQLText.name(group))"
    }
    let figures = side.parts.map { part in
      let number = columns.firstIndex(of: part) ?? 0
      return "s.check_\(number), s.amount_\(number)"
    }
    let join = isGroup.isEmpty ? "CROSS JOIN" : "JOIN"
    let condition = isGroup.isEmpty ? "" : " ON \(isGroup.joined(separator: " AND "))"
    return """
      SELECT g.number, s.bucket, \(figures.joined(separator: ", ")) FROM \(SQLText.name(side.name)) s \
      \(join) \(SQLText.name(groups)) g\(condition) ORDER BY g.number, s.bucket
      """
  }

  /// The check of users' parts and their sum. Nothing and zero are the same to a sum.
  private static func figure(
    _ column: String, _ part: DisclosureQuery.Part, _ person: String
  ) -> (check: String, amount: String) {
    let kind = part.kind
    let number = "CAST(\(column) AS DOUBLE)"
    let value =
      part.type.isNumeric ? (kind.isExact ? number : rounded(number)) : "CAST(\(column) AS VARCHAR)"
    let isSomething = part.type.isNumeric ? "\(column) <> 0" : "\(column) IS NOT NULL"
    // Twice, since the engine combines the hashes of several values in a way that a sum could undo.
    let hash = "hash(hash(\(person), \(keyMacro)(), \(value)))"
    return (
      "(bit_xor(CASE WHEN \(isSomething) THEN \(hash) ELSE 0::UBIGINT END) >> 1)::BIGINT",
      kind.isAdditive ? "coalesce(sum(\(number)), 0)::DOUBLE" : "0::DOUBLE"
    )
  }

  /// A number with 30 binary digits, so that sums of the same numbers in another order are the same (Veltkamp 1968).
  /// Whole numbers stay as they are: their sums do not hang on the order.
  private static func rounded(_ value: String) -> String {
    let scaled = "\(value) * 8388609.0"
    return "CASE WHEN \(value) = trunc(\(value)) THEN \(value) ELSE \(scaled) - (\(scaled) - \(value)) END"
  }
}
