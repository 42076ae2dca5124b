import AMCSQL
import Catalog

/// Rules 4 and 5: an aggregation over many users, whose rows are there only if enough users stand behind them.
struct RowGuard {
  var rewriter: ThresholdRewriter
  let aggregate: Relation.Aggregate
  let rows: UserRows
  /// The second user of each row; nil where there is only one.
  var other: UserRows?
  let input: Relation
  /// How many users a row needs at least, whatever its class.
  var usersMin = 0

  var span: SourceSpan { aggregate.span }

  /// The columns of a row whose classes count.
  private var classedColumns: [ColumnID] { aggregate.keys.map(\.column.id) + aggregate.calls.map(\.column.id) }

  private func threshold(_ id: ColumnID) -> AggregationThreshold { rewriter.sensitivities[id]?.threshold ?? .internal }

  /// Rule 1: the class of a row is the highest among its keys and measures.
  var highestClass: AggregationThreshold {
    max(classedColumns.map(threshold).max() ?? .none, filteredBy)
  }

  /// The class of what the rows were filtered by, which each row needs whatever it shows.
  private var filteredBy: AggregationThreshold { max(rows.filteredBy, other?.filteredBy ?? .none) }

  mutating func relation() throws(Diagnostic) -> (Relation, AuditColumns) {
    try rows.requireHiddenColumns(in: input, at: span)
    try rewriter.checkRandom(aggregate)
    if let other {
      try other.requireHiddenColumns(in: input, at: span)
      return try removingRows(beside: other)
    }
    let removesValues = rewriter.isFinal && rewriter.controls.removesValues
    let needsCTE =
      removesValues || rows.ranks != nil
      || aggregate.calls.contains { call in
        // A sum of parts is the one kind that reads the rows once.
        !["COUNT", "SUM", "AVG", "MIN", "MAX"].contains(call.function.name) || call.isDistinct
      }
    if needsCTE, let key = aggregate.keys.first(where: { $0.expression.isVolatile }) {
      throw ThresholdRewriter.unsupported(
        "A random group key is not supported beside this aggregate.", at: key.expression.span,
        hint: "Compute the key in a subquery first.")
    }
    // Several readings of the same rows must be the same rows, also where they hold random values.
    let common = needsCTE ? rewriter.addCTE("rows", input, at: span) : nil
    if let ranks = rows.ranks { try notePopulation(of: ranks, common) }
    return removesValues ? try removingValues(common) : try removingRows(common)
  }

  mutating func source(_ common: CTEID?) -> RowSource {
    var source = everything(common)
    guard let kept = rows.ranks?.kept else { return source }
    let isKept = BoundExpression(.isTruth(.column(kept, at: span), true, negated: false), type: .boolean, at: span)
    source.relation = .filter(.init(input: source.relation, condition: isKept.renamed(source.names)))
    return source
  }

  /// All rows, also those that a filter by ranks leaves out.
  private mutating func everything(_ common: CTEID?) -> RowSource {
    guard let common else { return RowSource(relation: input) }
    return rewriter.reading(common, of: input, at: span)
  }

  private mutating func run(
    _ aggregate: Relation.Aggregate, _ source: RowSource, needsValues: Bool = true,
    hiddenColumns: [Relation.Project.Item] = []
  ) throws(Diagnostic) -> GroupPipeline.Result {
    var pipeline = GroupPipeline(
      rewriter: rewriter, aggregate: aggregate, rows: rows, source: source, needsValues: needsValues,
      hiddenColumns: hiddenColumns, usersMin: rows.ranks == nil ? usersMin : rewriter.placeUsersMin)
    let result = try pipeline.run(highest: highestClass)
    rewriter = pipeline.rewriter
    return result
  }

  /// Notes the users behind all ranks together, and the values that they follow from, as a separate aggregation: one
  /// user more or less moves others from rank to rank, which hides that it is one from a comparison rank by rank.
  private mutating func notePopulation(of ranks: UserRows.Ranks, _ common: CTEID?) throws(Diagnostic) {
    var population = aggregate
    population.keys.removeAll { !$0.expression.columnsInUse.isDisjoint(with: ranks.columns) }
    population.renewKeys(&rewriter.build)
    for (name, column) in ranks.order.map({ ("MIN", $0) }) + ranks.summed.map({ ("SUM", $0) }) {
      population.calls.append(
        .init(
          column: rewriter.build.column(name, column.type), function: RelationBuilder.function(name),
          arguments: [.column(column, at: span)], isDistinct: false, filter: nil, span: span))
    }
    let result = try run(population, everything(common), needsValues: false)
    note(
      result.disclosureQuery,
      shown: .filter(
        .init(input: result.relation, condition: result.checks.condition(highest: highestClass))))
  }

