import AMCSQL
import Catalog

extension ThresholdRewriter {
  mutating func rewrite(_ aggregate: Relation.Aggregate) throws(Diagnostic) -> (Relation, Provenance) {
    let (input, provenance) = try rewrite(aggregate.input)
    for expression in Relation.aggregate(aggregate).expressions where expression.hasSubquery {
      throw Self.unsupported(
        "A subquery in a group key or an aggregate is not supported.", at: expression.span,
        hint: "Compute it in a subquery in FROM first.")
    }
    switch provenance {
    case .nobody:
      var result = aggregate
      result.input = input
      return (.aggregate(result), .nobody)
    case .eventDetail(let span): throw Self.detailAlone(at: span)
    case .guarded:
      throw Self.unsupported(
        "Aggregating again what has been aggregated over many users is not supported.", at: aggregate.span,
        hint: "Aggregate once, or keep `user_id` in the inner GROUP BY.")
    case .user(let rows): return try self.aggregate(aggregate, input, rows)
    }
  }

  /// An aggregation of users' rows: with the user among its keys its rows stay users' rows, otherwise they are guarded.
  mutating func aggregate(_ aggregate: Relation.Aggregate, _ input: Relation, _ rows: UserRows) throws(Diagnostic)
    -> (Relation, Provenance)
  {
    guard let key = aggregate.keys.first(where: { rows.isKey($0.expression) }) else {
      var guarding = RowGuard(rewriter: self, aggregate: aggregate, rows: rows, input: input)
      let relation = try guarding.relation()
      self = guarding.rewriter
      return (relation, .guarded)
    }
    var result = aggregate
    result.input = input
    var own = UserRows(key: key.column, equal: [key.column.id], paths: [])
    for item in aggregate.keys where rows.isKey(item.expression) { own.equal.insert(item.column.id) }
    for path in rows.paths {
      if rows.equal.contains(path.presence.id) {
        own.paths.append(.init(presence: key.column))
        continue
      }
      let presence = build.column("presence", .userKey)
      result.calls.append(
        .init(
          column: presence, function: RelationBuilder.function("MAX"),
          arguments: [.column(path.presence, at: aggregate.span)], isDistinct: false, filter: nil, span: aggregate.span)
      )
      own.paths.append(.init(presence: presence))
    }
    return (.aggregate(result), .user(own))
  }
}
