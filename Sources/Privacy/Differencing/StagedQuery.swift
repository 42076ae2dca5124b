import AMCSQL
public import Catalog

/// A protected query in stages: each aggregation over many users is computed as far as users' parts are known, compared
/// with earlier results, and only then are figures and whatever follows computed from the parts, without the groups that
/// may not be shown.
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
  }

  public struct Stage: Sendable {
    /// The number of the aggregation.
    public let aggregation: Int
    /// Tables of random rows that several statements must see alike.
    public let preparation: [Table]
    public let sides: [Side]
    /// The groups that meet the thresholds: a column for each group key, or one alone.
    public let groups: Table
    /// The table of groups that are left out from here on, with the columns of `groups`; nil where none can be.
    public let hidden: String?
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
  let query: ProtectedRelation
  var build: RelationBuilder
  var ctes: [BoundQuery.CTE]
  var body: Relation
  let isRandom: Bool
  private var prepared: Set<CTEID> = []
  /// The first steps that are in tables, and the places from which groups are left out, so far.
  private var tabled: [(DisclosureQuery, DataSource)] = []
  private var hidden: [(HidingPlace, Int)] = []

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
      let name = "users \(aggregation)-\(number)"
      // Its input reads earlier stages; the node itself is what the table holds.
      let relation = rewritten(side.perUser)
      sides.append(
        StagedQuery.Side(
          query: side, table: .init(name: name, rows: table(of: relation)), keys: side.keys.map(Self.name),
          user: Self.name(side.user), parts: side.partColumns.map(Self.name)))
      let source = DataSource.staged(name, relation.columns.map { (Self.name($0), $0.type) })
      tabled.append((side, source))
      apply { $0.reading(side, from: source) }
    }
    let first = own[0]
    let groups = self.groups(of: first)
    if let place = first.place {
      hidden.append((place, aggregation))
      apply { relation, build in relation.hiding(place, aggregation, &build) }
    }
    return StagedQuery.Stage(
      aggregation: aggregation, preparation: preparation, sides: sides,
      groups: .init(name: "groups \(aggregation)", rows: groups),
      hidden: first.place.map { _ in HiddenGroups.table(of: aggregation) })
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
      let relation = ctes[index].relation
      let name = "rows \(id.number)"
      tables.append(.init(name: name, rows: table(of: relation)))
      let source = DataSource.staged(name, relation.columns.map { (Self.name($0), $0.type) })
      ctes[index].relation = Self.scan(of: source, as: relation.columns)
    }
    return tables
  }

  private mutating func groups(of side: DisclosureQuery) -> ProtectedRelation {
    var items = side.shownKeys.enumerated().map { index, key in
      Relation.Project.Item(
        column: build.column(HiddenGroups.column(index), key.type), expression: .column(key, at: .none))
    }
    if items.isEmpty {
      items = [
        .init(column: build.column(HiddenGroups.columnWithoutKeys, .bigint), expression: .number(1, at: .none))
      ]
    }
    let body = Relation.project(.init(input: rewritten(side.shown), items: items))
    return ProtectedRelation(ctes: ctes, body: body, purpose: query.purpose)
  }

  /// All columns of a relation under names that are unique.
  private mutating func table(of relation: Relation) -> ProtectedRelation {
    let items = relation.columns.map { column in
      Relation.Project.Item(
        column: build.column(Self.name(column), column.type), expression: .column(column, at: .none))
    }
    let body = Relation.project(.init(input: relation, items: items))
    return ProtectedRelation(ctes: ctes, body: body, purpose: query.purpose)
  }

  /// A relation of the query as the stages so far left it.
  private mutating func rewritten(_ relation: Relation) -> Relation {
    var relation = relation
    for (side, source) in tabled { relation = relation.reading(side, from: source) }
    for (place, aggregation) in hidden { relation = relation.hiding(place, aggregation, &build) }
    return relation
  }

  private mutating func apply(_ transform: (Relation) -> Relation) {
    for index in ctes.indices { ctes[index].relation = transform(ctes[index].relation) }
    body = transform(body)
  }

  private mutating func apply(_ transform: (Relation, inout RelationBuilder) -> Relation) {
    for index in ctes.indices { ctes[index].relation = transform(ctes[index].relation, &build) }
    body = transform(body, &build)
  }

  static func name(_ column: RelationColumn) -> String { "c\(column.id.number)" }

  static func scan(of source: DataSource, as columns: [RelationColumn]) -> Relation {
    .scan(
      Relation.Scan(
        source: source,
        columns: columns.map { RelationColumn(id: $0.id, name: name($0), type: $0.type) }, window: nil, span: .none,
        firstColumnNumber: 0))
  }
}

extension Relation {
  /// The relation with the first step of an aggregation read from its table.
  fileprivate func reading(_ side: DisclosureQuery, from source: DataSource) -> Relation {
    map { node in
      guard case .aggregate(let aggregate) = node, aggregate.keys.contains(where: { $0.column.id == side.user.id })
      else { return node }
      return Staging.scan(of: source, as: node.columns)
    }
  }
}
