import AMCSQL
import Catalog

extension ThresholdRewriter {
  mutating func rewrite(_ window: Relation.Window) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(window.input)
    switch provenance {
    case .nobody, .guarded:
      return (.window(.init(input: input, calls: window.calls.map { ordered($0, over: input) })), provenance)
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .pair:
      throw Self.unsupported(
        "A window over rows of two users each is not supported.", at: window.calls[0].span,
        hint: "Compute it before the join, or aggregate first.")
    case .user(let rows):
      try rows.requireNoRanks(at: window.calls[0].span)
      let (relation, own) = try self.window(window.calls, input, rows, rowsMax: bounds.rows(of: window.input))
      return (relation, .user(own))
    }
  }

  /// Windows over users' rows. One that stays with the row's user tells nothing of others; an aggregate over the rows
  /// of many is what GROUP BY would give, and is there only where that would be. For ranks and running figures among
  /// several users see `place(_:_:_:)` and `ranked(_:_:_:)`.
  private mutating func window(
    _ calls: [Relation.Window.Call], _ input: Relation, _ rows: UserRows, rowsMax: Double
  ) throws(Diagnostic) -> (Relation, UserRows) {
    var result = input
    var rows = rows
    var own: [Relation.Window.Call] = []
    var placed: [Relation.Window.Call] = []
    var ranks: [Relation.Window.Call] = []
    var shared: [Relation.Window.Call] = []
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
      } else {
        let call = call.withPlainFrame
        if try isPlaced(call, among: rows) {
          placed.append(call)
          continue
        }
        result = try groupWindow(call, result, rows, rowsMax: rowsMax)
        if call.orderBy.isEmpty { shared.append(call) }
        // What the group of a HIGH key says of it may be filtered by.
        for key in call.partitionBy + call.orderBy.map(\.expression) {
          rows.filteredBy = max(rows.filteredBy, classFiltering(key))
        }
      }
    }
    if !own.isEmpty {
      spreadPaths(to: &rows, &own)
      result = .window(.init(input: result, calls: own.map { ordered($0, over: result) }))
    }
    if !ranks.isEmpty { result = .window(.init(input: result, calls: ranks)) }
    if !placed.isEmpty { result = try place(placed, result, &rows, beside: shared) }
    return (result, rows)
  }

  /// The window with an order that leaves no tie but between equal rows, in noise mode, where its value hangs on it:
  /// the same question has the same answer.
  private func ordered(_ call: Relation.Window.Call, over input: Relation) -> Relation.Window.Call {
    guard noise != nil, call.frame?.unit == .rows || ["ROW_NUMBER", "NTILE"].contains(call.function.name) else {
      return call
    }
    var result = call
    for column in input.columns {
      let value = BoundExpression.column(column, at: call.span)
      switch column.type {
      // Maps have no order.
      case .map: continue
      // The two forms of zero are equal as numbers.
      case .float, .double:
        let text = BoundExpression(.cast(value), type: .string, at: call.span)
        result.orderBy += [value, text].map { .init($0, isDescending: false, nullsFirst: false) }
      case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .date, .timestamp, .string, .binary, .array,
        .row, .userKey, .unknown:
        result.orderBy.append(.init(value, isDescending: false, nullsFirst: false))
      }
    }
    return result
  }

  /// Refuses a place among the rows of many users in noise mode: one user more or less moves everybody behind, so that
  /// the rows of all others hang on each user, and no noise of a later aggregation would hide that.
  private static func placeAmongOthers(_ call: Relation.Window.Call) -> Diagnostic {
    unsupported(
      "\(call.function.name) over the rows of several users has no result with noise.", at: call.span,
      hint: "Add `user_id` to PARTITION BY, rank groups behind an aggregation, or group by ranges of the value.")
  }

  /// A window among several users that is taken from groups of their rows.
  private mutating func groupWindow(
    _ call: Relation.Window.Call, _ input: Relation, _ rows: UserRows, rowsMax: Double
  ) throws(Diagnostic) -> Relation {
    if call.function.argumentFlow == .rank { return try ranked(call, input, rows, rowsMax: rowsMax) }
    guard call.function.name == "AVG", !call.orderBy.isEmpty else {
      return try joiningGroups(call, input, rows, rowsMax: rowsMax)
    }
    let average = runningAverage(call)
    var result = input
    for part in average.calls { result = try joiningGroups(part, result, rows, rowsMax: rowsMax) }
    return .project(.init(input: result, items: result.columns.map(Self.kept) + [average.item]))
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
  ///
  /// - Parameter usersMin: How many users a group needs at least.
  mutating func joiningGroups(
    _ call: Relation.Window.Call, _ input: Relation, _ rows: UserRows, rowsMax: Double, usersMin: Int = 0
  ) throws(Diagnostic) -> Relation {
    guard call.function.kind == .aggregate, call.frame == nil, call.orderBy.isEmpty || call.addsUp else {
      throw Self.unsupported(
        "\(call.function.name) with this window over rows of several users is not supported.", at: call.span,
        hint: "Add `user_id` to PARTITION BY, or aggregate first.")
    }
    return try joining(call, input, rows, rowsMax: rowsMax, usersMin: usersMin) { rewriter, groups, keys in
      call.orderBy.isEmpty ? groups : rewriter.running(call, groups, keys)
    }
  }

  /// Each row beside what is made of a guarded aggregation of all rows by the keys of a window.
  ///
  /// - Parameters:
  ///   - call: The aggregate, and the window, whose keys are those of PARTITION BY and ORDER BY.
  ///   - values: Gives a relation with the keys and the window's column, from the guarded groups.
  mutating func joining(
    _ call: Relation.Window.Call, _ input: Relation, _ rows: UserRows, rowsMax: Double, usersMin: Int,
    values: (inout ThresholdRewriter, _ groups: Relation, _ keys: [RelationColumn]) -> Relation
  ) throws(Diagnostic) -> Relation {
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
    let (groups, _) = try published(
      aggregated, copy.relation, rows.renamed(copy.names), rowsMax: rowsMax, usersMin: usersMin)
    isFinal = wasFinal
    let values = values(&self, groups, keys.map(\.column))
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
    (total.partitionBy, total.orderBy) = call.keyed(by: keys)
    return .window(.init(input: .project(.init(input: groups, items: items)), calls: [total]))
  }

  /// A running average as a running sum and a running count, and their quotient.
  mutating func runningAverage(
    _ call: Relation.Window.Call
  ) -> (calls: [Relation.Window.Call], item: Relation.Project.Item) {
    let (sum, count) = (build.column("sum", .double), build.column("count", .bigint))
    for column in [sum, count] { sensitivities[column.id] = sensitivities[call.column.id] }
    var (summing, counting) = (call, call)
    (summing.column, summing.function) = (sum, RelationBuilder.function("SUM"))
    summing.arguments = call.arguments.map { $0.asDouble() }
    (counting.column, counting.function) = (count, RelationBuilder.function("COUNT"))
    let quotient = BoundExpression.column(sum, at: call.span).computed(
      .divide, BoundExpression.column(count, at: call.span).asDouble(), as: .double)
    return ([summing, counting], .init(column: call.column, expression: quotient))
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
      ranks: ranks.flatMap { own in own.renamed({ names[$0]?.id ?? $0 }, { names[$0.id] ?? $0 }) },
      publics: publics.named(names))
  }
}

extension Relation.Window.Call {
  /// Whether the measure of several groups follows from the measures of each.
  var addsUp: Bool { ["COUNT", "SUM", "MIN", "MAX"].contains(function.name) && !isDistinct }

  /// The window without a frame that says what windows mean anyhow.
  ///
  /// Rows that ORDER BY does not tell apart are in a running figure together: which of them comes first is chance.
  var withPlainFrame: Self {
    guard let frame, frame.start == .unboundedPreceding else { return self }
    var result = self
    switch frame.end {
    case .currentRow: result.frame = nil
    case .unboundedFollowing: (result.frame, result.orderBy) = (nil, [])
    case .unboundedPreceding, .preceding, .following: break
    }
    return result
  }

  /// PARTITION BY and ORDER BY over columns that hold their values.
  func keyed(by columns: [RelationColumn]) -> (partitionBy: [BoundExpression], orderBy: [Relation.Window.Order]) {
    var order = orderBy
    for (index, column) in columns.dropFirst(partitionBy.count).enumerated() {
      order[index].expression = .column(column, at: span)
    }
    return (columns.prefix(partitionBy.count).map { .column($0, at: span) }, order)
  }
}
