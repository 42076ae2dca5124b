import AMCSQL
import Catalog

/// Rows of users, and what their columns are named there where they have new names.
struct RowSource {
  var relation: Relation
  var names: [ColumnID: RelationColumn] = [:]
}

/// An aggregation over many users, computed so that each row can be checked.
///
/// There are two steps. The first aggregates by the keys and the user, so that each user's part in each measure is
/// known; the second adds the parts up and counts the users. Aggregates that can't be added up from parts (medians,
/// distinct counts) are computed beside it from the same rows and joined by the keys.
struct GroupPipeline {
  var rewriter: ThresholdRewriter
  let aggregate: Relation.Aggregate
  let rows: UserRows
  /// The second user of each row; nil where there is only one.
  var other: UserRows?
  let source: RowSource
  /// Whether the measures themselves are wanted, or only what the checks need.
  var needsValues = true
  /// Values of which each row gets the least; nothing is checked of them.
  var hiddenColumns: [Relation.Project.Item] = []
  /// How many users a row needs at least, whatever its class.
  var usersMin = 0

  /// The rows, unchecked, with the columns that the checks need.
  struct Result {
    var relation: Relation
    var checks: GuardChecks
    var plans: [AggregatePlan]
    /// The aggregation as later ones are compared with it; `shown` is the relation as it is here, unchecked.
    var disclosureQuery: NotedDisclosureQuery
  }

  var span: SourceSpan { aggregate.span }

  /// A group key in both steps.
  struct Key {
    var inner: RelationColumn
    var outer: RelationColumn
  }

  /// The first step and what of it the second one reads.
  struct PerUser {
    var relation: Relation
    var keys: [Key]
    var user: RelationColumn
    /// For each path beyond the row's own user: not NULL if the user came in by it.
    var presences: [(column: RelationColumn, path: UserRows.Path)]
    var parts: [[RelationColumn]]
    /// For each part that is a sum: the largest row of users that are not known.
    var unknownRows: [[RelationColumn?]]
    var hiddenColumns: [RelationColumn]
    var rowCount: RelationColumn
  }

  mutating func run(highest: AggregationThreshold) throws(Diagnostic) -> Result {
    var plans: [AggregatePlan] = []
    for call in aggregate.calls {
      plans.append(try AggregatePlan(call, rows, other, rewriter.thresholds))
    }
    var perUser = firstStep(plans)
    var disclosureQuery = disclosureQuery(perUser, plans, highest: highest)
    let beside = besideParts(&perUser, plans)
    var checks = GuardChecks(span: span, rewriter.thresholds)
    checks.usersMin = usersMin
    var result = secondStep(perUser, plans, beside, &checks, highest: highest)
    if let marker = checks.marker { disclosureQuery.secondStep = marker }
    if needsValues {
      result = joiningWhole(result, plans, perUser.keys)
      for (index, plan) in plans.enumerated() where plan.kind == .distinct {
        var counting = DistinctMeasure(rewriter: rewriter, pipeline: self, call: plan.call, keys: perUser.keys)
        let (relation, value) = counting.joined(to: result, highest: highest)
        rewriter = counting.rewriter
        result = relation
        checks.results[index] = value
      }
    }
    return Result(relation: result, checks: checks, plans: plans, disclosureQuery: disclosureQuery)
  }

  /// The users' parts, and how many rows each has, which any filter changes.
  private func disclosureQuery(
    _ perUser: PerUser, _ plans: [AggregatePlan], highest: AggregationThreshold
  ) -> NotedDisclosureQuery {
    var parts = [(DisclosureQuery.Part(name: "rows", type: .bigint), perUser.rowCount)]
    for (plan, columns) in zip(plans, perUser.parts) {
      for (part, column) in zip(plan.parts, columns) {
        let countsRows = part.role == .count && part.arguments.isEmpty && plan.call.filter == nil
        let column = countsRows ? perUser.rowCount : column
        parts.append((DisclosureQuery.Part(name: part.function, type: part.type), column))
      }
    }
    return NotedDisclosureQuery(
      parts: parts, user: perUser.user, perUser: perUser.relation,
      shown: perUser.relation, shownKeys: perUser.keys.map(\.outer),
      usersMin: max(rewriter.thresholds.users(highest), usersMin),
      equivalentMin: rewriter.thresholds.equivalent, secondStep: perUser.user.id)
  }

  /// The query's paths that stand behind an aggregate's argument; the first of them names it.
  func path(of call: Relation.Aggregate.Call) -> PathName {
    let own = rewriter.lineage.paths(of: call.arguments)
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
    let hiddenColumns = hiddenColumns.map { step.add("MIN", $0.expression.renamed(names), $0.column.type) }
    rewriter.build = step.build
    let perUser = Relation.aggregate(.init(input: source.relation, keys: items, calls: step.calls, span: span))
    return PerUser(
      relation: perUser, keys: keys, user: user, presences: presences, parts: parts, unknownRows: unknownRows,
      hiddenColumns: hiddenColumns, rowCount: rowCount)
  }

  /// The largest size of a value in rows without a user. Each such row may be a person of its own, so that it is
  /// compared like a user's part.
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
