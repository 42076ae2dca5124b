import AMCSQL
import Catalog

extension ThresholdRewriter {
  /// The expression with its queries rewritten, where each of them tells a row no more than it may know: what is
  /// public, what holds the thresholds, or whether the row's own user is among some users.
  mutating func checked(_ expression: BoundExpression, _ provenance: Provenance) throws(Diagnostic) -> BoundExpression {
    guard expression.hasSubquery else { return expression }
    var rewriter = self
    defer { self = rewriter }
    let inner = try expression.mapChildren { child throws(Diagnostic) in try rewriter.checked(child, provenance) }
    guard var subquery = inner.subquery else { return inner }
    var relation = try rewriter.inside(&subquery, of: inner, provenance)
    relation = rewriter.selecting([subquery.relation.columns[0]], of: relation)
    subquery.relation = relation
    if !subquery.outerColumns.isEmpty, case .user(let outer) = provenance {
      subquery.outerColumns.insert(outer.key.id)
    }
    var result = inner
    switch inner.kind {
    case .inRelation(let value, _, let negated): result.kind = .inRelation(value, subquery, negated: negated)
    case .scalarRelation: result.kind = .scalarRelation(subquery)
    case .exists: result.kind = .exists(subquery)
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .between, .like, .similar, .inList, .conditional, .cast, .array, .row, .element, .field, .trim:
      break
    }
    return result
  }

  /// The subquery's relation, rewritten; `subquery` changes where another one answers the same question.
  private mutating func inside(
    _ subquery: inout BoundExpression.Subquery, of expression: BoundExpression, _ provenance: Provenance
  ) throws(Diagnostic) -> Relation {
    let wasFinal = isFinal
    isFinal = false
    if case .user(let outer) = provenance { outerRows.append(outer) } else { outerRows.append(nil) }
    defer {
      isFinal = wasFinal
      outerRows.removeLast()
    }
    let ownClass = subqueryClass
    let (relation, inside) = try rewrite(subquery.relation)
    subqueryClass = ownClass
    let isCorrelated = !subquery.outerColumns.isEmpty
    switch inside {
    case .nobody:
      if !isCorrelated { publicSubqueries.insert(subquery.number) }
      return relation
    case .guarded where !isCorrelated:
      publicSubqueries.insert(subquery.number)
      return relation
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .pair:
      throw Self.unsupported(
        "A subquery over rows of two users each is not supported.", at: expression.span, hint: "Aggregate it first.")
    case .user(let rows) where rows.owner != nil:
      subqueryClass = max(subqueryClass, rows.filteredBy)
      if case .scalarRelation = expression.kind { noteCells(of: subquery, relation, rows) }
      return relation
    case .guarded, .user:
      guard case .user(let rows) = inside, !isCorrelated else { throw Self.correlated(at: expression.span) }
      try rows.requireNoRanks(at: expression.span)
      subqueryClass = max(subqueryClass, rows.filteredBy)
      return try setOfUsersRows(&subquery, relation, rows, of: expression, provenance)
    }
  }

  /// Notes into which cells expressions inside of a subquery sort the user around it. They count like those outside:
  /// the value of `(SELECT CASE WHEN COUNT(*) > 0 THEN …)` hangs on the users of each branch.
  private mutating func noteCells(
    of subquery: BoundExpression.Subquery, _ relation: Relation, _ rows: UserRows
  ) {
    guard let owner = rows.owner else { return }
    subqueryCells[subquery.relation.columns[0].id] = rows.paths.filter { $0.kind == .cell }.map { path in
      let isThere = BoundExpression(
        .isNull(.column(path.presence, at: .none), negated: true), type: .boolean, at: .none)
      var cell = build.subquery(
        selecting([path.presence], of: .filter(.init(input: relation, condition: isThere))))
      cell.outerColumns = subquery.outerColumns.union([owner.id])
      return BoundExpression(.exists(cell), type: .boolean, at: .none)
    }
  }

  private static func correlated(at span: SourceSpan) -> Diagnostic {
    unsupported(
      "A subquery over users' rows that reads columns of the query around it must compare `user_id` with the row's own.",
      at: span, hint: "Add `inner.user_id = outer.user_id` to its WHERE, or use JOIN.")
  }

  /// A subquery over users' rows that stands for itself: whether the row's user is among some, or which values, or
  /// whether any, enough users have.
  private mutating func setOfUsersRows(
    _ subquery: inout BoundExpression.Subquery, _ relation: Relation, _ rows: UserRows, of expression: BoundExpression,
    _ provenance: Provenance
  ) throws(Diagnostic) -> Relation {
    let span = expression.span
    switch expression.kind {
    case .inRelation(let value, _, _):
      if provenance.rows.contains(where: { $0.isKey(value) }),
        rows.equal.contains(subquery.relation.columns[0].id)
      {
        // A row without a user would make NOT IN empty for everybody.
        let own = BoundExpression.column(subquery.relation.columns[0], at: span)
        return .filter(
          .init(input: relation, condition: BoundExpression(.isNull(own, negated: true), type: .boolean, at: span)))
      }
      let own = subquery.relation.columns[0]
      let column = build.column(own.name, own.type)
      sensitivities[column.id] = sensitivities[own.id]
      return try guarded(
        &subquery, relation, rows, keys: [.init(column: column, expression: .column(own, at: span))], calls: [],
        at: span)
    case .exists:
      let count = build.column("count", .bigint)
      sensitivities[count.id] = .plain
      let call = Relation.Aggregate.Call(
        column: count, function: RelationBuilder.function("COUNT"), arguments: [], isDistinct: false, filter: nil,
        span: span)
      return try guarded(&subquery, relation, rows, keys: [], calls: [call], at: span)
    case .scalarRelation, .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull,
      .isTruth, .between, .like, .similar, .inList, .conditional, .cast, .array, .row, .element, .field, .trim:
      throw Self.unsupported(
        "A value taken from a single user's row is not supported.", at: span,
        hint: "Aggregate it: (SELECT MAX(…) FROM …).")
    }
  }

  private mutating func guarded(
    _ subquery: inout BoundExpression.Subquery, _ relation: Relation, _ rows: UserRows,
    keys: [Relation.Project.Item], calls: [Relation.Aggregate.Call], at span: SourceSpan
  ) throws(Diagnostic) -> Relation {
    let rowsMax = bounds.rows(of: subquery.relation)
    let aggregate = Relation.Aggregate(input: relation, keys: keys, calls: calls, span: span)
    subquery.relation = .aggregate(aggregate)
    publicSubqueries.insert(subquery.number)
    // Whether there is anybody is not told by the row that an aggregation without keys always has.
    return try published(aggregate, relation, rows, rowsMax: rowsMax, isSelective: keys.isEmpty).0
  }
}
