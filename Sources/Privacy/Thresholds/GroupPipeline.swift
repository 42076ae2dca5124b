import AMCSQL
import Catalog

/// Rows of users, and what their columns are named there where they have new names.
struct RowSource {
  var relation: Relation
  var names: [ColumnID: RelationColumn] = [:]
}

/// An aggregation over many users, computed so that each row can be checked.
///
/// There are two steps. The first aggregates by the keys and the user, so that each user's part in each figure is known;
/// the second adds the parts up and counts the users. Aggregates that can't be added up from parts (medians, distinct
/// counts) are computed beside it from the same rows and joined by the keys.
struct GroupPipeline {
  var rewriter: ThresholdRewriter
  let aggregate: Relation.Aggregate
  let rows: UserRows
  let source: RowSource
  /// Whether the figures themselves are wanted, or only what the checks need.
  var needsValues = true
  /// Values of which each row gets the least; nothing is checked of them.
  var carried: [Relation.Project.Item] = []

  /// The rows, unchecked, with the columns that the checks need.
  struct Result {
    var relation: Relation
    var checks: GuardChecks
    var plans: [AggregatePlan]
    /// What is asked; `shown` is the relation as it is here, unchecked.
    var question: NotedQuestion
  }

  var span: SourceSpan { aggregate.span }

  /// A group key in both steps.
  struct Key {
    var inner: RelationColumn
    var outer: RelationColumn
  }

  /// The first step and what of it the second one reads.
  private struct PerUser {
    var relation: Relation
    var keys: [Key]
    var user: RelationColumn
    /// For each path beyond the row's own user: not NULL if the user came in by it.
    var presences: [(column: RelationColumn, path: UserRows.Path)]
    var parts: [[RelationColumn]]
    /// For each part that is a sum: the largest row of users that are not known.
    var unknownRows: [[RelationColumn?]]
    var carried: [RelationColumn]
    var rowCount: RelationColumn
  }

  mutating func run(highest: AggregationThreshold) throws(Diagnostic) -> Result {
    var plans: [AggregatePlan] = []
    for call in aggregate.calls {
      plans.append(try AggregatePlan(call, rows, rewriter.thresholds))
    }
    var perUser = firstStep(plans)
    let question = question(perUser, plans, highest: highest)
    let beside = besideParts(&perUser, plans)
    var checks = GuardChecks(span: span, rewriter.thresholds)
    var result = secondStep(perUser, plans, beside, &checks)
    if needsValues {
      result = joiningWhole(result, plans, perUser.keys)
      for (place, plan) in plans.enumerated() where plan.kind == .distinct {
        var counting = DistinctCount(rewriter: rewriter, pipeline: self, call: plan.call, keys: perUser.keys)
        let (relation, value) = counting.joined(to: result, highest: highest)
        rewriter = counting.rewriter
        result = relation
        checks.results[place] = value
      }
    }
    return Result(relation: result, checks: checks, plans: plans, question: question)
  }

  /// The users' parts, and how many rows each has, which any filter changes.
  private func question(
    _ perUser: PerUser, _ plans: [AggregatePlan], highest: AggregationThreshold
  ) -> NotedQuestion {
    var parts = [(Question.Part(name: "rows", type: .bigint), perUser.rowCount)]
    for (plan, columns) in zip(plans, perUser.parts) {
      for (part, column) in zip(plan.parts, columns) {
        parts.append((Question.Part(name: part.function, type: part.type), column))
      }
    }
    return NotedQuestion(
      keys: perUser.keys.map(\.inner), parts: parts, user: perUser.user, perUser: perUser.relation,
      shown: perUser.relation, shownKeys: perUser.keys.map(\.outer), usersMin: rewriter.thresholds.users(highest))
  }

  /// The query's paths that stand behind an aggregate's argument; the first of them names it.
  private func path(of call: Relation.Aggregate.Call) -> PathName {
    let own = rewriter.origins.paths(of: call.arguments)
    return rows.readings.first { own.contains($0.name) }?.name ?? rows.readings[0].name
  }

  // MARK: First step: by key and user

