import AMCSQL
import Catalog

extension ThresholdRewriter {
  mutating func rewrite(_ join: Relation.JoinRelation) throws(Diagnostic) -> (Relation, Provenance) {
    let (left, leftProvenance) = try rewrite(join.left)
    let (right, rightProvenance) = try rewrite(join.right)
    let span = join.condition?.span ?? join.right.firstSpan
    if let condition = join.condition, condition.hasSubquery {
      throw Self.unsupported("A subquery in ON is not supported.", at: condition.span, hint: "Move it to WHERE.")
    }
    var result = join
    result.left = left
    result.right = right
    if let ranked = joiningTotals(result, leftProvenance, rightProvenance) { return (.join(result), .user(ranked)) }
    for rows in leftProvenance.rows + rightProvenance.rows { try rows.requireNoRanks(at: span) }
    switch (leftProvenance, rightProvenance) {
    case (.nobody, .nobody): return (.join(result), .nobody)
    case (.guarded(let evidence), .nobody), (.nobody, .guarded(let evidence)):
      return (.join(result), .guarded(evidence))
    case (.guarded(let a), .guarded(let b)):
      let (relation, evidence) = combined(a, b, over: .join(result), at: span)
      return (relation, .guarded(evidence))
    // What everybody may see adds no user to a row. A HIGH value by which it was found is a filter.
    case (.user(let rows), .nobody), (.user(let rows), .guarded):
      let joined = beside(right, isOptional: join.kind == .left || join.kind == .full, rows, join)
      return (.join(result), .user(joined.repeated.filtered(by: classFiltering(join.condition))))
    case (.nobody, .user(let rows)), (.guarded, .user(let rows)):
      let joined = beside(left, isOptional: join.kind == .full, rows, join)
      return (.join(result), .user(joined.repeated.filtered(by: classFiltering(join.condition))))
    case (.user(let rows), .eventDetail) where join.kind == .inner || join.kind == .left:
      try checkEventKey(of: join, at: span)
      return (.join(result), .user(rows.repeated.filtered(by: classFiltering(join.condition))))
    case (.eventDetail, .user(let rows)) where join.kind == .inner:
      try checkEventKey(of: join, at: span)
      return (.join(result), .user(rows.repeated.filtered(by: classFiltering(join.condition))))
    case (.user(let a), .user(let b)):
      if a.owner != nil || b.owner != nil { return joinOwned(result, a, b, at: span) }
      return try joinUsers(result, a, b, at: span)
    // A row that finds no partner among the pairs would tell something of those who are not there.
    case (.pair(let one, let other), .nobody) where join.kind != .full,
      (.pair(let one, let other), .guarded) where join.kind != .full:
      return (.join(result), .pair(one.filtered(by: classFiltering(join.condition)), other))
    case (.nobody, .pair(let one, let other)) where join.kind == .inner || join.kind == .cross,
      (.guarded, .pair(let one, let other)) where join.kind == .inner || join.kind == .cross:
      return (.join(result), .pair(one.filtered(by: classFiltering(join.condition)), other))
    case (.pair, _), (_, .pair):
      throw Self.unsupported(
        "Rows that belong to two users each can't be joined with others in this way.", at: span,
        hint: "Aggregate first, or join by `user_id` before.")
    case (.eventDetail(let span), _), (_, .eventDetail(let span)): throw Self.detailAlone(at: span)
    }
  }

  /// The rows with what they have from a public relation that they are joined with.
  private mutating func beside(
    _ relation: Relation, isOptional: Bool, _ rows: UserRows, _ join: Relation.JoinRelation
  ) -> UserRows {
    guard noise != nil else { return rows }
    var result = rows
    let own = PublicColumns(of: relation, isOptional: isOptional, &build)
    result.publics = rows.publics.joined(own, &build)
    // Rows of users without a partner are there as well in the other kinds of joins.
    if join.kind == .inner, let condition = join.condition {
      result.publics.learn(from: condition, isPublic: { _ in false }, &build)
    }
    return result
  }

