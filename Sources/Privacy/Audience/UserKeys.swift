import Catalog

/// Which columns of a query hold nothing but user keys of data sources, or NULL.
struct UserKeys {
  private var keys: Set<ColumnID> = []

  init(_ query: BoundQuery) {
    for common in query.ctes { collect(common.relation) }
    collect(query.body)
  }

  func contains(_ id: ColumnID) -> Bool { keys.contains(id) }

  private mutating func collect(_ relation: Relation) {
    for input in relation.inputs { collect(input) }
    switch relation {
    case .scan(let scan): if let user = scan.userColumn { keys.insert(user.id) }
    case .values, .filter, .join, .explode: break
    case .project(let project): collect(project.items)
    case .aggregate(let aggregate):
      collect(aggregate.keys)
      for call in aggregate.calls where ["MIN", "MAX"].contains(call.function.name) {
        if let argument = call.arguments.first, isKey(argument) { keys.insert(call.column.id) }
      }
    case .window: break
    case .union(let union):
      for (index, column) in union.columns.enumerated()
      where union.inputs.allSatisfy({ keys.contains($0.columns[index].id) }) {
        keys.insert(column.id)
      }
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) where keys.contains(original) {
        keys.insert(column.id)
      }
    }
  }

  private mutating func collect(_ items: [Relation.Project.Item]) {
    for item in items where isKey(item.expression) { keys.insert(item.column.id) }
  }

  private func isKey(_ expression: BoundExpression) -> Bool {
    switch expression.kind {
    case .column(let id): keys.contains(id)
    case .call(let function, let arguments): function.name == "COALESCE" && arguments.allSatisfy(isKey)
    case .conditional(let branches, let otherwise):
      branches.allSatisfy { isKeyOrNull($0.result) } && otherwise.map(isKeyOrNull) ?? true
    case .literal, .parameter, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like,
      .similar, .inList, .inRelation, .scalarRelation, .exists, .cast, .array, .row, .element, .field, .trim:
      false
    }
  }

  private func isKeyOrNull(_ expression: BoundExpression) -> Bool {
    if case .literal(.null) = expression.kind { return true }
    return isKey(expression)
  }
}
