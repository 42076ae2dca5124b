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

  mutating func relation() -> Relation {
    let plans = aggregate.calls.map { AggregatePlan($0, rows) }
    let needsWhole = plans.contains { $0.kind == .whole }
    // Two readings of the same rows must be the same rows, also where they hold random values.
    let common = needsWhole ? rewriter.addCommon("rows", input, at: span) : nil
    let perUser = firstStep(source(common), plans)
    var checks = Checks()
    var result = secondStep(perUser, plans, &checks)
    if needsWhole { result = joiningWhole(result, source(common), plans, perUser.keys) }
    result = .filter(.init(input: result, condition: .all(conditions(checks), at: span)))
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
            arguments: part.arguments.map { $0.renamed(names) }, isDistinct: false,
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

    mutating func add(_ function: String, _ value: BoundExpression, _ type: SQLType) -> RelationColumn {
      let column = build.column(function, type)
      calls.append(
        .init(
          column: column, function: RelationBuilder.function(function), arguments: [value], isDistinct: false,
          filter: nil, span: span))
      return column
    }
  }

  // MARK: Second step: by key

  /// The columns of the second step that decide about a row.
  private struct Checks {
    struct Figure {
      /// The figure itself where it adds up; otherwise how many parts there are, known users' or not.
      var total: RelationColumn
      /// nil where it does not add up.
      var largestPart: RelationColumn?
      /// Known users with a part.
      var contributors: RelationColumn
    }

    var users: RelationColumn?
    var pathUsers: [RelationColumn] = []
    var figures: [Figure] = []
    /// What each aggregate of the query becomes.
    var results: [BoundExpression?] = []
  }

  private mutating func secondStep(_ perUser: PerUser, _ plans: [AggregatePlan], _ checks: inout Checks) -> Relation {
    var step = Step(build: rewriter.build, span: span)
    checks.users = step.add("COUNT", .column(perUser.user, at: span), .bigint)
    for presence in perUser.presences {
      checks.pathUsers.append(step.add("COUNT", .column(presence, at: span), .bigint))
    }
    for (plan, parts) in zip(plans, perUser.parts) {
      let values = parts.map { BoundExpression.column($0, at: plan.call.span) }
      var totals: [RelationColumn] = []
      for (part, value) in zip(plan.parts, values) {
        totals.append(step.add(part.combination, part.combined(value), part.combinedType))
      }
      checks.results.append(plan.result(totals.map { .column($0, at: plan.call.span) }))
      for (index, part) in plan.parts.enumerated() {
        let contributed = part.hasContributed(values[index])
        let contributors = step.add("COUNT", ofKnownUser(perUser.user, contributed), .bigint)
        let total = part.isAdditive ? totals[index] : step.add("COUNT", contributed, .bigint)
        let largest = part.isAdditive ? step.add("MAX", part.size(values[index]), .double) : nil
        checks.figures.append(.init(total: total, largestPart: largest, contributors: contributors))
      }
    }
    rewriter.build = step.build
    let keys = perUser.keys.map { Relation.Project.Item(column: $0.outer, expression: .column($0.inner, at: span)) }
    return .aggregate(.init(input: perUser.relation, keys: keys, calls: step.calls, span: span))
  }

  /// Not NULL where `contributed` is not NULL and the user is known.
  private func ofKnownUser(_ user: RelationColumn, _ contributed: BoundExpression) -> BoundExpression {
    let isKnown = BoundExpression(.isNull(.column(user, at: span), negated: true), type: .boolean, at: span)
    return BoundExpression(
      .conditional([.init(condition: isKnown, result: contributed)], otherwise: nil), type: contributed.type, at: span)
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

  // MARK: The thresholds

  private func conditions(_ checks: Checks) -> [BoundExpression] {
    let highest = (aggregate.keys.map(\.column.id) + aggregate.calls.map(\.column.id))
      .map { rewriter.traits[$0]?.threshold ?? .none }.max() ?? .none
    let needed = BoundExpression.number(rewriter.thresholds.standard(highest), at: span)
    var conditions: [BoundExpression] = []
    if let users = checks.users {
      conditions.append(BoundExpression.column(users, at: span).compared(.greaterOrEqual, needed))
    }
    for users in checks.pathUsers {
      // A path that nobody came in by adds nothing to the row.
      let count = BoundExpression.column(users, at: span)
      let nobody = count.compared(.equal, .number(0, at: span))
      conditions.append(.any([nobody, count.compared(.greaterOrEqual, needed)], at: span))
    }
    for figure in checks.figures { conditions.append(condition(figure, highest)) }
    return conditions
  }

  private func condition(_ figure: Checks.Figure, _ highest: AggregationThreshold) -> BoundExpression {
    let contributors = BoundExpression.column(figure.contributors, at: span)
    let sum = BoundExpression.column(figure.total, at: span)
    guard let largest = figure.largestPart else {
      // Without any part the value is NULL. One user alone would be shown as they are, whatever the class.
      let needed = max(rewriter.thresholds.effective(highest), rewriter.thresholds.equivalent)
      return .any(
        [
          sum.compared(.equal, .number(0, at: span)),
          contributors.compared(.greaterOrEqual, .number(needed, at: span)),
        ], at: span)
    }
    let isNothing = BoundExpression(.isNull(sum, negated: false), type: .boolean, at: span)
    let isZero = sum.asDouble().compared(.equal, BoundExpression.number(0, at: span).asDouble())
    let enough = contributors.compared(
      .greaterOrEqual, .number(rewriter.thresholds.effective(highest), at: span))
    let size = BoundExpression(
      .call(RelationBuilder.function("ABS"), [sum.asDouble()]), type: .double, at: span)
    let share = BoundExpression(
      .arithmetic(
        .multiply, BoundExpression.number(rewriter.thresholds.equivalent, at: span).asDouble(),
        .column(largest, at: span)), type: .double, at: span)
    let spread = size.compared(.greaterOrEqual, share)
    return .any([isNothing, isZero, .all([enough, spread], at: span)], at: span)
  }

  /// The columns that the query asked for, under their own ids.
  private func finished(_ relation: Relation, _ plans: [AggregatePlan], _ checks: Checks) -> Relation {
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
