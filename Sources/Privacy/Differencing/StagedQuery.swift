import AMCSQL
import Catalog

/// A protected query in stages: each aggregation over many users is computed into a table, compared with earlier results,
/// and only then is anything computed from it, without the rows that may not be shown.
///
/// Each stage fills tables that later ones read, so nothing is computed twice.
public struct StagedQuery: Sendable {
  /// A table that a stage fills.
  public struct Table: Sendable {
    public let name: String
    public let rows: ProtectedRelation
  }

  /// One aggregation by one of its users: the table of their parts.
  public struct Side: Sendable {
    public let query: DisclosureQuery
    /// One row for each group and user.
    public let table: Table
    /// The names of the table's columns.
    public let keys: [String]
    public let user: String
    public let parts: [String]
    /// The names of the group keys in the table of groups.
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
}

extension ProtectedRelation {
  /// The query in stages, one for each aggregation over many users.
  ///
  /// - Returns: nil for a query without such aggregations.
  public func staged() -> StagedQuery? {
    guard let build, !disclosureQueries.isEmpty else { return nil }
    var staging = Staging(query: self, build: build)
    return staging.staged()
  }
}

/// Takes a query apart. Aggregations are noted inner ones first, so each stage reads tables of earlier ones only.
private struct Staging {
  /// A node of the query that is in a table.
  private enum Tabled {
    case perUser(DisclosureQuery, DataSource)
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

  mutating func staged() -> StagedQuery {
    var numbers: [Int] = []
    for number in query.disclosureQueries.map(\.aggregation) where !numbers.contains(number) { numbers.append(number) }
    let stages = numbers.map { stage($0) }
    return StagedQuery(
      stages: stages,
      result: ProtectedRelation(ctes: ctes, body: body, purpose: query.purpose, order: query.order))
  }

  private mutating func stage(_ aggregation: Int) -> StagedQuery.Stage {
    let own = query.disclosureQueries.filter { $0.aggregation == aggregation }
    var preparation: [StagedQuery.Table] = []
    if isRandom {
      for side in own { preparation += prepare(side.perUser) + prepare(side.shown) }
    }
    var sides: [StagedQuery.Side] = []
    for (number, side) in own.enumerated() {
      let (table, source) = table("users \(aggregation)-\(number)", of: rewritten(side.perUser))
      sides.append(
        StagedQuery.Side(
          query: side, table: table, keys: side.keys.map(Self.name), user: Self.name(side.user),
          parts: side.partColumns.map(Self.name), groupKeys: side.shownKeys.map(Self.name)))
      note(.perUser(side, source))
    }
    let (groups, source) = table("groups \(aggregation)", of: rewritten(own[0].shown))
    if let marker = own[0].marker { note(.groups(marker: marker, source)) }
    return StagedQuery.Stage(
      aggregation: aggregation, preparation: preparation, sides: sides, groups: groups,
      canHide: own.allSatisfy { $0.marker != nil })
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
    let source = DataSource(
      name: name, baseName: name, grain: .reference,
      columns: items.map {
        Column(name: $0.column.name, type: $0.column.type, kind: .dimension, threshold: .internal)
      }, eventTimeColumn: nil, userColumn: nil)
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
      case (.perUser(let side, let source), .aggregate(let aggregate))
      where aggregate.keys.contains { $0.column.id == side.user.id }:
        return scan(of: source, as: node.columns)
      case (.groups(let marker, let source), .filter(let filter))
      where filter.input.columns.contains { $0.id == marker }:
        // The filter by the thresholds, not one above it.
        if case .scan = filter.input { return node }
        return scan(of: source, as: node.columns)
      case (.perUser, _), (.groups, _): return node
      }
    }
  }

  private static func name(_ column: RelationColumn) -> String { "c\(column.id.number)" }

  private static func scan(of source: DataSource, as columns: [RelationColumn]) -> Relation {
    .scan(
      Relation.Scan(
        source: source,
        columns: columns.map { RelationColumn(id: $0.id, name: name($0), type: $0.type) }, window: nil, span: .none,
        firstColumnNumber: 0))
  }
}
