import AMCSQL
import Catalog

/// An aggregation over many users in noise mode.
///
/// Its steps: (1) by the keys and the user, so that each user's part in each figure is known; (2) of each user at most
/// so many groups, chosen by a keyed hash; (3) each part cut off at its bounds, then added up by the keys; (4) all
/// groups of public keys, also those without a user; (5) noise; (6) of groups whose keys come from data, those with
/// enough users. Whatever is computed behind that is computed from a result that everybody may see.
///
/// `NoisePlan+Scales.swift` has the argument for what these steps guarantee.
struct NoisyPipeline {
  var rewriter: ThresholdRewriter
  let parameters: NoiseParameters
  let aggregate: Relation.Aggregate
  let rows: UserRows
  let input: Relation
  /// The most rows of one user in one group, beyond which counts are cut off.
  let rowsMax: Double
  /// Whether the group is shown only with enough users although there are no keys.
  let isAlwaysSelective: Bool
  /// The number of the aggregation in its query.
  let number: Int

  init(
    rewriter: ThresholdRewriter, parameters: NoiseParameters, aggregate: Relation.Aggregate, rows: UserRows,
    input: Relation, rowsMax: Double, isAlwaysSelective: Bool
  ) {
    self.rewriter = rewriter
    self.parameters = parameters
    self.aggregate = aggregate
    self.rows = rows
    self.input = input
    self.rowsMax = rowsMax
    self.isAlwaysSelective = isAlwaysSelective
    number = rewriter.noisyAggregations.count
  }

  var span: SourceSpan { aggregate.span }

  /// In how many groups a user counts. A user with one row is in one group, and without keys there is only one.
  var groupsPerUser: Int {
    aggregate.keys.isEmpty || rows.uniqueBy == [] ? 1 : parameters.groupsPerUser
  }

  /// The groups, with a row each: the keys, and the columns that hold totals.
  struct Groups {
    var relation: Relation
    var keys: [RelationColumn]
    /// By the index of the figure.
    var totals: [RelationColumn]
  }

  mutating func relation() throws(Diagnostic) -> (Relation, AuditColumns) {
    try rows.requireHiddenColumns(in: input, at: span)
    try requireClosed()
    var measures = NoisyMeasures(rows, rewriter.bounds, rowsMax: isSingle ? 1 : rowsMax)
    let keys = aggregate.keys.map(\.expression)
    let domain = keys.isEmpty ? nil : rows.publics.domain(of: keys, at: span, &rewriter.build)
    let isSelective = isAlwaysSelective || !keys.isEmpty && domain == nil
    let users = isSelective || isCountingUsers ? measures.users() : nil
    var results: [NoisyMeasure] = []
    for call in aggregate.calls { results.append(try measures.measure(call)) }
    let figures = measures.figures

    let needsCTE = figures.contains { $0.isPercentile }
    let common = needsCTE ? rewriter.addCTE("rows", input, at: span) : nil
    var groups = totals(of: figures, common)
    let sums = groups.relation
    let choices = cellCounts(of: figures, common, &groups)
    if let domain { groups = within(domain, groups) }
    let (noised, columns) = noised(groups, figures)
    rewriter.noisyAggregations.append(
      NoisyAggregation(
        number: number, groupsPerUser: groupsPerUser, isSelective: isSelective,
        figures: zip(figures, groups.totals).map { $0.specification(total: $1) }, totals: sums, cellCounts: choices,
        marker: columns.first?.id))
    let shown = isSelective ? selected(noised, columns[users ?? 0]) : noised
    return finished(shown, groups.keys, results, columns, users: users.map { columns[$0] })
  }

  /// Whether a user has one row in each group.
  private var isSingle: Bool {
    guard let own = rows.uniqueBy else { return false }
    let keys = aggregate.keys.compactMap { item -> ColumnID? in
      if case .column(let id) = item.expression.kind { return id }
      return nil
    }
    return own.isSubset(of: keys)
  }

  /// Whether the workflow asked for the number of users of the rows that are shown.
  private var isCountingUsers: Bool { rewriter.isFinal && rewriter.controls.distinctUserCountColumn != nil }

