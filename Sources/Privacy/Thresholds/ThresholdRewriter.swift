import AMCSQL
import Catalog

/// Rules 3, 4 and 6: carries each row's user through the query, and lets an aggregation over many users give only what
/// may be shown: rows that enough users stand behind, or figures with noise. What it has no rule for is refused with
/// the code `unsupported`.
struct ThresholdRewriter {
  var build: RelationBuilder
  var sensitivities: [ColumnID: Sensitivity]
  let thresholds: Thresholds
  /// nil in threshold mode.
  let noise: NoiseParameters?
  let controls: AggregationControls
  /// Whether the result are rows of users, for an audience.
  let isForAudience: Bool
  let lineage: ColumnLineage
  let measureInputs: MeasureInputs
  let randomColumns: RandomColumns
  /// Whether the rows of the relation at hand reach the result without another aggregation over them.
  var isFinal = true
  /// The users' rows around the subquery at hand, the nearest last; nil where the query around it has no users' rows.
  var outerRows: [UserRows?] = []
  /// The guarded aggregations so far.
  var disclosureQueries: [NotedDisclosureQuery] = []
  /// The events that columns name.
  var eventKeys = EventKeys()
  /// The cells inside of a subquery about the row's own user, as conditions of the query around it, by the column that
  /// holds the subquery's value.
  var subqueryCells: [ColumnID: [BoundExpression]] = [:]
  /// Whether ranks and running figures among several users are taken from groups of rows that enough users have, where
  /// they can be, and not from the places of single rows. Rows with such ranks may be used in any way.
  var ranksByGroups = false
  /// Whether ranks were taken from places that could have been taken from groups.
  var hasPlacedByChoice = false
  /// The class of the HIGH values that subqueries of the expression at hand were filtered by.
  var subqueryClass = AggregationThreshold.none
  /// The aggregations with noise so far.
  var noisyAggregations: [NoisyAggregation] = []
  /// The bounds of columns, by which parts of users are cut off in noise mode.
  var bounds: ColumnBounds
  /// The subqueries so far whose rows everybody may see.
  var publicSubqueries: Set<Int> = []
  /// How many draws stand in place of RANDOM so far, in noise mode.
  var drawCount = 0
  /// WITH queries rewritten so far, and those that rewriting adds.
  private(set) var ctes: [BoundQuery.CTE] = []
  private var provenances: [CTEID: Provenance] = [:]
  private let outputCTEs: Set<CTEID>
  private var nextCTE: Int

  init(
    _ query: BoundQuery, _ analysis: SensitivityAnalysis, _ thresholds: Thresholds, _ controls: AggregationControls,
    isForAudience: Bool = false, noise: NoiseParameters? = nil
  ) {
    self.isForAudience = isForAudience
    self.noise = noise
    bounds = noise == nil ? ColumnBounds() : ColumnBounds(query)
    build = RelationBuilder(for: query)
    sensitivities = analysis.sensitivities
    self.thresholds = thresholds
    self.controls = controls
    lineage = ColumnLineage(query)
    measureInputs = MeasureInputs(query)
    randomColumns = RandomColumns(query)
    outputCTEs = OutputReachability(query).ctes
    nextCTE = query.ctes.count
  }

  /// The query with its aggregations guarded.
  ///
  /// - Throws: the reason for which it can't be run.
  mutating func protect(_ query: BoundQuery) throws(Diagnostic) -> ProtectedRelation {
    let start = self
    do throws(Diagnostic) {
      return try guarded(query)
    } catch {
      guard hasPlacedByChoice else { throw error }
      self = start
      ranksByGroups = true
      // Where both ways fail, what the first one says is nearer to the query.
      do throws(Diagnostic) { return try guarded(query) } catch _ { throw error }
    }
  }

  private mutating func guarded(_ query: BoundQuery) throws(Diagnostic) -> ProtectedRelation {
    for common in query.ctes { try rewrite(common, isFinal: outputCTEs.contains(common.id)) }
    isFinal = true
    let (body, provenance) = try rewrite(query.body)
    var evidence = AuditColumns.none
    switch provenance {
    case .nobody: break
    case .guarded(let own): evidence = own
    case .user, .pair:
      throw Diagnostic(
        .userLevelOutput, "Each row of this result would belong to single users.", at: query.span,
        hint: "Aggregate it: COUNT, SUM and the like, without grouping by `user_id`.")
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    }
    let result = try withAuditColumns(body, query, evidence)
    let asked = disclosureQueries.map { $0.disclosureQuery(ctes: ctes) }
    return ProtectedRelation(
      ctes: ctes, body: result, purpose: .measurement, order: query.order, disclosureQueries: asked, build: build)
  }