  // MARK: REMOVE_ROWS

  private mutating func removingRows(_ common: CTEID?) throws(Diagnostic) -> (Relation, AuditColumns) {
    var result = try run(aggregate, source(common))
    result.checks.dependence = FigureDependence(of: aggregate, rows, rewriter.lineage)
    let highest = highestClass
    let relation = Relation.filter(
      .init(input: result.relation, condition: result.checks.rowCondition(highest: highest)))
    for (index, plan) in result.plans.enumerated() {
      guard let condition = result.checks.figureCondition(index, highest: highest) else { continue }
      let value = result.checks.results[index] ?? .column(plan.call.column, at: plan.call.span)
      result.checks.results[index] = BoundExpression(
        .conditional([.init(condition: condition, result: value)], otherwise: nil), type: value.type, at: span)
    }
    note(result.disclosureQuery, shown: relation, marker: result.checks.marker)
    let no = BoundExpression(.literal(.boolean(false)), type: .boolean, at: span)
    return finished(
      relation, result, levels: nil, userCount: result.checks.userCount(highest: highest), isFiltered: no,
      reason: .null(.string, at: span))
  }

  /// Notes the aggregation for the comparison with others, in the form of one of its users.
  ///
  /// - Parameter marker: A column by which the groups can be found in the query; nil where they are not part of it.
  mutating func note(
    _ disclosureQuery: NotedDisclosureQuery, shown: Relation, marker: ColumnID? = nil, aggregation: Int? = nil
  ) {
    var disclosureQuery = disclosureQuery
    disclosureQuery.shown = shown
    disclosureQuery.marker = marker
    disclosureQuery.aggregation = aggregation ?? rewriter.disclosureQueries.count
    rewriter.disclosureQueries.append(disclosureQuery)
  }

  // MARK: REMOVE_VALUES

  /// The rows by how much of them may be shown, then aggregated again without the keys that may not.
  ///
  /// The level of a row is how many of the classes among its columns it has the users for. Keys and measures of the
  /// other classes become NULL; what is then alike becomes one row, which must itself hold the thresholds of what it
  /// shows.
  private mutating func removingValues(_ common: CTEID?) throws(Diagnostic) -> (Relation, AuditColumns) {
    let classes = Set(classedColumns.map(threshold) + [.none]).sorted()
    let checked = source(common)
    var trial = aggregate
    trial.renewKeys(&rewriter.build)
    let first = try run(trial, checked, needsValues: false)
    let level = rewriter.build.column("level", .bigint)
    let code = rewriter.build.column("reason", .bigint)
    let filterReason = FilterReason(first.checks.checks(highest: highestClass), at: span)
    let levels = Relation.project(
      .init(
        input: first.relation,
        items: trial.keys.map { .init(column: $0.column, expression: .column($0.column, at: span)) } + [
          .init(column: level, expression: self.level(first.checks, classes)),
          .init(column: code, expression: filterReason.code),
        ]))
    let masked = masking(source(common), levels, trial, level, code, classes)
    let reasonCode = rewriter.build.column("reason", .bigint)
    let second = try run(
      masked.aggregate, masked.source, hiddenColumns: [.init(column: reasonCode, expression: .column(code, at: span))])
    let shown = BoundExpression.column(masked.level, at: span)
    let relation = Relation.filter(
      .init(input: second.relation, condition: condition(second.checks, classes, level: shown)))
    note(second.disclosureQuery, shown: relation, marker: second.checks.marker)
    return finished(
      relation, second, levels: (shown, classes), userCount: second.checks.userCount(highest: highestClass),
      isFiltered: shown.compared(.less, .number(classes.count, at: span)),
      reason: filterReason.text(of: .column(reasonCode, at: span)))
  }

  /// How many of the classes, from the lowest, a row has the users for. A row of too few users for any is summed up
  /// with those of the lowest, so that it can't be told from them.
  private func level(_ checks: GuardChecks, _ classes: [AggregationThreshold]) -> BoundExpression {
    let branches = classes.indices.dropFirst().reversed().map { index in
      let holds = BoundExpression.all(
        classes[...index].map { checks.condition(highest: max($0, filteredBy)) }, at: span)
      return BoundExpression.Branch(condition: holds, result: .number(index + 1, at: span))
    }
    return branches.isEmpty
      ? .number(1, at: span)
      : BoundExpression(.conditional(branches, otherwise: .number(1, at: span)), type: .bigint, at: span)
  }

