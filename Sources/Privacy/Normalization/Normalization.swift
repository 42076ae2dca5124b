import AMCSQL
import Catalog

/// Brings a query into the shape that the rewriters decide on, without changing what it means: subqueries stand in
/// projections and filters only, and what WHERE says of both sides of a join stands in its ON.
struct Normalization {
  private var build: RelationBuilder

  static func normalized(_ query: BoundQuery) -> BoundQuery {
    var normalization = Normalization(build: RelationBuilder(for: query))
    var result = query
    for index in result.ctes.indices {
      result.ctes[index].relation = normalization.normalized(result.ctes[index].relation)
    }
    result.body = normalization.normalized(query.body)
    result.nextColumnNumber = normalization.build.nextColumnNumber
    return result
  }

  private mutating func normalized(_ relation: Relation) -> Relation {
    var own = self
    let result = relation.map { node in
      switch node {
      case .aggregate(let aggregate): own.lifted(aggregate)
      case .window(let window): own.lifted(window)
      case .join(let join): own.lifted(join)
      case .filter(let filter): JoinConditions.pushed(filter)
      case .scan, .values, .project, .union, .explode, .cte: node
      }
    }
    self = own
    return result
  }

  // MARK: Subqueries

  /// Computes expressions before a relation: collects them, and gives the columns that hold their values.
  private struct Lift {
    var build: RelationBuilder
    var items: [Relation.Project.Item] = []

    mutating func value(_ expression: BoundExpression) -> BoundExpression {
      guard expression.hasSubquery else { return expression }
      return computed(expression)
    }

    /// The value of something more than a column.
    mutating func measure(_ expression: BoundExpression) -> BoundExpression {
      if case .column = expression.kind { return expression }
      return expression.columnsInUse.isEmpty && !expression.hasSubquery ? expression : computed(expression)
    }

    private mutating func computed(_ expression: BoundExpression) -> BoundExpression {
      let column = build.column("computed", expression.type)
      items.append(.init(column: column, expression: expression))
      return .column(column, at: expression.span)
    }

    /// The relation with the columns that were collected.
    func over(_ input: Relation) -> Relation {
      guard !items.isEmpty else { return input }
      let own = input.columns.map {
        Relation.Project.Item(column: $0, expression: .column($0, at: items[0].expression.span))
      }
      return .project(.init(input: input, items: own + items))
    }
  }

  private mutating func lifted(_ aggregate: Relation.Aggregate) -> Relation {
    var lift = Lift(build: build)
    var result = aggregate
    for index in result.keys.indices {
      result.keys[index].expression = lift.value(result.keys[index].expression)
    }
    // What goes into a measure is computed before, where its cells are seen.
    for index in result.calls.indices {
      result.calls[index].arguments = result.calls[index].arguments.map { lift.measure($0) }
      result.calls[index].filter = result.calls[index].filter.map { lift.measure($0) }
    }
    result.input = lift.over(aggregate.input)
    build = lift.build
    return .aggregate(result)
  }

  private mutating func lifted(_ window: Relation.Window) -> Relation {
    var lift = Lift(build: build)
    guard case .window(var result) = Relation.window(window).mapExpressions({ lift.value($0) }) else {
      return .window(window)
    }
    for index in result.calls.indices {
      result.calls[index].arguments = result.calls[index].arguments.map { lift.measure($0) }
      result.calls[index].filter = result.calls[index].filter.map { lift.measure($0) }
    }
    result.input = lift.over(window.input)
    build = lift.build
    return .window(result)
  }

  /// A subquery in ON is computed on the side whose columns it reads. One that reads both sides stays.
  private mutating func lifted(_ join: Relation.JoinRelation) -> Relation {
    guard let condition = join.condition, condition.hasSubquery else { return .join(join) }
    let leftColumns = Set(join.left.columns.map(\.id))
    let rightColumns = Set(join.right.columns.map(\.id))
    var left = Lift(build: build)
    var right = Lift(build: build)
    func value(_ expression: BoundExpression) -> BoundExpression {
      guard expression.subquery != nil else { return expression.mapChildren(value) }
      let columns = expression.columnsInUse
      if columns.isSubset(of: leftColumns) {
        left.build = right.build
        defer { right.build = left.build }
        return left.value(expression)
      }
      guard columns.isSubset(of: rightColumns) else { return expression }
      right.build = left.build
      defer { left.build = right.build }
      return right.value(expression)
    }
    var result = join
    result.condition = value(condition)
    result.left = left.over(join.left)
    result.right = right.over(join.right)
    build = left.build
    return .join(result)
  }
}

/// Moves equalities between the two sides of inner and cross joins from WHERE to ON: `FROM a, b WHERE a.x = b.x`.
private enum JoinConditions {
  static func pushed(_ filter: Relation.Filter) -> Relation {
    guard case .join = filter.input else { return .filter(filter) }
    var input = filter.input
    var rest: [BoundExpression] = []
    for part in filter.condition.conjuncts {
      guard case .compare(.equal, _, _) = part.kind, !part.hasSubquery, !part.isVolatile,
        let joined = pushed(part, into: input)
      else {
        rest.append(part)
        continue
      }
      input = joined
    }
    guard !rest.isEmpty else { return input }
    return .filter(.init(input: input, condition: .all(rest, at: filter.condition.span)))
  }

  /// The relation with the condition at the join whose two sides it speaks of; nil where there is none.
  private static func pushed(_ part: BoundExpression, into relation: Relation) -> Relation? {
    guard case .join(var join) = relation, join.kind == .inner || join.kind == .cross else { return nil }
    let columns = part.columnsInUse
    let left = Set(join.left.columns.map(\.id))
    let right = Set(join.right.columns.map(\.id))
    guard columns.isSubset(of: left.union(right)) else { return nil }
    if columns.isSubset(of: left) {
      guard let inner = pushed(part, into: join.left) else { return nil }
      join.left = inner
    } else if columns.isSubset(of: right) {
      guard let inner = pushed(part, into: join.right) else { return nil }
      join.right = inner
    } else {
      join.kind = .inner
      join.condition = .all((join.condition?.conjuncts ?? []) + [part], at: part.span)
    }
    return .join(join)
  }
}