  /// Rewrites a WITH query of the query's own.
  mutating func rewrite(_ common: BoundQuery.CTE, isFinal: Bool) throws(Diagnostic) {
    self.isFinal = isFinal
    let (relation, provenance) = try rewrite(common.relation)
    for rows in provenance.rows { try rows.requireHiddenColumns(in: relation, at: common.span) }
    provenances[common.id] = provenance
    ctes.append(.init(id: common.id, name: common.name, relation: relation, span: common.span))
  }

  /// Adds a WITH query of the rewriter's own.
  mutating func addCTE(_ name: String, _ relation: Relation, at span: SourceSpan) -> CTEID {
    let id = CTEID(nextCTE)
    nextCTE += 1
    if noise != nil { bounds.note(id, rows: bounds.rows(of: relation)) }
    ctes.append(.init(id: id, name: name, relation: relation, span: span))
    return id
  }

  static func detailAlone(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unsupported, "This table has no users of its own.", at: span,
      hint: "JOIN it with the table that has the `user_id` of its events.")
  }

  static func singleUserValue(_ message: String, at span: SourceSpan, hint: String? = nil) -> Diagnostic {
    Diagnostic(.singleUserValue, message, at: span, hint: hint)
  }

  static func unsupported(_ message: String, at span: SourceSpan, hint: String? = nil) -> Diagnostic {
    Diagnostic(.unsupported, message, at: span, hint: hint)
  }

  // MARK: One node after the other

  mutating func rewrite(_ relation: Relation) throws(Diagnostic) -> (Relation, Provenance) {
    switch relation {
    case .scan(let scan):
      eventKeys.note(scan)
      return (relation, provenance(of: scan))
    case .values(var values):
      for row in values.rows.indices {
        for index in values.rows[row].indices {
          values.rows[row][index] = try checked(values.rows[row][index], .nobody)
        }
      }
      return (.values(values), .nobody)
    case .project(let project): return try rewrite(project)
    case .filter(let filter): return try rewrite(filter)
    case .join(let join): return try rewrite(join)
    case .aggregate(let aggregate): return try rewrite(aggregate)
    case .window(let window): return try rewrite(window)
    case .union(let union): return try rewrite(union)
    case .explode(var explode):
      let (input, provenance) = try rewrite(explode.input)
      explode.input = input
      explode.array = try checked(explode.array, provenance)
      for rows in provenance.rows { try rows.requireNoRanks(at: explode.array.span) }
      return (.explode(explode), provenance.repeated)
    case .cte(let reference): return try rewrite(reference)
    }
  }

  private func provenance(of scan: Relation.Scan) -> Provenance {
    switch scan.source.grain {
    case .userEvent, .userFact:
      // A table of users without a user column would be a fault of the catalogue; it is treated as the stricter kind.
      guard let user = scan.userColumn else { return .eventDetail(scan.span) }
      // Noise needs nobody's number.
      guard noise == nil else { return .user(UserRows(key: user, equal: [user.id], paths: [])) }
      let name = lineage.names[scan.firstColumnNumber] ?? PathName(dataSource: scan.source.name)
      return .user(UserRows(key: user, equal: [user.id], paths: [.init(presence: user, name: name)]))
    case .eventDetail: return .eventDetail(scan.span)
    case .reference: return .nobody
    }
  }

  private mutating func rewrite(_ project: Relation.Project) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(project.input)
    var items: [Relation.Project.Item] = []
    subqueryClass = .none
    for item in project.items {
      let expression = try checked(item.expression, provenance)
      let isOfUsers = noise != nil && !provenance.rows.isEmpty
      items.append(.init(column: item.column, expression: isOfUsers ? keyedDraw(expression, over: input) : expression))
      eventKeys.note(item)
    }
    let own = items
    let result: Provenance
    switch provenance {
    case .nobody, .eventDetail: result = provenance
    case .guarded(let evidence):
      items += evidence.columns.map(Self.kept)
      result = provenance
    case .user(let rows):
      let filteredBy = subqueryClass
      result = .user(try carried(rows, by: own, adding: &items).filtered(by: filteredBy))
    case .pair(let left, let right):
      let filteredBy = subqueryClass
      result = .pair(
        try carried(left, by: own, adding: &items).filtered(by: filteredBy),
        try carried(right, by: own, adding: &items))
    }
    return (.project(.init(input: input, items: items)), result)
  }

  /// The rows of a projection of these items, and what it must have beside them.
  private mutating func carried(
    _ rows: UserRows, by own: [Relation.Project.Item], adding items: inout [Relation.Project.Item]
  ) throws(Diagnostic) -> UserRows {
    var rows = rows
    let span = own.first?.expression.span ?? .none
    for item in own where rows.isKeyOrNull(item.expression) {
      rows.optional.insert(item.column.id)
      if rows.isKey(item.expression) { rows.equal.insert(item.column.id) }
    }
    for item in own {
      if case .column(let id) = item.expression.kind { rows.note(id, as: item.column.id) }
    }
    rows.noteOuterSides(in: own)
    let ranks = rows.ranks
    try rows.noteRanks(in: own)
    rows.publics = rows.publics.projected(own)
    let cells = try self.cells(of: own, rows)
    let crossings = try rankCells(among: cells, ranks, &rows)
    for column in rows.hiddenColumns where !items.contains(where: { $0.column.id == column.id }) {
      items.append(.init(column: column, expression: .column(column, at: span)))
    }
    for cell in cells {
      items.append(cell)
      rows.paths.append(.init(presence: cell.column, name: rows.readings[0].name, kind: .cell))
    }
    for crossing in crossings {
      items.append(crossing.item)
      rows.paths.append(crossing.path)
    }
    return rows
  }

  /// Columns that hold the user in rows of a cell, for what goes into measures.
  private mutating func cells(
    of items: [Relation.Project.Item], _ rows: UserRows
  ) throws(Diagnostic) -> [Relation.Project.Item] {
    guard noise == nil else { return [] }
    var cells: [Relation.Project.Item] = []
    var seen: Set<BoundExpression> = []
    for item in items where measureInputs.columns.contains(item.column.id) {
      // Counting users counts them once, whatever made them known.
      let conditions = CaseBranches.conditions(of: item.expression, subqueryCells: subqueryCells)
      guard !conditions.isEmpty else { continue }
      for condition in conditions where seen.insert(condition).inserted {
        let presence = BoundExpression(
          .conditional(
            [.init(condition: condition, result: .column(rows.key, at: item.expression.span))], otherwise: nil),
          type: .userKey, at: item.expression.span)
        cells.append(.init(column: build.column("cell", .userKey), expression: presence))
      }
    }
    try Self.checkPathCount(rows.paths.count + cells.count, at: items.first?.expression.span ?? .none)
    return cells
  }

  static func checkPathCount(_ count: Int, at span: SourceSpan) throws(Diagnostic) {
    guard count <= pathsMax else {
      throw Diagnostic(
        .queryTooComplex, "More than \(pathsMax) conditions go into the measures of this query.", at: span,
        hint: "Group by the conditions instead, or ask in several queries.")
    }
  }

  /// How many readings and cells a relation may have: each is a column and an aggregate more.
  static let pathsMax = 1024

  private mutating func rewrite(_ filter: Relation.Filter) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(filter.input)
    subqueryClass = .none
    let asked = provenance.rows.isEmpty ? filter.condition : drawn(filter.condition, over: input)
    let condition = try checked(asked, provenance)
    for rows in provenance.rows { try rows.checkRanks(condition) }
    let relation = Relation.filter(.init(input: input, condition: condition))
    switch provenance {
    case .nobody, .guarded, .eventDetail: return (relation, provenance)
    case .user(var rows):
      if noise == nil { try checkRandom(asked) }
      rows = rows.filtered(by: max(classFiltering(filter.condition), subqueryClass))
      guard rows.ranks == nil else { return keeping(condition, input, rows) }
      rows.learn(from: filter.condition)
      rows.publics.learn(from: condition, isPublic: { publicSubqueries.contains($0.number) }, &build)
      // Rows of the very user that the row around this subquery belongs to say nothing of any other.
      if let outer = outerRows.last ?? nil, filter.condition.conjuncts.contains(where: { equates($0, rows, outer) }) {
        rows.owner = outer.key
      }
      return (relation, .user(rows))
    case .pair(var left, let right):
      try checkRandom(asked)
      let own = max(classFiltering(filter.condition), classComparing(filter.condition, left, right), subqueryClass)
      left.filteredBy = max(left.filteredBy, own)
      return (relation, .pair(left, right))
    }
  }

  private mutating func rewrite(_ reference: Relation.CTEReference) throws(Diagnostic) -> (Relation, Provenance) {
    guard let provenance = provenances[reference.id] else {
      throw Self.unsupported("A WITH query that is used before it is known is not supported.", at: reference.span)
    }
    for (column, original) in zip(reference.columns, reference.originals) { eventKeys.note(column.id, as: [original]) }
    if case .guarded(let evidence) = provenance { return renamed(reference, evidence) }
    // The carried columns get names of their own for this reference, so that two of them can be joined.
    var own = reference
    var renamed: [ColumnID: RelationColumn] = [:]
    for (column, original) in zip(reference.columns, reference.originals) { renamed[original] = column }
    for column in provenance.rows.flatMap(\.hiddenColumns) where renamed[column.id] == nil {
      let copy = build.column(column.name, column.type)
      renamed[column.id] = copy
      own.columns.append(copy)
      own.originals.append(column.id)
    }
    switch provenance {
    case .nobody, .eventDetail, .guarded: return (.cte(own), provenance)
    case .user(let rows): return (.cte(own), .user(Self.named(rows, renamed)))
    case .pair(let left, let right): return (.cte(own), .pair(Self.named(left, renamed), Self.named(right, renamed)))
    }
  }

  /// The rows under the names that a reference gives to its columns; others are out of reach.
  private static func named(_ rows: UserRows, _ renamed: [ColumnID: RelationColumn]) -> UserRows {
    var equal: Set<ColumnID> = []
    for id in rows.equal { if let column = renamed[id] { equal.insert(column.id) } }
    let key = renamed[rows.key.id] ?? rows.key
    equal.insert(key.id)
    let paths = rows.paths.map {
      UserRows.Path(presence: renamed[$0.presence.id] ?? $0.presence, name: $0.name, kind: $0.kind)
    }
    let optional = Set(rows.optional.compactMap { renamed[$0]?.id })
    let covers = rows.covers.map { set in Set(set.compactMap { renamed[$0]?.id }) }
    func ids(_ columns: Set<ColumnID>) -> Set<ColumnID> { Set(columns.compactMap { renamed[$0]?.id }) }
    let uniqueBy = rows.uniqueBy.flatMap { own in own.allSatisfy { renamed[$0] != nil } ? ids(own) : nil }
    let ranks = rows.ranks.flatMap { own in own.renamed({ renamed[$0]?.id }, { renamed[$0.id] ?? $0 }) }
    let sides = rows.outerSides.map { OuterSide(columns: ids($0.columns), keys: ids($0.keys)) }
    return UserRows(
      key: key, equal: equal, paths: paths, optional: optional, covers: covers, filteredBy: rows.filteredBy,
      owner: rows.owner, uniqueBy: uniqueBy, outerSides: sides, ranks: ranks,
      publics: rows.publics.named(renamed))
  }

  /// A reference that carries the evidence along, under names of its own.
  private mutating func renamed(_ reference: Relation.CTEReference, _ evidence: AuditColumns) -> (Relation, Provenance)
  {
    var own = reference
    let copies = evidence.mapped { column in
      let copy = build.column(column.name, column.type)
      own.columns.append(copy)
      own.originals.append(column.id)
      return copy
    }
    return (.cte(own), .guarded(copies))
  }

  static func kept(_ column: RelationColumn) -> Relation.Project.Item {
    .init(column: column, expression: .column(column, at: .none))
  }

  // MARK: Dropping columns

  /// The relation with exactly these columns.
  func selecting(_ columns: [RelationColumn], of relation: Relation) -> Relation {
    guard relation.columns.map(\.id) != columns.map(\.id) else { return relation }
    return .project(
      .init(input: relation, items: columns.map { .init(column: $0, expression: .column($0, at: .none)) }))
  }
}

extension SourceSpan {
  /// The span of nodes that rewriting adds.
  static let none = SourceSpan(.start, .start)
}