  /// Rows of users on both sides: each joined row belongs to one user only if the keys are equal.
  private mutating func joinUsers(
    _ join: Relation.JoinRelation, _ left: UserRows, _ right: UserRows, at span: SourceSpan
  ) throws(Diagnostic) -> (Relation, Provenance) {
    var join = join
    if let condition = join.condition, condition.conjuncts.contains(where: { isEventKey($0, of: join) }) {
      // One event is one user's: that the users are the same, known or not, is added for what the keys alone don't
      // prove.
      let isSame = BoundExpression.column(left.key, at: span).compared(
        .isNotDistinctFrom, .column(right.key, at: span))
      join.condition = .all(condition.conjuncts + [isSame], at: condition.span)
    } else if join.condition?.conjuncts.contains(where: { equates($0, left, right) }) != true {
      return try pairs(join, left, right, at: span)
    }
    let paths = left.paths + right.paths
    let optional = left.optional.union(right.optional).union(left.equal).union(right.equal)
    let filteredBy = max(left.filteredBy, right.filteredBy, classFiltering(join.condition))
    let publics = left.publics.joined(
      right.publics, isOptional: join.kind == .full, otherIsOptional: join.kind == .left || join.kind == .full, &build)
    // One row of each side for each user gives one row for each user.
    let uniqueBy: Set<ColumnID>? = left.uniqueBy == [] && right.uniqueBy == [] ? [] : nil
    var sides = left.outerSides + right.outerSides
    func side(_ rows: UserRows, _ relation: Relation) -> OuterSide {
      OuterSide(columns: Set(relation.columns.map(\.id)), keys: rows.equal)
    }
    switch join.kind {
    case .inner:
      var rows = UserRows(
        key: left.key, equal: left.equal.union(right.equal), paths: paths, optional: optional, covers: left.covers,
        filteredBy: filteredBy, uniqueBy: uniqueBy, outerSides: sides, publics: publics)
      if let condition = join.condition {
        rows.learn(from: condition)
        rows.publics.learn(from: condition, isPublic: { _ in false }, &build)
      }
      return (.join(join), .user(rows))
    case .left:
      sides.append(side(right, join.right))
      let rows = UserRows(
        key: left.key, equal: left.equal, paths: paths, optional: optional, covers: left.covers,
        filteredBy: filteredBy, uniqueBy: uniqueBy, outerSides: sides, publics: publics)
      return (.join(join), .user(rows))
    case .full:
      let key = build.column("user_id", .userKey)
      let either = BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [.column(left.key, at: span), .column(right.key, at: span)]),
        type: .userKey, at: span)
      var items = Relation.join(join).columns.map { column in
        Relation.Project.Item(column: column, expression: .column(column, at: span))
      }
      items.append(.init(column: key, expression: either))
      sides += [side(left, join.left), side(right, join.right)]
      let rows = UserRows(
        key: key, equal: [key.id], paths: paths, optional: optional, covers: left.sides + right.sides,
        filteredBy: filteredBy, uniqueBy: uniqueBy, outerSides: sides, publics: publics)
      return (.project(.init(input: .join(join), items: items)), .user(rows))
    case .cross:
      throw Self.unsupported("A CROSS JOIN of two tables of users is not supported.", at: span)
    }
  }

  /// Rows of two users each: all pairs of rows that agree in something else than the user.
  ///
  /// Only of inner joins: a row that finds no partner would tell something of the users who are not there. And only of
  /// known users: a row without a user is repeated for each partner, so that no longer each is a person of its own.
  private func pairs(
    _ join: Relation.JoinRelation, _ left: UserRows, _ right: UserRows, at span: SourceSpan
  ) throws(Diagnostic) -> (Relation, Provenance) {
    guard noise == nil else {
      throw Self.unsupported(
        "Nothing bounds how many rows of others one user is joined with, so that no noise could hide it.", at: span,
        hint: "Add `a.user_id = b.user_id` to ON, or aggregate one of the tables before joining it.")
    }
    let (ours, theirs) = (Set(join.left.columns.map(\.id)), Set(join.right.columns.map(\.id)))
    let isKeyed = join.condition?.conjuncts.contains { part in
      guard case .compare(.equal, let a, let b) = part.kind else { return false }
      // Users that may be missing where a row's user is known are no key; see the hint.
      guard a.type != .userKey, b.type != .userKey else { return false }
      let (one, other) = (a.columnsInUse, b.columnsInUse)
      guard !one.isEmpty, !other.isEmpty else { return false }
      return (one.isSubset(of: ours) && other.isSubset(of: theirs))
        || (one.isSubset(of: theirs) && other.isSubset(of: ours))
    }
    guard join.kind == .inner, isKeyed == true, let condition = join.condition else {
      throw Self.unsupported(
        "Rows of different users can be brought together by an inner join only, where columns of both are equal.",
        at: span, hint: "Add `a.user_id = b.user_id` to ON, or aggregate both tables first.")
    }
    var left = left
    left.filteredBy = max(left.filteredBy, right.filteredBy, classComparing(condition, left, right))
    let areKnown = [left.key, right.key].map { key in
      BoundExpression(.isNull(.column(key, at: span), negated: true), type: .boolean, at: span)
    }
    var join = join
    join.condition = .all(condition.conjuncts + areKnown, at: condition.span)
    return (.join(join), .pair(left.repeated, right.repeated))
  }

  /// A join in a subquery, where the rows of one side or of both belong to the user of the row around it.
  private mutating func joinOwned(
    _ join: Relation.JoinRelation, _ left: UserRows, _ right: UserRows, at span: SourceSpan
  ) -> (Relation, Provenance) {
    let filteredBy = max(left.filteredBy, right.filteredBy, classFiltering(join.condition))
    let paths = left.paths + right.paths
    let isByUser = join.condition?.conjuncts.contains { equates($0, left, right) } ?? false
    let owner: RelationColumn? =
      switch (left.owner, right.owner) {
      case (let one?, _?): one
      case (let one?, nil) where isByUser && (join.kind == .inner || join.kind == .left): one
      case (nil, let other?) where isByUser && join.kind == .inner: other
      case (nil, _), (_, nil): nil
      }
    if let owner {
      return owned(.join(join), paths, left.filtered(by: filteredBy), by: owner, at: span)
    }
    // Beside rows of others, what is known of the own user is like something public.
    var rows = (left.owner == nil ? left : right).repeated.filtered(by: filteredBy)
    rows.paths = paths
    return (.join(join), .user(rows))
  }

  /// The class of the HIGH values that decide whether a condition is true; `none` where there are none.
  ///
  /// A filter by a HIGH value, such as a city that is found by its rank, gives rows that need the users of that class,
  /// as if they showed it. Whether there is a value is no such filter, and neither are users and events that are equal.
  func classFiltering(_ condition: BoundExpression?) -> AggregationThreshold {
    guard let condition, condition.testedForText == nil else { return .none }
    switch condition.kind {
    case .isNull: return .none
    case .column(let id):
      let own = sensitivities[id] ?? .literal
      return own.forbidsLiterals && own.threshold == .high ? .high : .none
    case .literal, .parameter, .call, .arithmetic, .negate, .compare, .logical, .not, .isTruth, .between, .like,
      .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row, .element, .field,
      .trim:
      break
    }
    var result = AggregationThreshold.none
    if case .scalarRelation(let subquery) = condition.kind, let column = subquery.relation.columns.first {
      result = classFiltering(.column(column, at: condition.span))
    }
    condition.forEachChild { result = max(result, classFiltering($0)) }
    return result
  }

  /// The highest class among the columns of conditions that read columns of both users' tables.
  func classComparing(_ condition: BoundExpression, _ left: UserRows, _ right: UserRows) -> AggregationThreshold {
    let (ours, theirs) = (Set(left.readings.map(\.name)), Set(right.readings.map(\.name)))
    var result = AggregationThreshold.none
    for part in condition.conjuncts {
      let columns = part.columnsInUse
      let paths = lineage.paths(of: [part])
      // Columns whose origin is not known count as those of both.
      let isKnown = columns.allSatisfy { lineage.paths[$0] != nil }
      guard !isKnown || (!paths.isDisjoint(with: ours) && !paths.isDisjoint(with: theirs)) else { continue }
      result = columns.reduce(result) { max($0, sensitivities[$1]?.threshold ?? .internal) }
    }
    return result
  }

  /// Parts of events belong to a row's user only where they are of the row's own event.
  private func checkEventKey(of join: Relation.JoinRelation, at span: SourceSpan) throws(Diagnostic) {
    let isKeyed = join.condition?.conjuncts.contains { isEventKey($0, of: join) } ?? false
    guard isKeyed else {
      throw Self.unsupported(
        "A table of event details can be joined only by the key of its events.", at: span,
        hint: "Add the equality of that column, such as `a.adserver_session_id = b.adserver_session_id`, to ON.")
    }
  }

  /// Whether the condition says that both sides are of the same event.
  private func isEventKey(_ condition: BoundExpression, of join: Relation.JoinRelation) -> Bool {
    guard case .compare(.equal, let a, let b) = condition.kind, case .column(let one) = a.kind,
      case .column(let other) = b.kind, let name = eventKeys.name(of: a), eventKeys.name(of: b) == name
    else { return false }
    let left = Set(join.left.columns.map(\.id))
    return left.contains(one) != left.contains(other)
  }

  func equates(_ condition: BoundExpression, _ left: UserRows, _ right: UserRows) -> Bool {
    guard case .compare(.equal, let a, let b) = condition.kind else { return false }
    return (left.isKey(a) && right.isKey(b)) || (left.isKey(b) && right.isKey(a))
  }

  // MARK: UNION

  mutating func rewrite(_ union: Relation.Union) throws(Diagnostic) -> (Relation, Provenance) {
    var inputs: [Relation] = []
    var provenances: [Provenance] = []
    for input in union.inputs {
      let (relation, provenance) = try rewrite(input)
      inputs.append(relation)
      provenances.append(provenance)
    }
    for (index, column) in union.columns.enumerated() {
      eventKeys.note(column.id, as: union.inputs.map { $0.columns[index].id })
    }
    var users: [UserRows?] = []
    var evidences: [AuditColumns] = []
    var hasGuarded = false
    for provenance in provenances {
      switch provenance {
      case .nobody:
        users.append(nil)
        evidences.append(.none)
      case .guarded(let evidence):
        hasGuarded = true
        users.append(nil)
        evidences.append(evidence)
      case .user(let rows):
        try rows.requireNoRanks(at: union.span)
        users.append(rows)
      case .pair:
        throw Self.unsupported(
          "Rows that belong to two users each can't be part of a UNION.", at: union.span, hint: "Aggregate them first.")
      case .eventDetail(let span): throw Self.detailAlone(at: span)
      }
    }
    let isOfNobody = users.map { $0 == nil }
    let isOwned = users.compactMap(\.self).allSatisfy { $0.owner != nil }
    guard noise == nil || isOwned || !isOfNobody.contains(true) else {
      throw Self.unsupported(
        "Rows of no user beside those of users would not be counted.", at: union.span,
        hint: "Aggregate the rows of users first.")
    }
    guard users.contains(where: { $0 != nil }) else {
      if hasGuarded, union.isAll { return unionGuarded(union, inputs, evidences) }
      var result = union
      result.inputs = inputs.enumerated().map { selecting(union.inputs[$0].columns, of: $1) }
      return (.union(result), hasGuarded ? .guarded(.none) : .nobody)
    }
    let (all, rows) = unionOfUsers(union, inputs, users)
    if union.isAll { return (.union(all), .user(rows)) }
    return try distinct(all, union, rows)
  }

  /// The union with the key of each row's user, and for each reading the key again where it contributed.
  ///
  /// Rows that belong to no user count like those of users that are not known.
  private mutating func unionOfUsers(_ union: Relation.Union, _ inputs: [Relation], _ users: [UserRows?])
    -> (Relation.Union, UserRows)
  {
    let key = build.column("user_id", .userKey)
    let known = users.compactMap(\.self)
    let owner = known.allSatisfy { $0.owner != nil } ? known.first?.owner : nil
    let paths = users.flatMap { $0?.paths ?? [] }
    let presences = paths.map { _ in build.column("presence", .userKey) }
    var result = union
    result.isAll = true
    result.columns = union.columns + [key] + presences
    result.inputs = []
    var offset = 0
    for (branch, (input, rows)) in zip(inputs, users).enumerated() {
      let span = union.span
      var items = union.inputs[branch].columns.map { column in
        Relation.Project.Item(column: build.column(column.name, column.type), expression: .column(column, at: span))
      }
      let nobody = BoundExpression.null(.userKey, at: span)
      items.append(
        .init(
          column: build.column("user_id", .userKey),
          expression: (rows?.key ?? owner).map { .column($0, at: span) } ?? nobody))
      let own = rows?.paths ?? []
      for index in presences.indices {
        let isOwn = index >= offset && index < offset + own.count
        let value = isOwn ? BoundExpression.column(own[index - offset].presence, at: span) : nobody
        items.append(.init(column: build.column("presence", .userKey), expression: value))
      }
      offset += own.count
      result.inputs.append(.project(.init(input: input, items: items)))
    }
    var equal: Set<ColumnID> = [key.id]
    for (index, column) in union.columns.enumerated()
    where zip(union.inputs, users).allSatisfy({ $1?.equal.contains($0.columns[index].id) ?? false }) {
      equal.insert(column.id)
    }
    let optional = Set(
      union.columns.enumerated().compactMap { index, column -> ColumnID? in
        let isKeyOrNull = zip(union.inputs, users).allSatisfy { input, rows in
          rows?.isKeyOrNull(.column(input.columns[index], at: union.span)) ?? false
        }
        return isKeyOrNull ? column.id : nil
      })
    return (
      result,
      UserRows(
        key: key, equal: equal, paths: zip(presences, paths).map { .init(presence: $0, name: $1.name, kind: $1.kind) },
        optional: optional, filteredBy: known.map(\.filteredBy).max() ?? .none, owner: owner,
        publics: noise == nil ? .none : PublicColumns.union(union, of: known.map(\.publics), &build))
    )
  }

  /// UNION without ALL: the same as DISTINCT over UNION ALL.
  private mutating func distinct(_ all: Relation.Union, _ union: Relation.Union, _ rows: UserRows) throws(Diagnostic)
    -> (Relation, Provenance)
  {
    var inner = all
    let visible = union.columns.count
    inner.columns = all.columns.enumerated().map { index, column in
      index < visible ? build.column(column.name, column.type) : column
    }
    var equal: Set<ColumnID> = [inner.columns[visible].id]
    for index in 0..<visible where rows.equal.contains(all.columns[index].id) {
      equal.insert(inner.columns[index].id)
    }
    for (column, original) in zip(inner.columns, all.columns) {
      sensitivities[column.id] = sensitivities[original.id]
      bounds.note(column.id, as: original.id)
      eventKeys.note(column.id, as: [original.id])
    }
    let names = Dictionary(uniqueKeysWithValues: zip(all.columns.map(\.id), inner.columns))
    let rowsMax = bounds.rows(of: .union(union))
    let rows = UserRows(
      key: inner.columns[visible], equal: equal,
      paths: zip(inner.columns.dropFirst(visible + 1), rows.paths).map {
        .init(presence: $0, name: $1.name, kind: $1.kind)
      }, filteredBy: rows.filteredBy, owner: rows.owner, publics: rows.publics.named(names))
    let keys = zip(inner.columns, union.columns).map { column, outer in
      Relation.Project.Item(column: outer, expression: .column(column, at: union.span))
    }
    return try aggregate(
      .init(input: .union(inner), keys: keys, calls: [], span: union.span), .union(inner), rows, rowsMax: rowsMax)
  }
}

extension Relation {
  /// A position in the text that belongs to the relation.
  var firstSpan: SourceSpan {
    switch self {
    case .scan(let scan): scan.span
    case .values(let values): values.span
    case .aggregate(let aggregate): aggregate.span
    case .union(let union): union.span
    case .cte(let reference): reference.span
    case .project(let project): project.items.first?.expression.span ?? project.input.firstSpan
    case .filter(let filter): filter.input.firstSpan
    case .join(let join): join.left.firstSpan
    case .window(let window): window.input.firstSpan
    case .explode(let explode): explode.input.firstSpan
    }
  }
}
