/// Walks through all relations of a query.
package enum RelationWalk {
  /// Calls `body` for each relation, including those inside of expressions and WITH, outer ones first.
  package static func visit(_ query: BoundQuery, _ body: (Relation) -> Void) {
    for common in query.ctes { visit(common.relation, body) }
    visit(query.body, body)
  }

  package static func visit(_ relation: Relation, _ body: (Relation) -> Void) {
    body(relation)
    relation.forEachExpression { expression in
      if let subquery = expression.subquery { visit(subquery.relation, body) }
    }
    for input in relation.inputs { visit(input, body) }
  }
}

extension Relation {
  /// The relations that are direct parts of this one.
  package var inputs: [Relation] {
    switch self {
    case .scan, .values, .cte: []
    case .project(let project): [project.input]
    case .filter(let filter): [filter.input]
    case .join(let join): [join.left, join.right]
    case .aggregate(let aggregate): [aggregate.input]
    case .window(let window): [window.input]
    case .union(let union): union.inputs
    case .explode(let explode): [explode.input]
    }
  }

  /// The expressions that are direct parts of this relation.
  package var expressions: [BoundExpression] {
    switch self {
    case .scan, .cte, .union: []
    case .values(let values): values.rows.flatMap { $0 }
    case .project(let project): project.items.map(\.expression)
    case .filter(let filter): [filter.condition]
    case .join(let join): join.condition.map { [$0] } ?? []
    case .aggregate(let aggregate):
      aggregate.keys.map(\.expression) + aggregate.calls.flatMap { $0.arguments + ($0.filter.map { [$0] } ?? []) }
    case .window(let window):
      window.calls.flatMap { call in
        call.arguments + (call.filter.map { [$0] } ?? []) + call.partitionBy + call.orderBy.map(\.expression)
      }
    case .explode(let explode): [explode.array]
    }
  }

  /// Calls `body` for each expression of this relation, and for all parts of each.
  package func forEachExpression(_ body: (BoundExpression) -> Void) {
    func walk(_ expression: BoundExpression) {
      body(expression)
      expression.forEachChild(walk)
    }
    for expression in expressions { walk(expression) }
  }

  /// The same relation with `transform` applied to every relation in it, inner ones first, including queries inside of
  /// expressions.
  package func map(_ transform: (Relation) -> Relation) -> Relation {
    let inner = mapInputs { $0.map(transform) }
    guard inner.expressions.contains(where: \.hasSubquery) else { return transform(inner) }
    return transform(inner.mapExpressions { $0.mapSubqueries { $0.map(transform) } })
  }

  private func mapInputs(_ transform: (Relation) -> Relation) -> Relation {
    switch self {
    case .scan, .values, .cte: return self
    case .project(var project):
      project.input = transform(project.input)
      return .project(project)
    case .filter(var filter):
      filter.input = transform(filter.input)
      return .filter(filter)
    case .join(var join):
      join.left = transform(join.left)
      join.right = transform(join.right)
      return .join(join)
    case .aggregate(var aggregate):
      aggregate.input = transform(aggregate.input)
      return .aggregate(aggregate)
    case .window(var window):
      window.input = transform(window.input)
      return .window(window)
    case .union(var union):
      union.inputs = union.inputs.map(transform)
      return .union(union)
    case .explode(var explode):
      explode.input = transform(explode.input)
      return .explode(explode)
    }
  }

  /// The same relation with each of its own expressions replaced.
  package func mapExpressions(_ transform: (BoundExpression) -> BoundExpression) -> Relation {
    switch self {
    case .scan, .cte, .union: return self
    case .values(var values):
      values.rows = values.rows.map { $0.map(transform) }
      return .values(values)
    case .project(var project):
      project.items = project.items.map { .init(column: $0.column, expression: transform($0.expression)) }
      return .project(project)
    case .filter(var filter):
      filter.condition = transform(filter.condition)
      return .filter(filter)
    case .join(var join):
      join.condition = join.condition.map(transform)
      return .join(join)
    case .aggregate(var aggregate):
      aggregate.keys = aggregate.keys.map { .init(column: $0.column, expression: transform($0.expression)) }
      for index in aggregate.calls.indices {
        aggregate.calls[index].arguments = aggregate.calls[index].arguments.map(transform)
        aggregate.calls[index].filter = aggregate.calls[index].filter.map(transform)
      }
      return .aggregate(aggregate)
    case .window(var window):
      window.calls = window.calls.map { $0.mapExpressions(transform) }
      return .window(window)
    case .explode(var explode):
      explode.array = transform(explode.array)
      return .explode(explode)
    }
  }
}

extension Relation.Window.Call {
  package func mapExpressions(_ transform: (BoundExpression) -> BoundExpression) -> Self {
    var result = self
    result.arguments = arguments.map(transform)
    result.filter = filter.map(transform)
    result.partitionBy = partitionBy.map(transform)
    for index in orderBy.indices { result.orderBy[index].expression = transform(orderBy[index].expression) }
    return result
  }
}

extension BoundExpression {
  /// The same expression with each query inside it, at any depth, replaced.
  package func mapSubqueries(_ transform: (Relation) -> Relation) -> BoundExpression {
    var result = mapChildren { $0.mapSubqueries(transform) }
    switch result.kind {
    case .inRelation(let value, var subquery, let negated):
      subquery.relation = transform(subquery.relation)
      result.kind = .inRelation(value, subquery, negated: negated)
    case .scalarRelation(var subquery):
      subquery.relation = transform(subquery.relation)
      result.kind = .scalarRelation(subquery)
    case .exists(var subquery):
      subquery.relation = transform(subquery.relation)
      result.kind = .exists(subquery)
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .between, .like, .similar, .inList, .conditional, .cast, .array, .row, .element, .field, .trim:
      break
    }
    return result
  }
}
