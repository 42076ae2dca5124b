import AMCSQL
import Catalog
import struct Foundation.Date

extension Emitter {
  /// The relation as something that FROM can read.
  mutating func table(_ relation: Relation) throws(Diagnostic) -> String {
    if case .join(let join) = relation { return try joined(join) }
    return "(\(try select(relation))) AS \(newTable())"
  }

  /// The relation as a SELECT whose columns have their own names.
  mutating func select(_ relation: Relation) throws(Diagnostic) -> String {
    switch relation {
    case .scan(let scan): return self.scan(scan)
    case .values(let values): return try self.values(values)
    case .project(let project):
      return "SELECT \(try items(project.items)) \(try from(project.input))"
    case .filter, .join:
      return "SELECT \(Self.names(relation.columns)) \(try from(relation))"
    case .aggregate(let aggregate): return try self.aggregate(aggregate)
    case .window(let window): return try self.window(window)
    case .union(let union): return try self.union(union)
    case .explode(let explode):
      let own = Self.names(explode.input.columns)
      let element = "\(dialect.explode(try expression(explode.array))) AS \(Self.name(explode.column.id))"
      return "SELECT \(own.isEmpty ? element : "\(own), \(element)") \(try from(explode.input))"
    case .cte(let reference): return common(reference)
    }
  }

  /// `FROM … WHERE …` with filters that stand directly over the table folded in.
  private mutating func from(_ relation: Relation) throws(Diagnostic) -> String {
    var conditions: [String] = []
    var inner = relation
    while case .filter(let filter) = inner {
      conditions.append(try expression(filter.condition))
      inner = filter.input
    }
    let clause = "FROM \(try table(inner))"
    guard !conditions.isEmpty else { return clause }
    return "\(clause) WHERE \(conditions.reversed().map { "(\($0))" }.joined(separator: " AND "))"
  }

  static func names(_ columns: [RelationColumn]) -> String {
    columns.map { name($0.id) }.joined(separator: ", ")
  }

  private mutating func items(_ items: [Relation.Project.Item]) throws(Diagnostic) -> String {
    var texts: [String] = []
    for item in items {
      let text = try expression(item.expression)
      let name = Self.name(item.column.id)
      texts.append(text == name ? name : "\(text) AS \(name)")
    }
    return texts.isEmpty ? "1 AS one" : texts.joined(separator: ", ")
  }

  // MARK: Leaves

  private mutating func scan(_ scan: Relation.Scan) -> String {
    let source = dialect.quotedName(addSource(scan))
    var items = scan.columns.map { "\(dialect.quotedName($0.name)) AS \(Self.name($0.id))" }
    if items.isEmpty { items = ["1 AS one"] }
    let text = "SELECT \(items.joined(separator: ", ")) FROM \(source)"
    var conditions: [String] = []
    if let window = scan.window, let time = scan.source.eventTimeColumn {
      let column = dialect.quotedName(time)
      conditions.append("\(column) >= \(Self.time(window.start)) AND \(column) < \(Self.time(window.end))")
    }
    if let filter = scan.rowFilter { conditions.append(condition(filter, of: scan.source)) }
    return conditions.isEmpty ? text : "\(text) WHERE \(conditions.joined(separator: " AND "))"
  }

  /// True for the rows that the filter leaves.
  private func condition(_ filter: RowFilter, of source: DataSource) -> String {
    let alternatives = filter.alternatives.compactMap { alternative -> String? in
      guard let column = source.column(named: alternative.column) else { return nil }
      // A number is compared as one, so that whole files can be left out; no row has a number that is none.
      let values =
        column.type == .string
        ? alternative.values.map(SQLLiteral.string) : alternative.values.compactMap(Int64.init).map(String.init)
      return values.isEmpty ? nil : "\(dialect.quotedName(column.name)) IN (\(values.joined(separator: ", ")))"
    }
    return alternatives.isEmpty ? "false" : "(\(alternatives.joined(separator: " OR ")))"
  }

