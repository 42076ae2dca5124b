import AMCSQL
import Catalog

extension ThresholdRewriter {
  mutating func rewrite(_ window: Relation.Window) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(window.input)
    switch provenance {
    case .nobody, .guarded: return (.window(.init(input: input, calls: window.calls)), provenance)
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .user(let rows):
      let (relation, own) = try self.window(window.calls, input, rows)
      return (relation, .user(own))
    }
  }

  /// Windows over users' rows. One that stays with the row's user tells nothing of others; an aggregate over the rows
  /// of many is what GROUP BY would give, and is there only where that would be.
  private mutating func window(
    _ calls: [Relation.Window.Call], _ input: Relation, _ rows: UserRows
  ) throws(Diagnostic) -> (Relation, UserRows) {
    var result = input
    var rows = rows
    var own: [Relation.Window.Call] = []
    for call in calls {
      if call.partitionBy.contains(where: rows.isKey) {
        own.append(call)
      } else if let key = call.partitionBy.first(where: isEventKey) {
        // An event belongs to one user; the user beside it keeps rows without an event apart.
        var call = call
        call.partitionBy.append(.column(rows.key, at: key.span))
        own.append(call)
      } else {
        result = try joiningGroups(call, result, rows)
      }
    }
    guard !own.isEmpty else { return (result, rows) }
    spreadCells(to: &rows, &own)
    return (.window(.init(input: result, calls: own)), rows)
  }

  /// The result that a window computes from a row of a cell is in all rows of the user, so all of them are of the cell
  /// from here on.
  private mutating func spreadCells(to rows: inout UserRows, _ calls: inout [Relation.Window.Call]) {
    for index in rows.paths.indices where rows.paths[index].kind == .cell {
      let path = rows.paths[index]
      let presence = build.column("cell", .userKey)
      calls.append(
        .init(
          column: presence, "MAX", of: .column(path.presence, at: .none), by: [.column(rows.key, at: .none)],
          at: calls[0].span))
      rows.paths[index].presence = presence
    }
  }

  private func isEventKey(_ expression: BoundExpression) -> Bool {
    if case .column(let id) = expression.kind { return eventKeys[id] != nil }
    return false
  }

  /// `f(x) OVER (PARTITION BY k)` as a guarded aggregation by `k`, joined to each row; NULL where a group is too small.
  private mutating func joiningGroups(
    _ call: Relation.Window.Call, _ input: Relation, _ rows: UserRows
  ) throws(Diagnostic) -> Relation {
    guard call.function.kind == .aggregate, call.orderBy.isEmpty, call.frame == nil else {
      throw Self.unsupported(
        "A rank or a running measure over rows of several users is not supported.", at: call.span,
        hint: "Add `user_id` to PARTITION BY, or aggregate first.")
    }
    let span = call.span
    let common = addCTE("rows", input, at: span)
    let keys = call.partitionBy.map { expression in
      let column = build.column("key", expression.type)
      sensitivities[column.id] = expression.columnsInUse.map { sensitivities[$0] ?? .literal }.combined
      return Relation.Project.Item(column: column, expression: expression)
    }
    let copy = reading(common, of: input, at: span)
    let aggregated = Relation.Aggregate(
      input: copy.relation,
      keys: keys.map { .init(column: $0.column, expression: $0.expression.renamed(copy.names)) },
      calls: [
        .init(
          column: call.column, function: call.function, arguments: call.arguments.map { $0.renamed(copy.names) },
          isDistinct: call.isDistinct, filter: call.filter?.renamed(copy.names), span: span)
      ], span: span)
    let wasFinal = isFinal
    isFinal = false
    var guarding = RowGuard(rewriter: self, aggregate: aggregated, rows: rows.renamed(copy.names), input: copy.relation)
    let (groups, _) = try guarding.relation()
    self = guarding.rewriter
    isFinal = wasFinal
    // The rows keep their columns' ids, which what stands above them reads.
    let again = reading(common, of: input, at: span)
    let kept = input.columns.map { column in
      Relation.Project.Item(
        column: column, expression: BoundExpression.column(column, at: span).renamed(again.names))
    }
    let conditions = keys.map { key in
      key.expression.compared(.isNotDistinctFrom, .column(key.column, at: span))
    }
    return .join(
      .init(
        kind: .left, left: .project(.init(input: again.relation, items: kept)), right: groups,
        condition: conditions.isEmpty
          ? BoundExpression(.literal(.boolean(true)), type: .boolean, at: span) : .all(conditions, at: span)))
  }

  /// The rows of a WITH query of the rewriter's own, under new names.
  mutating func reading(_ common: CTEID, of relation: Relation, at span: SourceSpan) -> RowSource {
    let columns = relation.columns
    let copies = columns.map { build.column($0.name, $0.type) }
    for (column, copy) in zip(columns, copies) { sensitivities[copy.id] = sensitivities[column.id] }
    let reference = Relation.CTEReference(id: common, columns: copies, originals: columns.map(\.id), span: span)
    let names = Dictionary(uniqueKeysWithValues: zip(columns.map(\.id), copies))
    return RowSource(relation: .cte(reference), names: names)
  }
}

extension UserRows {
  /// The same rows under other column names.
  func renamed(_ names: [ColumnID: RelationColumn]) -> UserRows {
    UserRows(
      key: names[key.id] ?? key, equal: Set(equal.map { names[$0]?.id ?? $0 }),
      paths: paths.map { Path(presence: names[$0.presence.id] ?? $0.presence, name: $0.name, kind: $0.kind) },
      optional: Set(optional.map { names[$0]?.id ?? $0 }),
      covers: covers.map { set in Set(set.map { names[$0]?.id ?? $0 }) })
  }
}
