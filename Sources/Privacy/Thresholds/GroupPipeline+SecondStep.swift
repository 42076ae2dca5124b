import AMCSQL
import Catalog

/// The second step: by key. It adds the users' parts up and counts who stands behind each.
extension GroupPipeline {
  /// Columns beside the users' parts: how many known users have the same, for extremes that more than one must
  /// share, and their distances from the mean, for measures that measure how values spread.
  struct Beside {
    var sharers: [Int: RelationColumn] = [:]
    var distances: [Int: RelationColumn] = [:]
  }

  mutating func besideParts(_ perUser: inout PerUser, _ plans: [AggregatePlan]) -> Beside {
    var beside = Beside()
    var calls: [Relation.Window.Call] = []
    let keys = perUser.keys.map { BoundExpression.column($0.inner, at: span) }
    var totals: [Int: (count: RelationColumn, sum: RelationColumn)] = [:]
    for (index, plan) in plans.enumerated() {
      if plan.parts.first?.role == .extreme {
        let column = rewriter.build.column("sharers", .bigint)
        let part = BoundExpression.column(perUser.parts[index][0], at: span)
        calls.append(.init(column: column, "COUNT", of: .column(perUser.user, at: span), by: keys + [part], at: span))
        beside.sharers[index] = column
      }
      if plan.isSpread {
        let sums = perUser.parts[index][0...1].map { part in
          let column = rewriter.build.column("total", .double)
          calls.append(
            .init(column: column, "SUM", of: BoundExpression.column(part, at: span).asDouble(), by: keys, at: span))
          return column
        }
        totals[index] = (sums[0], sums[1])
      }
    }
    if !calls.isEmpty { perUser.relation = .window(.init(input: perUser.relation, calls: calls)) }
    guard !totals.isEmpty else { return beside }
    var items = perUser.relation.columns.map(ThresholdRewriter.kept)
    for (index, total) in totals.sorted(by: { $0.key < $1.key }) {
      let column = rewriter.build.column("distance", .double)
      items.append(.init(column: column, expression: distance(perUser.parts[index], total.count, total.sum)))
      beside.distances[index] = column
    }
    perUser.relation = .project(.init(input: perUser.relation, items: items))
    return beside
  }

  /// How much smaller than the squares a distance may be before it is taken for zero, which is what rounding leaves.
  private static let distanceTolerance = "1e-9"

  /// The sum of a user's squared distances from the mean of the group: `q - 2 * m * s + n * m * m`.
  private func distance(
    _ parts: [RelationColumn], _ count: RelationColumn, _ sum: RelationColumn
  ) -> BoundExpression {
    func double(_ column: RelationColumn) -> BoundExpression { BoundExpression.column(column, at: span).asDouble() }
    func number(_ digits: String) -> BoundExpression { .double(digits, at: span) }
    let mean = double(sum).computed(.divide, double(count), as: .double)
    let (rows, own, squares) = (double(parts[0]), double(parts[1]), double(parts[2]))
    let cross = number("2").computed(.multiply, mean.computed(.multiply, own, as: .double), as: .double)
    let all = rows.computed(.multiply, mean.computed(.multiply, mean, as: .double), as: .double)
    let distance = squares.computed(.subtract, cross, as: .double).computed(.add, all, as: .double).magnitude()
    let isRounding = distance.compared(
      .lessOrEqual, squares.computed(.multiply, number(Self.distanceTolerance), as: .double))
    return BoundExpression(
      .conditional([.init(condition: isRounding, result: number("0"))], otherwise: distance), type: .double, at: span)
  }

  mutating func secondStep(
    _ perUser: PerUser, _ plans: [AggregatePlan], _ beside: Beside, _ checks: inout GuardChecks,
    highest: AggregationThreshold
  ) -> Relation {
    var step = Step(build: rewriter.build, span: span)
    let own = rows.paths.filter { rows.equal.contains($0.presence.id) }
    let users = step.add("COUNT", .column(perUser.user, at: span), .bigint)
    for presence in perUser.presences {
      checks.paths.append(
        .init(
          users: step.add("COUNT", .column(presence.column, at: span), .bigint), name: presence.path.name,
          kind: presence.path.kind, mayBeUnused: true))
    }
    // All known users together, also where each single path may be unused.
    checks.paths.append(.init(users: users, name: own.first?.name ?? rows.readings[0].name, mayBeUnused: false))
    for (index, plan) in plans.enumerated() {
      let (measureCount, valueCount) = (checks.measures.count, checks.values.count)
      var result = addMeasure(plan, index, perUser, beside, &step, &checks)
      for number in measureCount..<checks.measures.count { checks.measures[number].figure = index }
      for number in valueCount..<checks.values.count { checks.values[number].figure = index }
      if plan.isPlainSum, let total = result {
        result = zeroOrNull(total, .column(perUser.parts[index][0], at: plan.call.span), perUser, &step, highest)
      }
      checks.results.append(result)
    }
    for (item, column) in zip(hiddenColumns, perUser.hiddenColumns) {
      _ = step.add("MIN", .column(column, at: span), column.type, as: item.column)
    }
    rewriter.build = step.build
    let keys = perUser.keys.map { Relation.Project.Item(column: $0.outer, expression: .column($0.inner, at: span)) }
    return .aggregate(.init(input: perUser.relation, keys: keys, calls: step.calls, span: span))
  }