  private mutating func firstStep(_ plans: [AggregatePlan]) -> PerUser {
    let names = source.names
    var keys: [Key] = []
    var items: [Relation.Project.Item] = []
    for key in aggregate.keys {
      let inner = rewriter.build.column(key.column.name, key.column.type)
      keys.append(Key(inner: inner, outer: key.column))
      items.append(.init(column: inner, expression: key.expression.renamed(names)))
    }
    let user = rewriter.build.column("user_id", .userKey)
    items.append(.init(column: user, expression: BoundExpression.column(rows.key, at: span).renamed(names)))
    var step = Step(build: rewriter.build, span: span)
    var presences: [(RelationColumn, UserRows.Path)] = []
    for path in rows.paths where !rows.equal.contains(path.presence.id) {
      let value = BoundExpression.column(path.presence, at: span).renamed(names)
      presences.append((step.add("MAX", value, .userKey), path))
    }
    var parts: [[RelationColumn]] = []
    var unknownRows: [[RelationColumn?]] = []
    for plan in plans {
      var own: [RelationColumn] = []
      unknownRows.append(plan.parts.map { unknownRow($0, plan.call, &step) })
      for part in plan.parts {
        let column = step.build.column("part", part.type)
        step.calls.append(
          .init(
            column: column, function: RelationBuilder.function(part.function),
            arguments: part.arguments.map { $0.renamed(names) }, isDistinct: part.isDistinct,
            filter: plan.call.filter?.renamed(names), span: plan.call.span))
        own.append(column)
      }
      parts.append(own)
    }
    let rowCount = step.add("COUNT", nil, .bigint)
    let carried = carried.map { step.add("MIN", $0.expression.renamed(names), $0.column.type) }
    rewriter.build = step.build
    let perUser = Relation.aggregate(.init(input: source.relation, keys: items, calls: step.calls, span: span))
    return PerUser(
      relation: perUser, keys: keys, user: user, presences: presences, parts: parts, unknownRows: unknownRows,
      carried: carried, rowCount: rowCount)
  }

  /// The largest size of a value in rows without a user. Each such row may be a person of its own, so that it is compared
  /// like a user's part.
  private func unknownRow(_ part: AggregatePart, _ call: Relation.Aggregate.Call, _ step: inout Step) -> RelationColumn?
  {
    switch part.role {
    case .sum: break
    // The squares, which are what a single row adds to a spread at most.
    case .moment where part.arguments[0].kind != call.arguments[0].asDouble().kind: break
    case .moment, .count, .extreme, .user: return nil
    }
    let isUnknown = BoundExpression(.isNull(.column(rows.key, at: span), negated: false), type: .boolean, at: span)
    let condition = BoundExpression.all([isUnknown] + (call.filter.map { [$0] } ?? []), at: span)
    let size = part.arguments[0].asDouble().magnitude()
    return step.add("MAX", size.renamed(source.names), .double, where: condition.renamed(source.names))
  }

  /// The aggregates of a step, as they are added.
  struct Step {
    var build: RelationBuilder
    let span: SourceSpan
    var calls: [Relation.Aggregate.Call] = []

    mutating func add(
      _ function: String, _ value: BoundExpression?, _ type: SQLType, where condition: BoundExpression? = nil,
      as column: RelationColumn? = nil
    ) -> RelationColumn {
      let column = column ?? build.column(function, type)
      calls.append(
        .init(
          column: column, function: RelationBuilder.function(function), arguments: value.map { [$0] } ?? [],
          isDistinct: false, filter: condition, span: span))
      return column
    }
  }

  // MARK: Second step: by key

  /// What stands beside the users' parts: how many known users have the same, for extremes that more than one must
  /// share, and their distances from the mean, for figures that measure how values spread.
  private struct Beside {
    var sharers: [Int: RelationColumn] = [:]
    var distances: [Int: RelationColumn] = [:]
  }