  /// Refuses rows that hang on the row around a subquery: the figures would be others for each of its rows, and so
  /// would their noise have to be.
  private func requireClosed() throws(Diagnostic) {
    guard input.freeColumns.isEmpty, aggregate.keys.allSatisfy({ !$0.expression.hasSubquery }) else {
      throw ThresholdRewriter.unsupported(
        "A subquery over the rows of many users can't read columns of the query around it.", at: span,
        hint: "Aggregate in a subquery in FROM by the column that is compared, and join it.")
    }
  }

  // MARK: Steps 1 to 3: users' parts

  mutating func source(_ common: CTEID?) -> RowSource {
    guard let common else { return RowSource(relation: input) }
    return rewriter.reading(common, of: input, at: span)
  }

  /// The rows of known users. Nobody bounds how many persons are behind rows without a user, or how many rows each has.
  func known(_ source: RowSource) -> Relation {
    let key = BoundExpression.column(rows.key, at: span).renamed(source.names)
    let isKnown = BoundExpression(.isNull(key, negated: true), type: .boolean, at: span)
    return .filter(.init(input: source.relation, condition: isKnown))
  }

  /// The keys and the user as the first step has them.
  mutating func perUserKeys(_ source: RowSource) -> (items: [Relation.Project.Item], user: RelationColumn) {
    var items = aggregate.keys.map { key in
      Relation.Project.Item(
        column: rewriter.build.column(key.column.name, key.column.type),
        expression: key.expression.renamed(source.names))
    }
    let user = rewriter.build.column("user_id", .userKey)
    items.append(.init(column: user, expression: BoundExpression.column(rows.key, at: span).renamed(source.names)))
    return (items, user)
  }

  private mutating func totals(of figures: [NoisyFigure], _ common: CTEID?) -> Groups {
    let source = source(common)
    let (items, user) = perUserKeys(source)
    var step = GroupPipeline.Step(build: rewriter.build, span: span)
    let parts = figures.map { $0.addPart(source.names, to: &step) }
    rewriter.build = step.build
    let perUser = Relation.aggregate(.init(input: known(source), keys: items, calls: step.calls, span: span))
    let chosen = chosen(perUser, keys: items.dropLast().map(\.column), user, function: "ROW_NUMBER")

    step = GroupPipeline.Step(build: rewriter.build, span: span)
    var totals: [RelationColumn] = []
    for (figure, part) in zip(figures, parts) {
      guard let part else {
        totals.append(
          figure.isPercentile
            ? step.build.column("cells", ValueGrid.countsType) : step.add("COUNT", .column(user, at: span), .bigint))
        continue
      }
      totals.append(step.add("SUM", figure.range.clipped(.column(part, at: span)), .bigint))
    }
    rewriter.build = step.build
    let keys = items.dropLast().map { item in
      Relation.Project.Item(
        column: rewriter.build.column(item.column.name, item.column.type), expression: .column(item.column, at: span))
    }
    return Groups(
      relation: .aggregate(.init(input: chosen, keys: keys, calls: step.calls, span: span)), keys: keys.map(\.column),
      totals: totals)
  }

  /// At most so many groups of each user: the first ones in an order that nobody can tell without the seed.
  ///
  /// - Parameter function: ROW_NUMBER where a user has one row for each group, DENSE_RANK where there may be more.
  func chosen(_ perUser: Relation, keys: [RelationColumn], _ user: RelationColumn, function: String) -> Relation {
    guard !keys.isEmpty else { return perUser }
    var build = rewriter.build
    let place = BoundExpression.text("\(number)", at: span)
    let choice = BoundExpression(
      .call(NoiseFunctions.choice, [place] + ([user] + keys).map { .column($0, at: span) }), type: .bigint, at: span)
    // The keys behind the choice tell groups apart even if two of them had the same.
    let order = [choice] + keys.map { .column($0, at: span) }
    let rank = build.column("rank", .bigint)
    let call = Relation.Window.Call(
      column: rank, function: RelationBuilder.function(function), partitionBy: [.column(user, at: span)],
      orderBy: order.map { .init($0, isDescending: false, nullsFirst: false) }, span: span)
    let isChosen = BoundExpression.column(rank, at: span).compared(.lessOrEqual, .number(groupsPerUser, at: span))
    return .filter(.init(input: .window(.init(input: perUser, calls: [call])), condition: isChosen))
  }