  /// A sum without a part other than zero: 0 where as many known users as a measure needs have zeros, and NULL where
  /// fewer have, or none. Otherwise the two would tell of a single user with a zero.
  private func zeroOrNull(
    _ total: BoundExpression, _ part: BoundExpression, _ perUser: PerUser, _ step: inout Step,
    _ highest: AggregationThreshold
  ) -> BoundExpression {
    let isKnown = BoundExpression(
      .isNull(.column(perUser.user, at: span), negated: true), type: .boolean, at: span)
    let users = BoundExpression.column(step.add("COUNT", part, .bigint, where: isKnown), at: total.span)
    let least = max(rewriter.thresholds.effective(highest), rewriter.thresholds.equivalent)
    let isZero = total.asDouble().compared(.equal, BoundExpression.number(0, at: total.span).asDouble())
    let isFew = users.compared(.less, .number(least, at: total.span))
    return BoundExpression(
      .conditional(
        [.init(condition: .all([isZero, isFew], at: total.span), result: .null(total.type, at: total.span))],
        otherwise: total), type: total.type, at: total.span)
  }

  /// Adds up the parts of one aggregate and what the checks need of them; returns its value.
  private func addMeasure(
    _ plan: AggregatePlan, _ number: Int, _ perUser: PerUser, _ beside: Beside, _ step: inout Step,
    _ checks: inout GuardChecks
  ) -> BoundExpression? {
    let isKnown = BoundExpression(
      .isNull(.column(perUser.user, at: span), negated: true), type: .boolean, at: span)
    let path = path(of: plan.call)
    var totals: [BoundExpression] = []
    for (index, part) in plan.parts.enumerated() where part.role != .moment {
      let value = BoundExpression.column(perUser.parts[number][index], at: plan.call.span)
      guard part.isAdditive else {
        let threshold = rewriter.sensitivities[plan.call.column.id]?.threshold ?? .internal
        totals.append(addExtreme(part, value, beside.sharers[number], threshold, isKnown, path, &step, &checks))
        continue
      }
      let total = step.add(part.combination, part.combined(value), part.combinedType)
      totals.append(.column(total, at: plan.call.span))
      guard part.role != .user else {
        // Each known user counts one, so that their number says how many and how evenly.
        checks.values.append(.init(count: total, contributors: total, path: path))
        continue
      }
      let row = perUser.unknownRows[number][index].map { step.add("MAX", .column($0, at: span), .double) }
      addMeasure(
        part.amount(value), part.hasContributed(value), total: part.role == .count ? total : nil, unknownRow: row,
        least: plan.contributorsMin, isKnown, path, &step, &checks)
    }
    if let distance = beside.distances[number] {
      let amount = BoundExpression.column(distance, at: plan.call.span)
      let isThere = AggregatePart(role: .sum, function: "SUM", arguments: [], type: .double).hasContributed(amount)
      let row = perUser.unknownRows[number].compactMap { $0 }.first.map {
        step.add("MAX", .column($0, at: span), .double)
      }
      addMeasure(amount, isThere, total: nil, unknownRow: row, least: 0, isKnown, path, &step, &checks)
    }
    return plan.result(totals)
  }

  private func addMeasure(
    _ amount: BoundExpression, _ hasContributed: BoundExpression, total: RelationColumn?, unknownRow: RelationColumn?,
    least: Int, _ isKnown: BoundExpression, _ path: PathName, _ step: inout Step, _ checks: inout GuardChecks
  ) {
    checks.measures.append(
      .init(
        knownTotal: step.add("SUM", amount, .double, where: isKnown),
        // A number of rows has no sign.
        largestKnown: step.add("MAX", total == nil ? amount.magnitude() : amount, .double, where: isKnown),
        total: total, largestUnknownRow: unknownRow,
        contributors: step.add("COUNT", hasContributed, .bigint, where: isKnown), contributorsMin: least, path: path))
  }

  /// The extreme among the values that enough users have: what fewer have is left out, as if it were not there. A HIGH
  /// value must be that of as many users as a row with it needs, any other of two.
  private func addExtreme(
    _ part: AggregatePart, _ value: BoundExpression, _ sharers: RelationColumn?, _ threshold: AggregationThreshold,
    _ isKnown: BoundExpression, _ path: PathName, _ step: inout Step, _ checks: inout GuardChecks
  ) -> BoundExpression {
    let least =
      threshold >= .high ? rewriter.thresholds.users(threshold) : rewriter.thresholds.equivalent
    checks.values.append(
      .init(
        count: step.add("COUNT", value, .bigint),
        contributors: step.add("COUNT", value, .bigint, where: isKnown), path: path))
    let isShared = sharers.map {
      BoundExpression.column($0, at: value.span).compared(
        .greaterOrEqual, .number(least, at: value.span))
    }
    return .column(step.add(part.combination, value, part.combinedType, where: isShared), at: value.span)
  }
}
