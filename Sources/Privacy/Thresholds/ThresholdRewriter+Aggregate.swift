import AMCSQL
import Catalog

extension ThresholdRewriter {
  mutating func rewrite(_ asked: Relation.Aggregate) throws(Diagnostic) -> (Relation, Provenance) {
    let aggregate = noise == nil ? asked : try asked.withPlainKeys()
    let wasFinal = isFinal
    isFinal = false
    let (input, provenance) = try rewrite(aggregate.input)
    isFinal = wasFinal
    for expression in Relation.aggregate(aggregate).expressions where expression.hasSubquery {
      throw Self.unsupported(
        "A subquery in a group key or an aggregate is not supported.", at: expression.span,
        hint: "Compute it in a subquery in FROM first.")
    }
    var result = aggregate
    result.input = input
    switch provenance {
    case .nobody: return (.aggregate(result), .nobody)
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .guarded(let evidence): return aggregateGuarded(result, evidence)
    case .user(let rows):
      return try self.aggregate(aggregate, input, rows, rowsMax: bounds.rows(of: aggregate.input))
    case .pair(let left, let right):
      for key in aggregate.keys { eventKeys.note(key) }
      let (relation, evidence) = try published(
        aggregate, input, left, beside: right, rowsMax: bounds.rows(of: aggregate.input))
      return (relation, .guarded(evidence))
    }
  }

  /// An aggregation of users' rows: with the user among its keys its rows stay users' rows, otherwise they are guarded.
  ///
  /// - Parameter rowsMax: The most rows of one user in one group, in noise mode.
  mutating func aggregate(
    _ asked: Relation.Aggregate, _ input: Relation, _ rows: UserRows, rowsMax: Double
  ) throws(Diagnostic) -> (Relation, Provenance) {
    let aggregate = noise == nil ? asked : try asked.withPlainKeys()
    for key in aggregate.keys { eventKeys.note(key) }
    try rows.checkRanks(aggregate)
    guard let key = aggregate.keys.first(where: { rows.isKey($0.expression) }) else {
      if let owner = rows.owner { return self.aggregate(aggregate, input, rows, of: owner) }
      if let keys = keysOfOneUser(aggregate, rows) { return self.aggregate(aggregate, input, rows, by: keys) }
      if let key = aggregate.keys.first(where: { $0.expression.type == .userKey }) {
        throw Self.unsupported(
          "This `user_id` may be missing where the row's user is known, so that grouping by it mixes users.",
          at: key.expression.span, hint: "Group by the `user_id` of the side that is kept, or by COALESCE of both.")
      }
      let (relation, evidence) = try published(aggregate, input, rows, rowsMax: rowsMax)
      return (relation, .guarded(evidence))
    }
    var result = aggregate
    result.input = input
    var own = UserRows(key: key.column, equal: [key.column.id], paths: [])
    (own.filteredBy, own.owner) = (rows.filteredBy, rows.owner)
    own.uniqueBy = Set(aggregate.keys.filter { !rows.isKey($0.expression) }.map(\.column.id))
    own.publics = rows.publics.projected(aggregate.keys)
    // The least and the largest of a user's keys are that user's key.
    for call in aggregate.calls where ["MIN", "MAX"].contains(call.function.name) && call.filter == nil {
      if let argument = call.arguments.first, rows.isKeyOrNull(argument) {
        own.optional.insert(call.column.id)
        if rows.isKey(argument) { own.equal.insert(call.column.id) }
      }
    }
    for item in aggregate.keys where rows.isKeyOrNull(item.expression) {
      own.optional.insert(item.column.id)
      if rows.isKey(item.expression) { own.equal.insert(item.column.id) }
    }
    for path in rows.paths {
      if rows.equal.contains(path.presence.id) {
        own.paths.append(.init(presence: key.column, name: path.name, kind: path.kind))
        continue
      }
      let presence = build.column("presence", .userKey)
      result.calls.append(Self.presence(of: path, as: presence, at: aggregate.span))
      own.paths.append(.init(presence: presence, name: path.name, kind: path.kind))
    }
    return (.aggregate(result), .user(own))
  }

