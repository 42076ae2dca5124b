public import AMCSQL
public import Catalog

/// A protected query in stages: each aggregation over many users is computed into a table, compared with earlier
/// results, and only then is anything computed from it, without the rows that may not be shown.
///
/// Each stage fills tables that later ones read, so nothing is computed twice.
public struct StagedQuery: Sendable {
  /// A table that a stage fills.
  public struct Table: Sendable {
    public let name: String
    public let rows: ProtectedRelation
  }

  /// One aggregation by one of its users: a table with a row for each group and bucket of users.
  ///
  /// From these rows both follow: the figures of each group, and its sketch.
  public struct Side: Sendable {
    public let query: DisclosureQuery
    public let name: String
    /// An aggregation of users' parts by group. The table has a row for each of its groups and each bucket of users,
    /// with the same columns, named by `StagedQuery.name`.
    public let rows: ProtectedRelation
    /// The columns of the aggregation's input with the user and the parts.
    public let user: ColumnID
    public let parts: [ColumnID]
    /// The names of the group keys in this table, and in the table of groups.
    public let keys: [String]
    public let groupKeys: [String]
  }

  public struct Stage: Sendable {
    /// The number of the aggregation.
    public let aggregation: Int
    /// Tables of random rows that several statements must see alike.
    public let preparation: [Table]
    public let sides: [Side]
    /// The groups that meet the thresholds, with all that the query shows of them.
    public let groups: Table
    /// Whether the query reads its groups from that table, so that those which are taken out of it are not shown.
    public let canHide: Bool
  }

  public let stages: [Stage]
  public let result: ProtectedRelation

  /// The name of a column in a table.
  public static func name(_ column: ColumnID) -> String { "c\(column.number)" }
}

extension ProtectedRelation {
  /// The query in stages, one for each aggregation over many users.
  ///
  /// - Returns: nil for a query without such aggregations.
  /// - Throws: `unsupported` for a query that can't be taken apart.
  public func staged() throws(Diagnostic) -> StagedQuery? {
    guard !disclosureQueries.isEmpty else { return nil }
    guard let build else { throw Staging.failure }
    var staging = Staging(query: self, build: build)
    return try staging.staged()
  }
}

/// Takes a query apart. Aggregations are noted inner ones first, so each stage reads tables of earlier ones only.
private struct Staging {
  /// A node of the query that is in a table.
  private enum Tabled {
    /// The second step of an aggregation, which becomes a relation over its table.
    case secondStep(ColumnID, Relation)
    /// The filter by the thresholds.
    case groups(marker: ColumnID, DataSource)
  }

  let query: ProtectedRelation
  var build: RelationBuilder
  var ctes: [BoundQuery.CTE]
  var body: Relation
  let isRandom: Bool
  private var prepared: Set<CTEID> = []
  private var tabled: [Tabled] = []

  init(query: ProtectedRelation, build: RelationBuilder) {
    self.query = query
    self.build = build
    (ctes, body) = (query.ctes, query.body)
    var isRandom = false
    for relation in query.ctes.map(\.relation) + [query.body] {
      RelationWalk.visit(relation) { node in
        if node.expressions.contains(where: \.isVolatile) { isRandom = true }
      }
    }
    self.isRandom = isRandom
  }

  static let failure = ThresholdRewriter.unsupported("This query can't be compared with others.", at: .none)

  mutating func staged() throws(Diagnostic) -> StagedQuery {
    var stages: [StagedQuery.Stage] = []
    for query in query.disclosureQueries where !stages.contains(where: { $0.aggregation == query.aggregation }) {
      stages.append(try stage(query.aggregation))
    }
    return StagedQuery(
      stages: stages,
      result: ProtectedRelation(ctes: ctes, body: body, purpose: query.purpose, order: query.order))
  }

  private mutating func stage(_ aggregation: Int) throws(Diagnostic) -> StagedQuery.Stage {
    let own = query.disclosureQueries.filter { $0.aggregation == aggregation }
    var preparation: [StagedQuery.Table] = []
    if isRandom {
      for side in own { preparation += prepare(side.perUser) + prepare(side.shown) }
    }
    var sides: [StagedQuery.Side] = []
    for (number, side) in own.enumerated() {
      let name = "users \(aggregation)-\(number)"
      guard var step = rewritten(side.shown).aggregate(with: side.secondStep) else { throw Self.failure }
      note(.secondStep(side.secondStep, combined(step, from: name)))
      for index in step.calls.indices { step.calls[index].column.type = Self.partial(step.calls[index]) }
      sides.append(
        StagedQuery.Side(
          query: side, name: name,
          rows: ProtectedRelation(ctes: ctes, body: .aggregate(step), purpose: query.purpose), user: side.user.id,
          parts: side.partColumns.map(\.id), keys: step.keys.map { Self.name($0.column) },
          groupKeys: side.shownKeys.map(Self.name)))
    }
    let (groups, source) = table("groups \(aggregation)", of: rewritten(own[0].shown))
    if let marker = own[0].marker { note(.groups(marker: marker, source)) }
    return StagedQuery.Stage(
      aggregation: aggregation, preparation: preparation, sides: sides, groups: groups,
      canHide: own.allSatisfy { $0.marker != nil })
  }

  // MARK: The second step over a table by group and bucket

