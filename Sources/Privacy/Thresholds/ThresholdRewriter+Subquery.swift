import AMCSQL
import Catalog

extension ThresholdRewriter {
  /// The expression with its queries rewritten, where each of them tells a row no more than it may know: what is public,
  /// what holds the thresholds, or whether the row's own user is among some users.
  mutating func checked(_ expression: BoundExpression, _ provenance: Provenance) throws(Diagnostic) -> BoundExpression {
    guard expression.hasSubquery else { return expression }
    var rewriter = self
    defer { self = rewriter }
    let inner = try expression.mapChildren { child throws(Diagnostic) in try rewriter.checked(child, provenance) }
    guard var subquery = inner.subquery else { return inner }
    guard subquery.outerColumns.isEmpty else {
      throw Self.unsupported(
        "A subquery that reads columns of the query around it is not supported here.", at: inner.span,
        hint: "Use JOIN, or IN with a subquery that stands for itself.")
    }
    let (relation, inside) = try rewriter.rewrite(subquery.relation)
    switch inside {
    case .nobody, .guarded: break
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .user(let rows):
      guard case .inRelation(let value, _, _) = inner.kind, case .user(let outer) = provenance, outer.isKey(value),
        rows.equal.contains(subquery.relation.columns[0].id)
      else {
        throw Self.unsupported(
          "A subquery over users' rows is supported only as `user_id IN (SELECT user_id …)`.", at: inner.span,
          hint: "JOIN it by `user_id`.")
      }
    }
    subquery.relation = rewriter.selecting([subquery.relation.columns[0]], of: relation)
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
}