  private static func time(_ date: Date) -> String {
    let microseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) * 1000
    return "TIMESTAMP \(SQLLiteral.string(SQLLiteral.timestamp(microseconds)))"
  }

  private mutating func values(_ values: Relation.Values) throws(Diagnostic) -> String {
    var rows: [String] = []
    for row in values.rows {
      var texts: [String] = []
      for (value, column) in zip(row, values.columns) {
        texts.append("CAST(\(try expression(value)) AS \(dialect.typeName(column.type)))")
      }
      rows.append("(\(texts.joined(separator: ", ")))")
    }
    let names = Self.names(values.columns)
    return "SELECT \(names) FROM (VALUES \(rows.joined(separator: ", "))) AS \(newTable())(\(names))"
  }

  private func common(_ reference: Relation.CTEReference) -> String {
    let items = zip(reference.columns, reference.originals).map { "\(Self.name($1)) AS \(Self.name($0.id))" }
    return "SELECT \(items.isEmpty ? "1 AS one" : items.joined(separator: ", ")) FROM \(Self.name(reference.id))"
  }

  // MARK: Joins and unions

  private mutating func joined(_ join: Relation.JoinRelation) throws(Diagnostic) -> String {
    let left = try table(join.left)
    var right = try table(join.right)
    if case .join = join.right { right = "(\(right))" }
    let text = "\(left) \(join.kind.rawValue) \(right)"
    guard let condition = join.condition else { return text }
    return "\(text) ON \(try expression(condition))"
  }

  private mutating func union(_ union: Relation.Union) throws(Diagnostic) -> String {
    var branches: [String] = []
    for input in union.inputs { branches.append("(\(try select(input)))") }
    let names = Self.names(union.columns)
    let all = branches.joined(separator: union.isAll ? " UNION ALL " : " UNION ")
    return "SELECT \(names) FROM (\(all)) AS \(newTable())(\(names))"
  }

  // MARK: Aggregation and windows

  private mutating func aggregate(_ aggregate: Relation.Aggregate) throws(Diagnostic) -> String {
    var texts: [String] = []
    for key in aggregate.keys { texts.append("\(try expression(key.expression)) AS \(Self.name(key.column.id))") }
    for call in aggregate.calls {
      let value = try aggregateCall(
        call.function, call.arguments, isDistinct: call.isDistinct, filter: call.filter, over: nil,
        type: call.column.type, at: call.span)
      texts.append("\(value) AS \(Self.name(call.column.id))")
    }
    if texts.isEmpty { texts = ["count(*) AS one"] }
    let text = "SELECT \(texts.joined(separator: ", ")) \(try from(aggregate.input))"
    guard !aggregate.keys.isEmpty else { return text }
    return "\(text) GROUP BY \((1...aggregate.keys.count).map(String.init).joined(separator: ", "))"
  }

  private mutating func window(_ window: Relation.Window) throws(Diagnostic) -> String {
    var texts = window.input.columns.map { Self.name($0.id) }
    for call in window.calls {
      let value = try aggregateCall(
        call.function, call.arguments, isDistinct: call.isDistinct, filter: call.filter, over: try over(call),
        type: call.column.type, at: call.span)
      texts.append("\(value) AS \(Self.name(call.column.id))")
    }
    return "SELECT \(texts.joined(separator: ", ")) \(try from(window.input))"
  }

  private mutating func over(_ call: Relation.Window.Call) throws(Diagnostic) -> String {
    var parts: [String] = []
    if !call.partitionBy.isEmpty {
      var keys: [String] = []
      for key in call.partitionBy { keys.append(try expression(key)) }
      parts.append("PARTITION BY \(keys.joined(separator: ", "))")
    }
    if !call.orderBy.isEmpty {
      var keys: [String] = []
      for key in call.orderBy {
        let text = try expression(key.expression)
        keys.append(Self.orderKey(text, isDescending: key.isDescending, nullsFirst: key.nullsFirst))
      }
      parts.append("ORDER BY \(keys.joined(separator: ", "))")
    }
    if let frame = call.frame {
      parts.append("\(frame.unit.rawValue) BETWEEN \(Self.bound(frame.start)) AND \(Self.bound(frame.end))")
    }
    return "OVER (\(parts.joined(separator: " ")))"
  }

  private static func bound(_ bound: Relation.Window.Bound) -> String {
    switch bound {
    case .unboundedPreceding: "UNBOUNDED PRECEDING"
    case .preceding(let count): "\(count) PRECEDING"
    case .currentRow: "CURRENT ROW"
    case .following(let count): "\(count) FOLLOWING"
    case .unboundedFollowing: "UNBOUNDED FOLLOWING"
    }
  }
}
