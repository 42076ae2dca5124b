import AMCSQL
import Catalog

extension ThresholdRewriter {
  mutating func rewrite(_ window: Relation.Window) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(window.input)
    switch provenance {
    case .nobody, .guarded: return (.window(.init(input: input, calls: window.calls)), provenance)
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .pair:
      throw Self.unsupported(
        "A window over rows of two users each is not supported.", at: window.calls[0].span,
        hint: "Compute it before the join, or aggregate first.")
    case .user(let rows):
      try rows.requireNoTiles(at: window.calls[0].span)
      let (relation, own) = try self.window(window.calls, input, rows, rowsMax: bounds.rows(of: window.input))
      return (relation, .user(own))
    }
  }

  /// Windows over users' rows. One that stays with the row's user tells nothing of others; an aggregate over the rows
  /// of many is what GROUP BY would give, and is there only where that would be.
  private mutating func window(
    _ calls: [Relation.Window.Call], _ input: Relation, _ rows: UserRows, rowsMax: Double
  ) throws(Diagnostic) -> (Relation, UserRows) {
    var result = input
    var rows = rows
    var own: [Relation.Window.Call] = []
    var tiles: [Relation.Window.Call] = []
    var ranks: [Relation.Window.Call] = []
    for call in calls {
      if rows.owner != nil || call.partitionBy.contains(where: rows.isKey) {
        own.append(call)
      } else if let key = call.partitionBy.first(where: { eventKeys.name(of: $0) != nil }) {
        // An event belongs to one user; the user beside it keeps rows without an event apart.
        var call = call
        call.partitionBy.append(.column(rows.key, at: key.span))
        own.append(call)
      } else if noise != nil, call.function.argumentFlow == .rank {
        throw Self.placeAmongOthers(call)
      } else if isForAudience, call.function.argumentFlow == .rank {
        try checkRank(call, rows)
        ranks.append(call)
      } else if call.function.name == "NTILE" {
        tiles.append(call)
      } else {
        result = try joiningGroups(call, result, rows, rowsMax: rowsMax)
        // What the group of a HIGH key says of it may be filtered by.
        for key in call.partitionBy { rows.filteredBy = max(rows.filteredBy, classFiltering(key)) }
      }
    }
    if !own.isEmpty {
      spreadPaths(to: &rows, &own)
      result = .window(.init(input: result, calls: own))
    }
    if !ranks.isEmpty { result = .window(.init(input: result, calls: ranks)) }
    for call in tiles { result = try tiled(call, result, &rows) }
    return (result, rows)
  }

  /// Refuses a place among the rows of many users in noise mode: one user more or less moves everybody behind, so that
  /// the rows of all others hang on each user, and no noise of a later aggregation would hide that.
  private static func placeAmongOthers(_ call: Relation.Window.Call) -> Diagnostic {
    unsupported(
      "\(call.function.name) over the rows of several users has no result with noise.", at: call.span,
      hint: "Add `user_id` to PARTITION BY, rank groups behind an aggregation, or group by ranges of the value.")
  }

  /// `NTILE(n)` over rows of several users: the users by the size of something, in parts of equal numbers.
  ///
  /// Each user has one row, so that nobody moves others by more than one place; a tile has enough users; and all rows
  /// are aggregated by their tiles (see `UserRows.Tiles`), whose sizes follow from the number of users alone.
  private mutating func tiled(
    _ call: Relation.Window.Call, _ input: Relation, _ rows: inout UserRows
  ) throws(Diagnostic) -> Relation {
    let span = call.span
    let partition = Set(
      call.partitionBy.compactMap { key -> ColumnID? in
        if case .column(let id) = key.kind { return id }
        return nil
      })
    guard rows.tiles == nil, let uniqueBy = rows.uniqueBy, uniqueBy.isSubset(of: partition),
      partition.count == Set(call.partitionBy).count
    else {
      throw Self.unsupported(
        "NTILE over rows of several users needs one row for each user, and stands alone.", at: span,
        hint: "Aggregate by `user_id` in a subquery first, and PARTITION BY its other keys.")
    }
    guard let count = call.arguments.first?.tileCount else {
      throw Self.unsupported("The number of tiles is not known.", at: span)
    }
    let raw = build.column("tile", .bigint)
    let users = build.column("users", .bigint)
    var tile = call
    tile.column = raw
    let counted = Relation.Window.Call(
      column: users, "COUNT", of: .column(rows.key, at: span), by: call.partitionBy, at: span)
    let window = Relation.window(.init(input: input, calls: [tile, counted]))
    let least = BoundExpression.number(count * max(thresholds.effectiveHigh, thresholds.equivalent), at: span)
    let isEnough = BoundExpression.column(users, at: span).compared(.greaterOrEqual, least)
    let shown = BoundExpression(
      .conditional([.init(condition: isEnough, result: .column(raw, at: span))], otherwise: nil), type: .bigint,
      at: span)
    var items = input.columns.map(Self.kept) + [.init(column: call.column, expression: shown)]
    var order: [RelationColumn] = []
    for key in call.orderBy {
      let column = build.column("order", key.expression.type)
      sensitivities[column.id] = key.expression.columnsInUse.map { sensitivities[$0] ?? .literal }.combined
      items.append(.init(column: column, expression: key.expression))
      order.append(column)
    }
    rows.tiles = UserRows.Tiles(columns: [call.column.id], partition: partition, order: order)
    return .project(.init(input: window, items: items))
  }

  /// The result that a window computes from a row is in all rows of its partition, also where a filter leaves out the
  /// row itself. So all of them come from that row's readings from here on, and all rows of the user are of its cells.
  private mutating func spreadPaths(to rows: inout UserRows, _ calls: inout [Relation.Window.Call]) {
    let user = [BoundExpression.column(rows.key, at: .none)]
    let partitions = Set(calls.map(\.partitionBy))
    let partition = partitions.count == 1 ? calls[0].partitionBy : user
    let span = calls[0].span
    for index in rows.paths.indices where !rows.equal.contains(rows.paths[index].presence.id) {
      let path = rows.paths[index]
      let presence = build.column("presence", .userKey)
      let keys =
        switch path.kind {
        case .reading: partition
        case .cell: user
        }
      calls.append(.init(column: presence, "MAX", of: .column(path.presence, at: .none), by: keys, at: span))
      rows.paths[index].presence = presence
    }
  }

  /// `f(x) OVER (PARTITION BY k)` as a guarded aggregation by `k`, joined to each row; NULL where a group is too small.
  private mutating func joiningGroups(
    _ call: Relation.Window.Call, _ input: Relation, _ rows: UserRows, rowsMax: Double
  ) throws(Diagnostic) -> Relation {
    guard call.function.kind == .aggregate, call.frame == nil, call.orderBy.isEmpty || Self.adds(call) else {
      throw Self.unsupported(
        "\(call.function.name) with this window over rows of several users is not supported.", at: call.span,
        hint: call.function.kind == .window
          ? "Add `user_id` to PARTITION BY, aggregate first, or use NTILE over one row for each user."
          : "Add `user_id` to PARTITION BY, or aggregate first.")
    }
    let span = call.span
    let common = addCTE("rows", input, at: span)
    let keys = (call.partitionBy + call.orderBy.map(\.expression)).map { expression in
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
    let (groups, _) = try published(aggregated, copy.relation, rows.renamed(copy.names), rowsMax: rowsMax)
    isFinal = wasFinal
    let values = call.orderBy.isEmpty ? groups : running(call, groups, keys.map(\.column))
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
        kind: .left, left: .project(.init(input: again.relation, items: kept)), right: values,
        condition: conditions.isEmpty
          ? BoundExpression(.literal(.boolean(true)), type: .boolean, at: span) : .all(conditions, at: span)))
  }

  /// Whether the measure of several groups follows from the measures of each.
  private static func adds(_ call: Relation.Window.Call) -> Bool {
    ["COUNT", "SUM", "MIN", "MAX"].contains(call.function.name) && !call.isDistinct
  }

  /// A running measure: what everybody may see of the groups up to the row's own, added up. It is computed from guarded
  /// groups, so it tells no more than they do; a group that is hidden is no part of it.
  private mutating func running(
    _ call: Relation.Window.Call, _ groups: Relation, _ keys: [RelationColumn]
  ) -> Relation {
    let span = call.span
    let part = build.column("part", call.column.type)
    let items = keys.map(Self.kept) + [.init(column: part, expression: .column(call.column, at: span))]
    var total = call
    total.function = RelationBuilder.function(call.function.name == "COUNT" ? "SUM" : call.function.name)
    total.arguments = [.column(part, at: span)]
    total.filter = nil
    total.partitionBy = keys.prefix(call.partitionBy.count).map { .column($0, at: span) }
    for (index, key) in keys.dropFirst(call.partitionBy.count).enumerated() {
      total.orderBy[index].expression = .column(key, at: span)
    }
    return .window(.init(input: .project(.init(input: groups, items: items)), calls: [total]))
  }

  /// The rows of a WITH query of the rewriter's own, under new names.
  mutating func reading(_ common: CTEID, of relation: Relation, at span: SourceSpan) -> RowSource {
    let columns = relation.columns
    let copies = columns.map { build.column($0.name, $0.type) }
    for (column, copy) in zip(columns, copies) {
      sensitivities[copy.id] = sensitivities[column.id]
      bounds.note(copy.id, as: column.id)
    }
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
      covers: covers.map { set in Set(set.map { names[$0]?.id ?? $0 }) }, filteredBy: filteredBy, owner: owner,
      uniqueBy: uniqueBy.map { set in Set(set.map { names[$0]?.id ?? $0 }) },
      tiles: tiles.map { own in
        Tiles(
          columns: Set(own.columns.map { names[$0]?.id ?? $0 }),
          partition: Set(own.partition.map { names[$0]?.id ?? $0 }), order: own.order.map { names[$0.id] ?? $0 })
      }, publics: publics.named(names))
  }
}
