extension Relation {
  /// Whether it has one row at most, whatever the data: an aggregation without keys, whatever is done with its row.
  ///
  /// - Parameter ctes: The WITH queries that are known; others may have many rows.
  package func hasOneRowAtMost(_ ctes: [BoundQuery.CTE] = []) -> Bool {
    switch self {
    case .values(let values): values.rows.count <= 1
    case .aggregate(let aggregate): aggregate.keys.isEmpty
    case .project(let project): project.input.hasOneRowAtMost(ctes)
    case .filter(let filter): filter.input.hasOneRowAtMost(ctes)
    case .window(let window): window.input.hasOneRowAtMost(ctes)
    // A FULL JOIN keeps both rows where they do not belong together.
    case .join(let join): join.kind != .full && join.left.hasOneRowAtMost(ctes) && join.right.hasOneRowAtMost(ctes)
    case .cte(let reference): ctes.first { $0.id == reference.id }?.relation.hasOneRowAtMost(ctes) ?? false
    case .scan, .union, .explode: false
    }
  }
}