  /// The one place where an aggregation over many users becomes something that everybody may see.
  ///
  /// - Parameters:
  ///   - other: The second user of each row; nil where there is only one.
  ///   - rowsMax: The most rows of one user in one group, in noise mode.
  ///   - isSelective: Whether a row without keys is there only if enough users are behind it.
  mutating func published(
    _ aggregate: Relation.Aggregate, _ input: Relation, _ rows: UserRows, beside other: UserRows? = nil,
    rowsMax: Double, usersMin: Int = 0, isSelective: Bool = false
  ) throws(Diagnostic) -> (Relation, AuditColumns) {
    guard let noise else {
      var guarding = RowGuard(
        rewriter: self, aggregate: aggregate, rows: rows, other: other, input: input, usersMin: usersMin)
      let result = try guarding.relation()
      self = guarding.rewriter
      return result
    }
    guard other == nil, rows.owner == nil, rows.ranks == nil else {
      throw Self.unsupported(
        "Nothing bounds what one user adds to these rows, so that no noise could hide it.", at: aggregate.span,
        hint: "Aggregate each table by `user_id` first.")
    }
    var pipeline = NoisyPipeline(
      rewriter: self, parameters: noise, aggregate: try aggregate.withPlainKeys(), rows: rows, input: input,
      rowsMax: rowsMax,
      isAlwaysSelective: isSelective)
    let result = try pipeline.relation()
    self = pipeline.rewriter
    return result
  }

  /// An aggregation in a subquery over rows of the user around it: its rows are that user's as well. They belong to the
  /// user also where there is nothing to aggregate.
  private mutating func aggregate(
    _ aggregate: Relation.Aggregate, _ input: Relation, _ rows: UserRows, of owner: RelationColumn
  ) -> (Relation, Provenance) {
    var result = aggregate
    result.input = input
    var paths: [UserRows.Path] = []
    for path in rows.paths {
      let presence = build.column("presence", .userKey)
      result.calls.append(Self.presence(of: path, as: presence, at: aggregate.span))
      paths.append(.init(presence: presence, name: path.name, kind: path.kind))
    }
    return owned(.aggregate(result), paths, rows, by: owner, at: aggregate.span)
  }

  /// The relation with the key of the user around the subquery, to whom its rows belong.
  mutating func owned(
    _ relation: Relation, _ paths: [UserRows.Path], _ rows: UserRows, by owner: RelationColumn, at span: SourceSpan
  ) -> (Relation, Provenance) {
    let key = build.column("user_id", .userKey)
    let items = relation.columns.map(Self.kept) + [.init(column: key, expression: .column(owner, at: span))]
    var own = UserRows(key: key, equal: [key.id], paths: paths)
    (own.filteredBy, own.owner) = (rows.filteredBy, owner)
    return (.project(.init(input: relation, items: items)), .user(own))
  }

  /// The keys that together are the row's user: each is the user or NULL, and one of them is there whenever the user is
  /// known (`GROUP BY a.user_id, b.user_id` over an outer join).
  private func keysOfOneUser(_ aggregate: Relation.Aggregate, _ rows: UserRows) -> [Relation.Project.Item]? {
    let keys = aggregate.keys.filter { item in
      if case .column = item.expression.kind { return rows.isKeyOrNull(item.expression) }
      return false
    }
    let present = Set(keys.flatMap { Array($0.expression.columnsInUse) })
    guard keys.count > 1, rows.isCovered(by: present) else { return nil }
    return keys
  }

  /// An aggregation by such keys: its rows stay users' rows.
  private mutating func aggregate(
    _ aggregate: Relation.Aggregate, _ input: Relation, _ rows: UserRows, by keys: [Relation.Project.Item]
  ) -> (Relation, Provenance) {
    var result = aggregate
    result.input = input
    let key = build.column("user_id", .userKey)
    let either = BoundExpression(
      .call(RelationBuilder.function("COALESCE"), keys.map { .column($0.column, at: aggregate.span) }), type: .userKey,
      at: aggregate.span)
    var paths: [UserRows.Path] = []
    for path in rows.paths {
      if let own = keys.first(where: { $0.expression.columnsInUse.contains(path.presence.id) }) {
        paths.append(.init(presence: own.column, name: path.name, kind: path.kind))
        continue
      }
      let presence = build.column("presence", .userKey)
      result.calls.append(Self.presence(of: path, as: presence, at: aggregate.span))
      paths.append(.init(presence: presence, name: path.name, kind: path.kind))
    }
    let items = Relation.aggregate(result).columns.map(Self.kept) + [.init(column: key, expression: either)]
    return (
      .project(.init(input: .aggregate(result), items: items)),
      .user(
        UserRows(
          key: key, equal: [key.id], paths: paths, optional: Set(keys.map(\.column.id)),
          covers: rows.covers.map { set in
            Set(keys.filter { !$0.expression.columnsInUse.isDisjoint(with: set) }.map(\.column.id))
          }, filteredBy: rows.filteredBy, owner: rows.owner, publics: rows.publics.projected(aggregate.keys)))
    )
  }

  /// Whether any of a user's rows has what the path is about.
  private static func presence(
    of path: UserRows.Path, as column: RelationColumn, at span: SourceSpan
  ) -> Relation.Aggregate.Call {
    .init(
      column: column, function: RelationBuilder.function("MAX"), arguments: [.column(path.presence, at: span)],
      isDistinct: false, filter: nil, span: span)
  }
}
