/// Reduces each scan of a data source to the columns that the query uses, and the user's.
enum ColumnPruning {
  static func prune(_ query: inout BoundQuery) {
    var used: Set<ColumnID> = Set(query.body.columns.map(\.id))
    RelationWalk.visit(query) { relation in
      relation.forEachExpression { expression in
        if case .column(let id) = expression.kind { used.insert(id) }
      }
      if case .cte(let reference) = relation { used.formUnion(reference.originals) }
      if case .union(let union) = relation {
        for input in union.inputs { used.formUnion(input.columns.map(\.id)) }
      }
    }
    // The columns of a WITH query are kept if it scans a data source directly.
    for common in query.ctes { used.formUnion(common.relation.columns.map(\.id)) }
    query.body = fill(query.body, used)
    for index in query.ctes.indices { query.ctes[index].relation = fill(query.ctes[index].relation, used) }
  }

  private static func fill(_ relation: Relation, _ used: Set<ColumnID>) -> Relation {
    relation.map { node in
      guard case .scan(var scan) = node else { return node }
      let numbers = scan.firstColumnNumber..<scan.firstColumnNumber + scan.source.columns.count
      var indices = used.compactMap { numbers.contains($0.number) ? $0.number - numbers.lowerBound : nil }
      if let user = scan.source.userColumn, let index = scan.source.columnIndex[user], !indices.contains(index) {
        indices.append(index)
      }
      scan.columns = indices.sorted().map { index in
        let column = scan.source.columns[index]
        return RelationColumn(id: ColumnID(numbers.lowerBound + index), name: column.name, type: column.type)
      }
      return .scan(scan)
    }
  }
}