  private struct Masked {
    var aggregate: Relation.Aggregate
    var source: RowSource
    var level: RelationColumn
  }

  /// The same aggregation over rows that know the level of their group, by keys that are NULL above it.
  private mutating func masking(
    _ source: RowSource, _ levels: Relation, _ trial: Relation.Aggregate, _ level: RelationColumn,
    _ code: RelationColumn, _ classes: [AggregationThreshold]
  ) -> Masked {
    var conditions: [BoundExpression] = []
    for (key, own) in zip(aggregate.keys, trial.keys) {
      conditions.append(
        key.expression.renamed(source.names).compared(.isNotDistinctFrom, .column(own.column, at: span)))
    }
    let joined = Relation.join(
      .init(
        kind: conditions.isEmpty ? .cross : .inner, left: source.relation, right: levels,
        condition: conditions.isEmpty ? nil : .all(conditions, at: span)))
    let shown = rewriter.build.column("level", .bigint)
    var result = aggregate
    result.keys = aggregate.keys.map { key in
      let value = masked(key.expression, key.column.id, level: .column(level, at: span), classes)
      return .init(column: key.column, expression: value)
    }
    result.keys.append(.init(column: shown, expression: .column(level, at: span)))
    return Masked(aggregate: result, source: RowSource(relation: joined, names: source.names), level: shown)
  }

  /// The value where the row's level reaches its column's class, NULL elsewhere.
  private func masked(
    _ value: BoundExpression, _ id: ColumnID, level: BoundExpression, _ classes: [AggregationThreshold]
  ) -> BoundExpression {
    let index = classes.firstIndex(of: threshold(id)) ?? classes.count
    let isHeld = level.compared(.greater, .number(index, at: span))
    return BoundExpression(
      .conditional([.init(condition: isHeld, result: value)], otherwise: nil), type: value.type, at: span)
  }

  /// The condition that a row must meet at its level.
  private func condition(
    _ checks: GuardChecks, _ classes: [AggregationThreshold], level: BoundExpression
  ) -> BoundExpression {
    let cases = (1...classes.count).map { number in
      BoundExpression.all(
        [
          level.compared(.equal, .number(number, at: span)),
          checks.condition(highest: max(classes[number - 1], filteredBy)),
        ], at: span)
    }
    return .any(cases, at: span)
  }

  // MARK: The columns that the query asked for

  /// The query's columns under their own ids, and the evidence that the workflow asked for.
  mutating func finished(
    _ relation: Relation, _ result: GroupPipeline.Result, levels: (BoundExpression, [AggregationThreshold])?,
    userCount: BoundExpression, isFiltered: BoundExpression, reason: BoundExpression
  ) -> (Relation, AuditColumns) {
    var items = aggregate.keys.map {
      Relation.Project.Item(column: $0.column, expression: .column($0.column, at: span))
    }
    for (plan, value) in zip(result.plans, result.checks.results) {
      let column = plan.call.column
      var value = value ?? .column(column, at: plan.call.span)
      if let (level, classes) = levels, threshold(column.id) > .none {
        value = masked(value, column.id, level: level, classes)
      }
      items.append(.init(column: column, expression: value))
    }
    var evidence = AuditColumns.none
    guard rewriter.isFinal else { return (.project(.init(input: relation, items: items)), evidence) }
    let controls = rewriter.controls
    if controls.distinctUserCountColumn != nil {
      evidence.userCount = add(userCount, "user_count", to: &items)
    }
    if controls.filteredMetricsDiscriminatorColumn != nil {
      evidence.isFiltered = add(isFiltered, "is_filtered", to: &items)
    }
    if controls.filteredReasonColumn != nil { evidence.reason = add(reason, "reason", to: &items) }
    return (.project(.init(input: relation, items: items)), evidence)
  }

  private mutating func add(
    _ value: BoundExpression, _ name: String, to items: inout [Relation.Project.Item]
  ) -> RelationColumn {
    let column = rewriter.build.column(name, value.type)
    items.append(.init(column: column, expression: value))
    return column
  }
}

extension Relation.Aggregate {
  /// Gives the keys new ids, so that the aggregation can stand beside itself.
  mutating func renewKeys(_ build: inout RelationBuilder) {
    for index in keys.indices { keys[index].column = build.column(keys[index].column.name, keys[index].column.type) }
  }
}
