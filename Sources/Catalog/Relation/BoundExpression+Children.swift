extension BoundExpression {
  /// The direct parts of this expression, without queries inside it.
  public var children: [BoundExpression] {
    var children: [BoundExpression] = []
    forEachChild { children.append($0) }
    return children
  }

  /// Calls `body` for each of `children`.
  package func forEachChild(_ body: (BoundExpression) -> Void) {
    switch kind {
    case .literal, .parameter, .column, .scalarRelation, .exists: break
    case .call(_, let parts), .logical(_, let parts), .array(let parts), .row(_, let parts): parts.forEach(body)
    case .arithmetic(_, let left, let right), .compare(_, let left, let right):
      body(left)
      body(right)
    case .negate(let operand), .not(let operand), .isNull(let operand, _), .isTruth(let operand, _, _),
      .cast(let operand), .field(let operand, _), .inRelation(let operand, _, _):
      body(operand)
    case .between(let value, let low, let high, _):
      body(value)
      body(low)
      body(high)
    case .like(let value, let pattern, let escape, _):
      body(value)
      body(pattern)
      if let escape { body(escape) }
    case .similar(let value, let pattern, _):
      body(value)
      body(pattern)
    case .inList(let value, let items, _):
      body(value)
      items.forEach(body)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        body(branch.condition)
        body(branch.result)
      }
      if let otherwise { body(otherwise) }
    case .element(let base, let index):
      body(base)
      body(index)
    case .trim(_, let value, let characters):
      body(value)
      body(characters)
    }
  }

  /// The query that is a direct part of this expression.
  public var subquery: Subquery? {
    switch kind {
    case .inRelation(_, let subquery, _), .scalarRelation(let subquery), .exists(let subquery): subquery
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .between, .like, .similar, .inList, .conditional, .cast, .array, .row, .element, .field, .trim:
      nil
    }
  }

  /// The same expression with each direct part replaced.
  public func mapChildren<E: Error>(_ transform: (BoundExpression) throws(E) -> BoundExpression) throws(E)
    -> BoundExpression
  {
    var result = self
    result.kind = try mappedKind(transform)
    return result
  }

  private func mappedKind<E: Error>(_ transform: (BoundExpression) throws(E) -> BoundExpression) throws(E) -> Kind {
    func all(_ list: [BoundExpression]) throws(E) -> [BoundExpression] {
      var result: [BoundExpression] = []
      result.reserveCapacity(list.count)
      for item in list { result.append(try transform(item)) }
      return result
    }
    func one(_ item: BoundExpression?) throws(E) -> BoundExpression? {
      if let item { return try transform(item) }
      return nil
    }
    switch kind {
    case .literal, .parameter, .column, .scalarRelation, .exists: return kind
    case .call(let function, let arguments): return .call(function, try all(arguments))
    case .arithmetic(let sign, let left, let right): return .arithmetic(sign, try transform(left), try transform(right))
    case .negate(let operand): return .negate(try transform(operand))
    case .compare(let sign, let left, let right): return .compare(sign, try transform(left), try transform(right))
    case .logical(let logical, let parts): return .logical(logical, try all(parts))
    case .not(let operand): return .not(try transform(operand))
    case .isNull(let operand, let negated): return .isNull(try transform(operand), negated: negated)
    case .isTruth(let operand, let truth, let negated):
      return .isTruth(try transform(operand), truth, negated: negated)
    case .between(let value, let low, let high, let negated):
      return .between(try transform(value), low: try transform(low), high: try transform(high), negated: negated)
    case .like(let value, let pattern, let escape, let negated):
      return .like(try transform(value), pattern: try transform(pattern), escape: try one(escape), negated: negated)
    case .similar(let value, let pattern, let negated):
      return .similar(try transform(value), pattern: try transform(pattern), negated: negated)
    case .inList(let value, let items, let negated):
      return .inList(try transform(value), try all(items), negated: negated)
    case .inRelation(let value, let subquery, let negated):
      return .inRelation(try transform(value), subquery, negated: negated)
    case .conditional(let branches, let otherwise):
      var mapped: [Branch] = []
      for branch in branches {
        mapped.append(Branch(condition: try transform(branch.condition), result: try transform(branch.result)))
      }
      return .conditional(mapped, otherwise: try one(otherwise))
    case .cast(let operand): return .cast(try transform(operand))
    case .array(let parts): return .array(try all(parts))
    case .row(let names, let parts): return .row(names, try all(parts))
    case .element(let base, let index): return .element(try transform(base), index: try transform(index))
    case .field(let base, let name): return .field(try transform(base), name)
    case .trim(let side, let value, let characters):
      return .trim(side, try transform(value), characters: try transform(characters))
    }
  }
}
