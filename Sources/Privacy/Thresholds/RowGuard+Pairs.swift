import AMCSQL
import Catalog

/// An aggregation over rows that belong to two users each, as a join by a campaign makes them.
///
/// It is computed twice, once by the one user of each row and once by the other one, and a row is there only if it
/// holds the thresholds both times. So neither of the two sides hangs on too few of its users.
extension RowGuard {
  mutating func removingRows(beside other: UserRows) throws(Diagnostic) -> (Relation, AuditColumns) {
    try checkPairs(other)
    let common = rewriter.addCTE("rows", input, at: span)
    let first = try run(aggregate, of: rows, beside: other, common)
    var again = aggregate
    again.renewKeys(&rewriter.build)
    let second = try run(again, of: other, beside: rows, common)
    let conditions = zip(aggregate.keys, again.keys).map { one, other in
      BoundExpression.column(one.column, at: span).compared(.isNotDistinctFrom, .column(other.column, at: span))
    }
    let both = Relation.join(
      .init(
        kind: conditions.isEmpty ? .cross : .inner, left: first.relation, right: second.relation,
        condition: conditions.isEmpty ? nil : .all(conditions, at: span)))
    let highest = highestClass
    let holds = BoundExpression.all([first, second].map { $0.checks.condition(highest: highest) }, at: span)
    let relation = Relation.filter(.init(input: both, condition: holds))
    let number = rewriter.disclosureQueries.count
    for result in [first, second] {
      note(result.disclosureQuery, shown: relation, marker: first.checks.marker, aggregation: number)
    }
    var result = first
    for (index, call) in aggregate.calls.enumerated() where counts(other, call) {
      result.checks.results[index] = second.checks.results[index]
    }
    let counts = [first, second].map { $0.checks.userCount(highest: highest) }
    return finished(
      relation, result, levels: nil,
      userCount: BoundExpression(.call(RelationBuilder.function("LEAST"), counts), type: .bigint, at: span),
      isFiltered: .truth(false, at: span), reason: .null(.string, at: span))
  }

  private mutating func run(
    _ aggregate: Relation.Aggregate, of rows: UserRows, beside other: UserRows, _ common: CTEID
  ) throws(Diagnostic) -> GroupPipeline.Result {
    var pipeline = GroupPipeline(
      rewriter: rewriter, aggregate: aggregate, rows: rows, other: other, source: source(common))
    let result = try pipeline.run(highest: highestClass)
    rewriter = pipeline.rewriter
    return result
  }

  /// Whether the aggregate counts the users.
  private func counts(_ rows: UserRows, _ call: Relation.Aggregate.Call) -> Bool {
    call.function.name == "COUNT" && call.isDistinct && call.arguments.allSatisfy(rows.isKeyOrNull)
  }

  /// Refuses what two separate looks at the users can't decide.
  private func checkPairs(_ other: UserRows) throws(Diagnostic) {
    guard !rewriter.isFinal || !rewriter.controls.removesValues else {
      throw ThresholdRewriter.unsupported(
        "Values can't be removed from rows that belong to two users each.", at: span,
        hint: "Let such rows be removed (REMOVE_ROWS), or aggregate both tables before joining them.")
    }
    for key in aggregate.keys {
      guard key.expression.type != .userKey else {
        throw ThresholdRewriter.unsupported(
          "Rows that belong to two users each can't be grouped by one of them.", at: key.expression.span,
          hint: "Add `a.user_id = b.user_id` to ON, or aggregate one of the tables before joining it.")
      }
      guard !key.expression.isVolatile else {
        throw ThresholdRewriter.unsupported(
          "A random group key is not supported beside rows of two users each.", at: key.expression.span,
          hint: "Compute the key in a subquery first.")
      }
    }
    for call in aggregate.calls {
      let isSum = ["COUNT", "SUM", "AVG"].contains(call.function.name) && !call.isDistinct
      guard isSum || counts(rows, call) || counts(other, call) else {
        throw ThresholdRewriter.unsupported(
          "\(call.function.name)\(call.isDistinct ? "(DISTINCT …)" : "") over rows of two users each is not supported.",
          at: call.span, hint: "There are COUNT, SUM, AVG and COUNT(DISTINCT user_id); or aggregate both tables first.")
      }
    }
  }
}
