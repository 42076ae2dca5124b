import Catalog

/// The columns whose values go into an aggregate or a window, directly or by way of others.
struct MeasureInputs {
  private(set) var columns: Set<ColumnID> = []

  init(_ query: BoundQuery) {
    // Outer relations come first in a walk, and later WITH queries may read earlier ones.
    walk(query.body)
    for common in query.ctes.reversed() { walk(common.relation) }
  }

  private mutating func walk(_ relation: Relation) {
    collect(relation)
    for input in relation.inputs { walk(input) }
    for expression in relation.expressions { walkQueries(in: expression) }
  }

  private mutating func walkQueries(in expression: BoundExpression) {
    if let subquery = expression.subquery {
      // What a subquery gives may go anywhere.
      columns.formUnion(subquery.relation.columns.map(\.id))
      walk(subquery.relation)
    }
    expression.forEachChild { walkQueries(in: $0) }
  }

  private mutating func collect(_ relation: Relation) {
    switch relation {
    case .scan, .values, .filter, .join: break
    case .project(let project):
      for item in project.items where columns.contains(item.column.id) { add(item.expression) }
    case .aggregate(let aggregate):
      for key in aggregate.keys where columns.contains(key.column.id) { add(key.expression) }
      for call in aggregate.calls {
        for expression in call.arguments + (call.filter.map { [$0] } ?? []) { add(expression) }
      }
    case .window(let window):
      for call in window.calls {
        for expression in call.arguments + (call.filter.map { [$0] } ?? []) { add(expression) }
      }
    case .union(let union):
      for (index, column) in union.columns.enumerated() where columns.contains(column.id) {
        for input in union.inputs { columns.insert(input.columns[index].id) }
      }
    case .explode(let explode): if columns.contains(explode.column.id) { add(explode.array) }
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) where columns.contains(column.id) {
        columns.insert(original)
      }
    }
  }

  private mutating func add(_ expression: BoundExpression) { columns.formUnion(expression.columnsInUse) }
}