  /// The type of a call's value for one bucket. A sum of whole numbers that is too large for its type must stay so in
  /// the sum of all buckets.
  private static func partial(_ call: Relation.Aggregate.Call) -> SQLType {
    guard call.function.name == "SUM" else { return call.column.type }
    switch call.column.type {
    case .tinyint, .smallint, .integer, .bigint: return .decimal(precision: 38, scale: 0)
    case .decimal(_, let scale): return .decimal(precision: 38, scale: scale)
    case .boolean, .float, .double, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey, .unknown:
      return call.column.type
    }
  }

  /// The aggregation from the values of all buckets: counts and sums are added up, extremes are extremes of extremes.
  private mutating func combined(_ step: Relation.Aggregate, from name: String) -> Relation {
    let columns =
      step.keys.map { (Self.name($0.column), $0.column.type) }
      + step.calls.map { (Self.name($0.column), Self.partial($0)) }
    let scan = build.scan(Self.source(name, columns), at: .none)
    var keys: [Relation.Project.Item] = []
    var calls: [Relation.Aggregate.Call] = []
    var items: [Relation.Project.Item] = []
    for (key, column) in zip(step.keys, scan.columns) {
      let own = build.column(key.column.name, key.column.type)
      keys.append(.init(column: own, expression: .column(column, at: .none)))
      items.append(.init(column: key.column, expression: .column(own, at: .none)))
    }
    for (call, column) in zip(step.calls, scan.columns.dropFirst(step.keys.count)) {
      let isCount = call.function.name == "COUNT"
      let own = build.column(call.column.name, call.column.type)
      calls.append(
        .init(
          column: own, function: isCount ? RelationBuilder.function("SUM") : call.function,
          arguments: [.column(column, at: .none)], isDistinct: false, filter: nil, span: call.span))
      let value = BoundExpression.column(own, at: .none)
      // Without any row there is no bucket, and a count is still 0.
      let count = BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [value, .number(0, at: .none)]), type: own.type, at: .none)
      items.append(.init(column: call.column, expression: isCount ? count : value))
    }
    let aggregate = Relation.aggregate(.init(input: .scan(scan), keys: keys, calls: calls, span: step.span))
    return .project(.init(input: aggregate, items: items))
  }

  /// Computes the WITH queries that a relation reads once and for all.
  private mutating func prepare(_ relation: Relation) -> [StagedQuery.Table] {
    var tables: [StagedQuery.Table] = []
    var used: [CTEID] = []
    RelationWalk.visit(relation) { node in
      if case .cte(let reference) = node { used.append(reference.id) }
    }
    for id in used where !prepared.contains(id) {
      guard let index = ctes.firstIndex(where: { $0.id == id }) else { continue }
      tables += prepare(ctes[index].relation)
      prepared.insert(id)
      let (table, source) = table("rows \(id.number)", of: ctes[index].relation)
      tables.append(table)
      ctes[index].relation = Self.scan(of: source, as: ctes[index].relation.columns)
    }
    return tables
  }

  /// A table of all columns of a relation, under names that are unique.
  private mutating func table(_ name: String, of relation: Relation) -> (StagedQuery.Table, DataSource) {
    let items = relation.columns.map { column in
      Relation.Project.Item(
        column: build.column(Self.name(column), column.type), expression: .column(column, at: .none))
    }
    let body = Relation.project(.init(input: relation, items: items))
    let rows = ProtectedRelation(ctes: ctes, body: body, purpose: query.purpose)
    let source = Self.source(name, items.map { ($0.column.name, $0.column.type) })
    return (StagedQuery.Table(name: name, rows: rows), source)
  }

  /// A relation of the query as the stages so far left it.
  private func rewritten(_ relation: Relation) -> Relation { tabled.reduce(relation, Self.reading) }

  private mutating func note(_ node: Tabled) {
    tabled.append(node)
    for index in ctes.indices { ctes[index].relation = Self.reading(ctes[index].relation, node) }
    body = Self.reading(body, node)
  }

  /// The relation with a node read from its table.
  private static func reading(_ relation: Relation, _ tabled: Tabled) -> Relation {
    relation.map { node in
      switch (tabled, node) {
      case (.secondStep(let column, let combined), .aggregate(let aggregate))
      where aggregate.calls.contains { $0.column.id == column }:
        return combined
      case (.groups(let marker, let source), .filter(let filter))
      where filter.input.columns.contains { $0.id == marker }:
        // The filter by the thresholds, not one above it.
        if case .scan = filter.input { return node }
        return scan(of: source, as: node.columns)
      case (.secondStep, _), (.groups, _): return node
      }
    }
  }

  private static func name(_ column: RelationColumn) -> String { StagedQuery.name(column.id) }

  private static func source(_ name: String, _ columns: [(name: String, type: SQLType)]) -> DataSource {
    DataSource(
      name: name, baseName: name, grain: .reference,
      columns: columns.map { Column(name: $0.name, type: $0.type, kind: .dimension, threshold: .internal) },
      eventTimeColumn: nil, userColumn: nil)
  }

  private static func scan(of source: DataSource, as columns: [RelationColumn]) -> Relation {
    .scan(
      Relation.Scan(
        source: source,
        columns: columns.map { RelationColumn(id: $0.id, name: name($0), type: $0.type) }, window: nil, span: .none,
        firstColumnNumber: 0))
  }
}

extension Relation {
  /// The aggregation in this relation that computes the column.
  fileprivate func aggregate(with column: ColumnID) -> Relation.Aggregate? {
    var found: Relation.Aggregate?
    RelationWalk.visit(self) { node in
      if case .aggregate(let aggregate) = node, aggregate.calls.contains(where: { $0.column.id == column }) {
        found = aggregate
      }
    }
    return found
  }
}