  private mutating func besideParts(_ perUser: inout PerUser, _ plans: [AggregatePlan]) -> Beside {
    var beside = Beside()
    var calls: [Relation.Window.Call] = []
    let keys = perUser.keys.map { BoundExpression.column($0.inner, at: span) }
    var totals: [Int: (count: RelationColumn, sum: RelationColumn)] = [:]
    for (place, plan) in plans.enumerated() {
      if plan.parts.first?.role == .extreme {
        let column = rewriter.build.column("sharers", .bigint)
        let part = BoundExpression.column(perUser.parts[place][0], at: span)
        calls.append(.init(column: column, "COUNT", of: .column(perUser.user, at: span), by: keys + [part], at: span))
        beside.sharers[place] = column
      }
      if plan.isSpread {
        let sums = perUser.parts[place][0...1].map { part in
          let column = rewriter.build.column("total", .double)
          calls.append(
            .init(column: column, "SUM", of: BoundExpression.column(part, at: span).asDouble(), by: keys, at: span))
          return column
        }
        totals[place] = (sums[0], sums[1])
      }
    }
    if !calls.isEmpty { perUser.relation = .window(.init(input: perUser.relation, calls: calls)) }
    guard !totals.isEmpty else { return beside }
    var items = perUser.relation.columns.map(ThresholdRewriter.kept)
    for (place, total) in totals.sorted(by: { $0.key < $1.key }) {
      let column = rewriter.build.column("distance", .double)
      items.append(.init(column: column, expression: distance(perUser.parts[place], total.count, total.sum)))
      beside.distances[place] = column
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
    func number(_ digits: String) -> BoundExpression {
      BoundExpression(.literal(.number(digits)), type: .double, at: span)
    }
    func compute(_ sign: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression) -> BoundExpression {
      BoundExpression(.arithmetic(sign, left, right), type: .double, at: span)
    }
    let mean = compute(.divide, double(sum), double(count))
    let (rows, own, squares) = (double(parts[0]), double(parts[1]), double(parts[2]))
    let cross = compute(.multiply, number("2"), compute(.multiply, mean, own))
    let all = compute(.multiply, rows, compute(.multiply, mean, mean))
    let distance = compute(.add, compute(.subtract, squares, cross), all).magnitude()
    let isRounding = distance.compared(.lessOrEqual, compute(.multiply, squares, number(Self.distanceTolerance)))
    return BoundExpression(
      .conditional([.init(condition: isRounding, result: number("0"))], otherwise: distance), type: .double, at: span)
  }

  private mutating func secondStep(
    _ perUser: PerUser, _ plans: [AggregatePlan], _ beside: Beside, _ checks: inout GuardChecks
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
    for (place, plan) in plans.enumerated() {
      checks.results.append(addFigure(plan, place, perUser, beside, &step, &checks))
    }
    for (item, column) in zip(carried, perUser.carried) {
      _ = step.add("MIN", .column(column, at: span), column.type, as: item.column)
    }
    rewriter.build = step.build
    let keys = perUser.keys.map { Relation.Project.Item(column: $0.outer, expression: .column($0.inner, at: span)) }
    return .aggregate(.init(input: perUser.relation, keys: keys, calls: step.calls, span: span))
  }

  /// Adds up the parts of one aggregate and what the checks need of them; returns its value.
  private func addFigure(
    _ plan: AggregatePlan, _ place: Int, _ perUser: PerUser, _ beside: Beside, _ step: inout Step,
    _ checks: inout GuardChecks
  ) -> BoundExpression? {
    let isKnown = BoundExpression(
      .isNull(.column(perUser.user, at: span), negated: true), type: .boolean, at: span)
    let path = path(of: plan.call)
    var totals: [BoundExpression] = []
    for (index, part) in plan.parts.enumerated() where part.role != .moment {
      let value = BoundExpression.column(perUser.parts[place][index], at: plan.call.span)
      guard part.isAdditive else {
        totals.append(addExtreme(part, value, beside.sharers[place], isKnown, path, &step, &checks))
        continue
      }
      let total = step.add(part.combination, part.combined(value), part.combinedType)
      totals.append(.column(total, at: plan.call.span))
      guard part.role != .user else {
        // Each known user counts one, so that their number says how many and how evenly.
        checks.values.append(.init(count: total, contributors: total, path: path))
        continue
      }
      let row = perUser.unknownRows[place][index].map { step.add("MAX", .column($0, at: span), .double) }
      addFigure(
        part.amount(value), part.hasContributed(value), total: part.role == .count ? total : nil, unknownRow: row,
        least: plan.contributorsMin, isKnown, path, &step, &checks)
    }
    if let distance = beside.distances[place] {
      let amount = BoundExpression.column(distance, at: plan.call.span)
      let isThere = AggregatePart(role: .sum, function: "SUM", arguments: [], type: .double).hasContributed(amount)
      let row = perUser.unknownRows[place].compactMap { $0 }.first.map {
        step.add("MAX", .column($0, at: span), .double)
      }
      addFigure(amount, isThere, total: nil, unknownRow: row, least: 0, isKnown, path, &step, &checks)
    }
    return plan.result(totals)
  }

  private func addFigure(
    _ amount: BoundExpression, _ hasContributed: BoundExpression, total: RelationColumn?, unknownRow: RelationColumn?,
    least: Int, _ isKnown: BoundExpression, _ path: PathName, _ step: inout Step, _ checks: inout GuardChecks
  ) {
    checks.figures.append(
      .init(
        knownTotal: step.add("SUM", amount, .double, where: isKnown),
        // A number of rows has no sign.
        largestKnown: step.add("MAX", total == nil ? amount.magnitude() : amount, .double, where: isKnown),
        total: total, largestUnknownRow: unknownRow,
        contributors: step.add("COUNT", hasContributed, .bigint, where: isKnown), contributorsMin: least, path: path))
  }

  /// The extreme among the values that more than one user has: what only one has is left out, as if it were not there.
  private func addExtreme(
    _ part: AggregatePart, _ value: BoundExpression, _ sharers: RelationColumn?, _ isKnown: BoundExpression,
    _ path: PathName, _ step: inout Step, _ checks: inout GuardChecks
  ) -> BoundExpression {
    checks.values.append(
      .init(
        count: step.add("COUNT", value, .bigint),
        contributors: step.add("COUNT", value, .bigint, where: isKnown), path: path))
    let isShared = sharers.map {
      BoundExpression.column($0, at: value.span).compared(
        .greaterOrEqual, .number(rewriter.thresholds.equivalent, at: value.span))
    }
    return .column(step.add(part.combination, value, part.combinedType, where: isShared), at: value.span)
  }

  // MARK: Aggregates that need all rows at once

  private mutating func joiningWhole(_ guarded: Relation, _ plans: [AggregatePlan], _ keys: [Key]) -> Relation {
    let whole = plans.filter { $0.kind == .whole }
    guard !whole.isEmpty else { return guarded }
    let (items, condition) = keyCopies(keys)
    let calls = whole.map { plan in
      var call = plan.call
      call.arguments = call.arguments.map { $0.renamed(source.names) }
      call.filter = call.filter?.renamed(source.names)
      return call
    }
    let relation = Relation.aggregate(.init(input: source.relation, keys: items, calls: calls, span: span))
    return .join(
      .init(kind: condition == nil ? .cross : .inner, left: guarded, right: relation, condition: condition))
  }

  /// The group keys once more under new names, and the condition that joins them with the second step's.
  mutating func keyCopies(_ keys: [Key]) -> ([Relation.Project.Item], BoundExpression?) {
    var items: [Relation.Project.Item] = []
    var conditions: [BoundExpression] = []
    for (key, own) in zip(aggregate.keys, keys) {
      let copy = rewriter.build.column(own.outer.name, own.outer.type)
      items.append(.init(column: copy, expression: key.expression.renamed(source.names)))
      conditions.append(
        BoundExpression.column(own.outer, at: span).compared(.isNotDistinctFrom, .column(copy, at: span)))
    }
    return (items, conditions.isEmpty ? nil : .all(conditions, at: span))
  }
}

extension BoundExpression {
  /// The expression over other columns.
  func renamed(_ names: [ColumnID: RelationColumn]) -> BoundExpression {
    guard !names.isEmpty else { return self }
    if case .column(let id) = kind, let column = names[id] { return .column(column, at: span) }
    return mapChildren { $0.renamed(names) }
  }
}