  // MARK: Step 4: public keys

  /// All groups of public keys, each with its totals.
  private mutating func within(_ domain: Relation, _ groups: Groups) -> Groups {
    let keys = domain.columns
    let isSame = zip(keys, groups.keys).map { key, own in
      BoundExpression.column(key, at: span).compared(.isNotDistinctFrom, .column(own, at: span))
    }
    var result = groups
    result.keys = keys
    result.relation = .join(
      .init(kind: .left, left: domain, right: groups.relation, condition: .all(isSame, at: span)))
    return result
  }

  // MARK: Steps 5 and 6: noise and selection

  /// The keys, and each figure with its noise, in units.
  private mutating func noised(_ groups: Groups, _ figures: [NoisyFigure]) -> (Relation, [RelationColumn]) {
    let keys = groups.keys.map { BoundExpression.column($0, at: span) }
    var items = groups.keys.map(ThresholdRewriter.kept)
    var columns: [RelationColumn] = []
    for (index, (figure, total)) in zip(figures, groups.totals).enumerated() {
      let column = rewriter.build.column("noised", .bigint)
      let place = [BoundExpression.number(number, at: span), .number(index, at: span)]
      let own = BoundExpression.column(total, at: span)
      let value =
        if case .percentile(_, let fraction, let grid) = figure.measure {
          BoundExpression(
            .call(
              NoiseFunctions.chosenCellSlot,
              place + [own, .number(grid.count, at: span), .double(fraction, at: span)] + keys), type: .bigint, at: span
          )
        } else {
          BoundExpression(.call(NoiseFunctions.noisedSlot, place + [own] + keys), type: .bigint, at: span)
        }
      items.append(.init(column: column, expression: value))
      columns.append(column)
    }
    return (.project(.init(input: groups.relation, items: items)), columns)
  }

  private func selected(_ noised: Relation, _ users: RelationColumn) -> Relation {
    let least = BoundExpression(
      .call(NoiseFunctions.thresholdSlot, [.number(number, at: span)]), type: .bigint, at: span)
    return .filter(
      .init(input: noised, condition: BoundExpression.column(users, at: span).compared(.greaterOrEqual, least)))
  }

  // MARK: The columns that the query asked for

  private mutating func finished(
    _ relation: Relation, _ keys: [RelationColumn], _ results: [NoisyMeasure], _ figures: [RelationColumn],
    users: RelationColumn?
  ) -> (Relation, AuditColumns) {
    var items = zip(aggregate.keys, keys).map { key, column in
      Relation.Project.Item(column: key.column, expression: .column(column, at: span))
    }
    let ranges = rewriter.noisyAggregations.last?.figures ?? []
    for (call, result) in zip(aggregate.calls, results) {
      let value = NoisyResult(call: call, columns: figures, figures: ranges).value(of: result)
      items.append(.init(column: call.column, expression: value))
    }
    var evidence = AuditColumns.none
    guard rewriter.isFinal else { return (.project(.init(input: relation, items: items)), evidence) }
    func add(_ value: BoundExpression, _ name: String) -> RelationColumn {
      let column = rewriter.build.column(name, value.type)
      items.append(.init(column: column, expression: value))
      return column
    }
    let controls = rewriter.controls
    if controls.distinctUserCountColumn != nil, let users {
      evidence.userCount = add(.column(users, at: span), "users")
    }
    // Groups that are shown have all their values.
    if controls.filteredMetricsDiscriminatorColumn != nil {
      evidence.isFiltered = add(.truth(false, at: span), "removed")
    }
    if controls.filteredReasonColumn != nil { evidence.reason = add(.null(.string, at: span), "reason") }
    return (.project(.init(input: relation, items: items)), evidence)
  }
}

extension PartRange {
  /// The part, or the bound that it's beyond. NULL stays NULL, which adds as much as 0.
  func clipped(_ part: BoundExpression) -> BoundExpression {
    let (least, most) = (
      BoundExpression.number(Int(low), at: part.span), BoundExpression.number(Int(high), at: part.span)
    )
    return BoundExpression(
      .conditional(
        [
          .init(condition: part.compared(.greater, most), result: most),
          .init(condition: part.compared(.less, least), result: least),
        ], otherwise: part), type: .bigint, at: part.span)
  }
}
