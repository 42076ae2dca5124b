import AMCSQL
import Catalog

/// Rule 4: an aggregation over many users, whose rows are there only if enough users stand behind them.
///
/// It is computed in two steps. The first aggregates by the keys and the user, so that each user's part in each figure is
/// known; the second adds the parts up, counts the users, and compares. Aggregates that can't be added up from parts
/// (medians, distinct counts) are computed beside it from the same rows and joined by the keys.
struct RowGuard {
  var rewriter: ThresholdRewriter
  let aggregate: Relation.Aggregate
  let rows: UserRows
  let input: Relation

  private var span: SourceSpan { aggregate.span }

  /// Rule 1: the class of a row is the highest among its keys and figures.
  private var highestClass: AggregationThreshold {
    (aggregate.keys.map(\.column.id) + aggregate.calls.map(\.column.id))
      .map { rewriter.traits[$0]?.threshold ?? .internal }.max() ?? .none
  }

  /// A group key in both steps.
  private struct Key {
    var inner: RelationColumn
    var outer: RelationColumn
  }

  /// The first step and what of it the second one reads.
  private struct PerUser {
    var relation: Relation
    var keys: [Key]
    var user: RelationColumn
    /// For each path beyond the row's own user: not NULL if the user came in by it.
    var presences: [RelationColumn]
    var parts: [[RelationColumn]]
  }

  mutating func relation() throws(Diagnostic) -> Relation {
    var plans: [AggregatePlan] = []
    for call in aggregate.calls {
      let argument = rewriter.arguments[call.column.id] ?? .literal
      plans.append(try AggregatePlan(call, rows, argument: argument, rewriter.thresholds))
    }
    let needsWhole = plans.contains { $0.kind == .whole }
    if needsWhole, let key = aggregate.keys.first(where: { $0.expression.isVolatile }) {
      throw ThresholdRewriter.unsupported(
        "A random group key is not supported beside this aggregate.", at: key.expression.span,
        hint: "Compute the key in a subquery first.")
    }
    // Two readings of the same rows must be the same rows, also where they hold random values.
    let common = needsWhole ? rewriter.addCommon("rows", input, at: span) : nil
    var perUser = firstStep(source(common), plans)
    let ranks = rankExtremes(&perUser, plans)
    var checks = GuardChecks(span: span)
    var result = secondStep(perUser, plans, ranks, &checks)
    if needsWhole { result = joiningWhole(result, source(common), plans, perUser.keys) }
    let conditions = checks.conditions(highest: highestClass, rewriter.thresholds)
    result = .filter(.init(input: result, condition: .all(conditions, at: span)))
    return finished(result, plans, checks)
  }

  // MARK: The rows

  /// The rows to aggregate, and what their columns are named there where they have new names.
  private typealias Source = (Relation, [ColumnID: RelationColumn])

  private mutating func source(_ common: CommonID?) -> Source {
    guard let common else { return (input, [:]) }
    let columns = input.columns
    let copies = columns.map { rewriter.build.column($0.name, $0.type) }
    let reference = Relation.CommonReference(id: common, columns: copies, originals: columns.map(\.id), span: span)
    return (.common(reference), Dictionary(uniqueKeysWithValues: zip(columns.map(\.id), copies)))
  }

  // MARK: First step: by key and user

