import AMCSQL

extension Binder {
  mutating func between(
    _ value: Expression, _ low: Expression, _ high: Expression, negated: Bool, in scope: Scope, _ clause: Clause,
    at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let value = try expression(value, in: scope, clause)
    let low = try expression(low, in: scope, clause)
    let high = try expression(high, in: scope, clause)
    let (withLow, lower) = try comparable(value, low, at: span)
    let (both, upper) = try comparable(withLow, high, at: span)
    return BoundExpression(
      .between(both, low: try coerce(lower, to: both.type), high: upper, negated: negated), type: .boolean, at: span)
  }

  mutating func like(
    _ value: Expression, _ pattern: Expression, _ escape: Expression?, negated: Bool, in scope: Scope,
    _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let value = try string(value, "LIKE", in: scope, clause)
    let pattern = try string(pattern, "LIKE", in: scope, clause)
    var bound: BoundExpression?
    if let escape {
      let character = try string(escape, "ESCAPE", in: scope, clause)
      guard case .literal(.string(let text)) = character.kind, text.count == 1 else {
        throw Diagnostic(.wrongArguments, "ESCAPE takes one character.", at: escape.span)
      }
      bound = character
    }
    return BoundExpression(
      .like(value, pattern: pattern, escape: bound, negated: negated), type: .boolean, at: span)
  }

  mutating func similar(
    _ value: Expression, _ pattern: Expression, negated: Bool, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let value = try string(value, "SIMILAR TO", in: scope, clause)
    let pattern = try string(pattern, "SIMILAR TO", in: scope, clause)
    try checkPattern(pattern)
    return BoundExpression(.similar(value, pattern: pattern, negated: negated), type: .boolean, at: span)
  }

  /// A string, or NULL.
  private mutating func string(_ syntax: Expression, _ what: String, in scope: Scope, _ clause: Clause)
    throws(Diagnostic)
    -> BoundExpression
  {
    let bound = try expression(syntax, in: scope, clause)
    guard bound.type.isText || bound.type == .unknown else {
      throw Diagnostic(
        .typeMismatch, "\(what) needs a string, this is \(bound.type.description).", at: syntax.span,
        hint: "CAST it to VARCHAR.")
    }
    return try coerce(bound, to: .string)
  }

  mutating func inList(
    _ value: Expression, _ items: [Expression], negated: Bool, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let value = try expression(value, in: scope, clause)
    // A parameter that is a list stands for its elements.
    if items.count == 1, case .parameter(_, .array(let elements)) = try peek(items[0], in: scope, clause).kind {
      return try inArrayParameter(value, items[0], elements, negated: negated, in: scope, clause, at: span)
    }
    var bound: [BoundExpression] = []
    for item in items { bound.append(try expression(item, in: scope, clause)) }
    return try membership(value, bound, negated: negated, at: span)
  }

  private mutating func peek(_ syntax: Expression, in scope: Scope, _ clause: Clause) throws(Diagnostic)
    -> BoundExpression
  {
    guard case .call(let call) = syntax.kind, call.name.name.uppercased() == "CUSTOM_PARAMETER" else {
      return BoundExpression(.literal(.null), type: .unknown, at: syntax.span)
    }
    return try expression(syntax, in: scope, clause)
  }

  private mutating func inArrayParameter(
    _ value: BoundExpression, _ item: Expression, _ elements: [LiteralValue], negated: Bool, in scope: Scope,
    _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let whole = try expression(item, in: scope, clause)
    guard case .array(let elementType) = whole.type, case .parameter(let name, _) = whole.kind else {
      return try membership(value, [whole], negated: negated, at: span)
    }
    let bound = elements.map { BoundExpression(.parameter(name: name, $0), type: elementType, at: item.span) }
    return try membership(value, bound, negated: negated, at: span)
  }

  func membership(_ value: BoundExpression, _ items: [BoundExpression], negated: Bool, at span: SourceSpan)
    throws(Diagnostic) -> BoundExpression
  {
    var left = value
    var coerced: [BoundExpression] = []
    for item in items {
      let (a, b) = try comparable(left, item, at: item.span)
      left = a
      coerced.append(b)
    }
    let type = left.type
    for index in coerced.indices { coerced[index] = try coerce(coerced[index], to: type) }
    return BoundExpression(.inList(left, coerced, negated: negated), type: .boolean, at: span)
  }

  // MARK: Subqueries

  mutating func inQuery(
    _ value: Expression, _ query: Query, negated: Bool, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let value = try expression(value, in: scope, clause)
    let (found, columns) = try subquery(query, in: scope)
    guard columns.count == 1 else {
      throw Diagnostic(
        .columnCountMismatch, "The query of IN gives one column, this one has \(columns.count).", at: query.span)
    }
    let column = BoundExpression(.column(columns[0].id), type: columns[0].type, at: query.span)
    let (left, right) = try comparable(value, column, at: span)
    guard right.type == column.type else {
      throw Diagnostic(
        .typeMismatch, "\(value.type.description) can't be compared with \(column.type.description).", at: span,
        hint: "CAST the query's column.")
    }
    return BoundExpression(.inRelation(left, found, negated: negated), type: .boolean, at: span)
  }

  mutating func scalarQuery(_ query: Query, in scope: Scope, at span: SourceSpan) throws(Diagnostic) -> BoundExpression
  {
    let (found, columns) = try subquery(query, in: scope)
    guard columns.count == 1 else {
      throw Diagnostic(
        .columnCountMismatch, "A query used as a value gives one column, this one has \(columns.count).", at: span)
    }
    return BoundExpression(.scalarRelation(found), type: columns[0].type, at: span)
  }

  /// A query inside an expression, which sees the columns around it.
  mutating func subquery(_ query: Query, in scope: Scope) throws(Diagnostic)
    -> (BoundExpression.Subquery, [RelationColumn])
  {
    outerScopes.append(OuterScope(scope: scope))
    let relation: Relation
    do throws(Diagnostic) {
      relation = try isolated { binder throws(Diagnostic) in try binder.query(query) }.0
    } catch {
      outerScopes.removeLast()
      throw error
    }
    let outer = outerScopes.removeLast()
    defer { nextSubquery += 1 }
    let subquery = BoundExpression.Subquery(number: nextSubquery, relation: relation, outerColumns: outer.used)
    return (subquery, relation.columns)
  }
}
