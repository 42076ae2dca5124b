import AMCSQL
import Catalog

/// Rule 8: whether a user is a member may depend on the user's own rows, on what is public, and on aggregates that hold
/// the thresholds. The size of an audience could tell anything else, digit by digit.
extension ThresholdRewriter {
  /// The query with its aggregations over many users guarded; its rows belong to one user each.
  ///
  /// - Parameter user: The column of the members.
  /// - Throws: `unsupported` where a row would hang on rows of another user.
  mutating func guardedAudience(_ query: BoundQuery, _ user: RelationColumn) throws(Diagnostic) -> BoundQuery {
    for common in query.ctes { try rewrite(common, isFinal: false) }
    isFinal = false
    let (body, provenance) = try rewrite(query.body)
    guard case .user(let rows) = provenance, rows.isKeyOrNull(.column(user, at: query.span)) else {
      throw Self.unsupported(
        "Each row of an audience query must belong to the user that it selects.",
        at: query.outputSpans.first ?? query.span,
        hint: "Join tables by `user_id`, and group by `user_id`.")
    }
    var result = query
    result.ctes = ctes
    result.body = selecting(query.body.columns, of: body)
    result.nextColumnNumber = build.nextColumnNumber
    return result
  }

  /// Refuses a rank over users to which a user could have several rows: each of them moves all behind it by one place,
  /// and so many rows as a number of the user's is large would tell it.
  ///
  /// - Throws: `unsupported`.
  func checkRank(_ call: Relation.Window.Call, _ rows: UserRows) throws(Diagnostic) {
    let partition = Set(call.partitionBy.flatMap(\.columnsInUse))
    guard let uniqueBy = rows.uniqueBy, uniqueBy.isSubset(of: partition) else {
      throw Self.unsupported(
        "\(call.function.name) over several users needs one row for each user.", at: call.span,
        hint: "Aggregate by `user_id` in a subquery first, and PARTITION BY its other keys.")
    }
  }
}