  private mutating func firstStep(_ source: Source, _ plans: [AggregatePlan]) -> PerUser {
    let (relation, names) = source
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
    var presences: [RelationColumn] = []
    for path in rows.paths where !rows.equal.contains(path.presence.id) {
      let value = BoundExpression.column(path.presence, at: span).renamed(names)
      presences.append(step.add("MAX", value, .userKey))
    }
    var parts: [[RelationColumn]] = []
    for plan in plans {
      var own: [RelationColumn] = []
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
    rewriter.build = step.build
    let perUser = Relation.aggregate(.init(input: relation, keys: items, calls: step.calls, span: span))
    return PerUser(relation: perUser, keys: keys, user: user, presences: presences, parts: parts)
  }

  /// The aggregates of a step, as they are added.
  private struct Step {
    var build: RelationBuilder
    let span: SourceSpan
    var calls: [Relation.Aggregate.Call] = []

    mutating func add(
      _ function: String, _ value: BoundExpression, _ type: SQLType, where condition: BoundExpression? = nil
    ) -> RelationColumn {
      let column = build.column(function, type)
      calls.append(
        .init(
          column: column, function: RelationBuilder.function(function), arguments: [value], isDistinct: false,
          filter: condition, span: span))
      return column
    }
  }

  // MARK: Second step: by key

  /// Ranks each user's part among the users of its group, for extremes that more than one user must share.
  private mutating func rankExtremes(_ perUser: inout PerUser, _ plans: [AggregatePlan]) -> [Int: RelationColumn] {
    var ranks: [Int: RelationColumn] = [:]
    var calls: [Relation.Window.Call] = []
    for (place, plan) in plans.enumerated() where plan.needsSharedExtreme {
      let column = rewriter.build.column("rank", .bigint)
      let part = BoundExpression.column(perUser.parts[place][0], at: span)
      let order = Relation.Window.Order(part, isDescending: plan.call.function.name == "MAX", nullsFirst: false)
      calls.append(
        .init(
          column: column, function: RelationBuilder.function("RANK"),
          partitionBy: perUser.keys.map { .column($0.inner, at: span) },
          orderBy: [order], span: span))
      ranks[place] = column
    }
    if !calls.isEmpty { perUser.relation = .window(.init(input: perUser.relation, calls: calls)) }
    return ranks
  }

  private mutating func secondStep(
    _ perUser: PerUser, _ plans: [AggregatePlan], _ ranks: [Int: RelationColumn], _ checks: inout GuardChecks
  ) -> Relation {
    var step = Step(build: rewriter.build, span: span)
    checks.users = [step.add("COUNT", .column(perUser.user, at: span), .bigint)]
    for presence in perUser.presences {
      checks.pathUsers.append(step.add("COUNT", .column(presence, at: span), .bigint))
    }
    let isKnown = BoundExpression(.isNull(.column(perUser.user, at: span), negated: true), type: .boolean, at: span)
    for (place, plan) in plans.enumerated() {
      let values = perUser.parts[place].map { BoundExpression.column($0, at: plan.call.span) }
      var totals: [BoundExpression] = []
      for (part, value) in zip(plan.parts, values) {
        totals.append(
          .column(step.add(part.combination, part.combined(value), part.combinedType), at: plan.call.span))
        let contributors = step.add("COUNT", part.hasContributed(value), .bigint, where: isKnown)
        guard part.isAdditive else {
          let sharers = ranks[place].map { step.add("COUNT", Self.atTop(value, $0), .bigint, where: isKnown) }
          checks.values.append(
            .init(
              count: step.add("COUNT", value, .bigint), contributors: contributors, sharers: sharers))
          continue
        }
        let amount = part.amount(value)
        checks.figures.append(
          .init(
            knownTotal: step.add("SUM", amount, .double, where: isKnown),
            largestKnown: step.add("MAX", amount.magnitude(), .double, where: isKnown),
            largest: step.add("MAX", amount.magnitude(), .double), contributors: contributors,
            contributorsMin: plan.contributorsMin))
      }
      checks.results.append(plan.result(totals))
    }
    rewriter.build = step.build
    let keys = perUser.keys.map { Relation.Project.Item(column: $0.outer, expression: .column($0.inner, at: span)) }
    return .aggregate(.init(input: perUser.relation, keys: keys, calls: step.calls, span: span))
  }

  /// Not NULL where the part is there and first in rank.
  private static func atTop(_ part: BoundExpression, _ rank: RelationColumn) -> BoundExpression {
    let isFirst = BoundExpression.column(rank, at: part.span).compared(.equal, .number(1, at: part.span))
    return BoundExpression(
      .conditional([.init(condition: isFirst, result: part)], otherwise: nil), type: part.type, at: part.span)
  }

  // MARK: Aggregates that need all rows at once

  private mutating func joiningWhole(
    _ guarded: Relation, _ source: Source, _ plans: [AggregatePlan], _ keys: [Key]
  ) -> Relation {
    let (relation, names) = source
    var items: [Relation.Project.Item] = []
    var conditions: [BoundExpression] = []
    for (key, own) in zip(aggregate.keys, keys) {
      let copy = rewriter.build.column(own.outer.name, own.outer.type)
      items.append(.init(column: copy, expression: key.expression.renamed(names)))
      conditions.append(
        BoundExpression.column(own.outer, at: span).compared(.isNotDistinctFrom, .column(copy, at: span)))
    }
    let calls = plans.filter { $0.kind == .whole }.map { plan in
      var call = plan.call
      call.arguments = call.arguments.map { $0.renamed(names) }
      call.filter = call.filter?.renamed(names)
      return call
    }
    let whole = Relation.aggregate(.init(input: relation, keys: items, calls: calls, span: span))
    return .join(
      .init(
        kind: conditions.isEmpty ? .cross : .inner, left: guarded, right: whole,
        condition: conditions.isEmpty ? nil : .all(conditions, at: span)))
  }

  /// The columns that the query asked for, under their own ids.
  private func finished(_ relation: Relation, _ plans: [AggregatePlan], _ checks: GuardChecks) -> Relation {
    var items = aggregate.keys.map {
      Relation.Project.Item(column: $0.column, expression: .column($0.column, at: span))
    }
    for (plan, result) in zip(plans, checks.results) {
      items.append(.init(column: plan.call.column, expression: result ?? .column(plan.call.column, at: plan.call.span)))
    }
    return .project(.init(input: relation, items: items))
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
