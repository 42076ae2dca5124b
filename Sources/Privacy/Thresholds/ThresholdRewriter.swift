import AMCSQL
import Catalog

/// Rules 3, 4 and 6: carries each row's user through the query, and lets an aggregation give only those rows that enough
/// users stand behind. What it has no rule for is refused with the code `unsupported`.
struct ThresholdRewriter {
  var build: RelationBuilder
  var traits: [ColumnID: Trait]
  /// What goes into each aggregate of the query, by the aggregate's column.
  let arguments: [ColumnID: Trait]
  let thresholds: Thresholds
  /// Columns of data sources that name an event (VERY_HIGH, but for the user's), by their names there.
  var eventKeys: [ColumnID: String] = [:]
  /// WITH queries rewritten so far, and those that rewriting adds.
  private(set) var commons: [BoundQuery.Common] = []
  private var provenances: [CommonID: Provenance] = [:]
  private var nextCommon: Int

  init(_ query: BoundQuery, _ analysis: SensitivityAnalysis, _ thresholds: Thresholds) {
    build = RelationBuilder(for: query)
    traits = analysis.traits
    arguments = analysis.arguments
    self.thresholds = thresholds
    nextCommon = query.commons.count
  }

  mutating func protect(_ query: BoundQuery) throws(Diagnostic) -> ProtectedRelation {
    for common in query.commons {
      let (relation, provenance) = try rewrite(common.relation)
      if case .user(let rows) = provenance {
        let present = Set(relation.columns.map(\.id))
        assert(rows.carried.allSatisfy { present.contains($0.id) }, "a carried column was lost")
      }
      provenances[common.id] = provenance
      commons.append(.init(id: common.id, name: common.name, relation: relation, span: common.span))
    }
    let (body, provenance) = try rewrite(query.body)
    switch provenance {
    case .nobody, .guarded: break
    case .user:
      throw Diagnostic(
        .userLevelOutput, "Each row of this result would belong to one user.", at: query.span,
        hint: "Aggregate it: COUNT, SUM and the like, without grouping by `user_id`.")
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    }
    return ProtectedRelation(commons: commons, body: selecting(query.body.columns, of: body), purpose: .measurement)
  }

  /// Adds a WITH query of the rewriter's own.
  mutating func addCommon(_ name: String, _ relation: Relation, at span: SourceSpan) -> CommonID {
    let id = CommonID(nextCommon)
    nextCommon += 1
    commons.append(.init(id: id, name: name, relation: relation, span: span))
    return id
  }

  static func detailAlone(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unsupported, "This table has no users of its own.", at: span,
      hint: "JOIN it with the table that has the `user_id` of its events.")
  }

  static func unsupported(_ message: String, at span: SourceSpan, hint: String? = nil) -> Diagnostic {
    Diagnostic(.unsupported, message, at: span, hint: hint)
  }

  // MARK: One node after the other

  mutating func rewrite(_ relation: Relation) throws(Diagnostic) -> (Relation, Provenance) {
    switch relation {
    case .read(let read):
      noteEventKeys(of: read)
      return (relation, provenance(of: read))
    case .values(var values):
      for row in values.rows.indices {
        for place in values.rows[row].indices {
          values.rows[row][place] = try checked(values.rows[row][place], .nobody)
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
      return (.explode(explode), provenance)
    case .common(let reference): return try rewrite(reference)
    }
  }

  private mutating func noteEventKeys(of read: Relation.Read) {
    for column in read.columns where column.name != read.source.userColumn {
      if read.source.column(named: column.name)?.threshold == .veryHigh { eventKeys[column.id] = column.name }
    }
  }

  private func provenance(of read: Relation.Read) -> Provenance {
    switch read.source.grain {
    case .userEvent, .userFact:
      // A table of users without a user column would be a fault of the catalogue; it is treated as the stricter kind.
      guard let user = read.userColumn else { return .eventDetail(read.span) }
      return .user(UserRows(key: user, equal: [user.id], paths: [.init(presence: user)]))
    case .eventDetail: return .eventDetail(read.span)
    case .reference: return .nobody
    }
  }

  private mutating func rewrite(_ project: Relation.Project) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(project.input)
    var items: [Relation.Project.Item] = []
    for item in project.items {
      items.append(.init(column: item.column, expression: try checked(item.expression, provenance)))
      if case .column(let id) = item.expression.kind { eventKeys[item.column.id] = eventKeys[id] }
    }
    guard case .user(var rows) = provenance else {
      return (.project(.init(input: input, items: items)), provenance)
    }
    for item in items where rows.isKey(item.expression) { rows.equal.insert(item.column.id) }
    for column in rows.carried where !items.contains(where: { $0.column.id == column.id }) {
      items.append(
        .init(column: column, expression: .column(column, at: project.items.first?.expression.span ?? .none)))
    }
    return (.project(.init(input: input, items: items)), .user(rows))
  }

  private mutating func rewrite(_ filter: Relation.Filter) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(filter.input)
    let condition = try checked(filter.condition, provenance)
    return (.filter(.init(input: input, condition: condition)), provenance)
  }

  private mutating func rewrite(_ window: Relation.Window) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(window.input)
    switch provenance {
    case .nobody, .guarded: break
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .user(let rows):
      for call in window.calls where !call.partitionBy.contains(where: rows.isKey) {
        throw Self.unsupported(
          "A window over rows of several users is not supported.", at: call.span,
          hint: "Add `user_id` to PARTITION BY, or aggregate first.")
      }
    }
    var calls: [Relation.Window.Call] = []
    for call in window.calls {
      let filter = call.filter.map { [$0] } ?? []
      for expression in call.arguments + filter + call.partitionBy + call.orderBy.map(\.expression)
      where expression.hasSubquery {
        throw Self.unsupported(
          "A subquery in a window is not supported.", at: expression.span,
          hint: "Compute it in a subquery in FROM first.")
      }
      calls.append(call)
    }
    return (.window(.init(input: input, calls: calls)), provenance)
  }

  private mutating func rewrite(_ reference: Relation.CommonReference) throws(Diagnostic) -> (Relation, Provenance) {
    guard let provenance = provenances[reference.id] else {
      throw Self.unsupported("A WITH query that is used before it is known is not supported.", at: reference.span)
    }
    for (column, original) in zip(reference.columns, reference.originals) { eventKeys[column.id] = eventKeys[original] }
    guard case .user(let rows) = provenance else { return (.common(reference), provenance) }
    // The carried columns get names of their own for this reference, so that two of them can be joined.
    var own = reference
    var renamed: [ColumnID: RelationColumn] = [:]
    for (column, original) in zip(reference.columns, reference.originals) { renamed[original] = column }
    for column in rows.carried where renamed[column.id] == nil {
      let copy = build.column(column.name, column.type)
      renamed[column.id] = copy
      own.columns.append(copy)
      own.originals.append(column.id)
    }
    var equal: Set<ColumnID> = []
    for id in rows.equal { if let column = renamed[id] { equal.insert(column.id) } }
    let key = renamed[rows.key.id] ?? rows.key
    equal.insert(key.id)
    let paths = rows.paths.map { UserRows.Path(presence: renamed[$0.presence.id] ?? $0.presence) }
    return (.common(own), .user(UserRows(key: key, equal: equal, paths: paths)))
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
  /// The place of what rewriting adds.
  static let none = SourceSpan(.start, .start)
}
