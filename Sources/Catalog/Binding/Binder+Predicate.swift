import AMCSQL

extension Binder {
  mutating func between(
    _ value: Expression, _ low: Expression, _ high: Expression, negated: Bool, in scope: Scope, _ clause: Clause,
    at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let value = try expression(value, in: scope, clause)
    let low = try expression(low, in: scope, clause)
    let high = try expression(high, in: scope, clause)
    let (forLow, lower) = try comparable(value, low, ordered: true, at: span)
    let (forHigh, upper) = try comparable(value, high, ordered: true, at: span)
    if forLow == forHigh, lower.type == upper.type || lower.type.isNumeric {
      return BoundExpression(.between(forLow, low: lower, high: upper, negated: negated), type: .boolean, at: span)
    }
    // The bounds ask for the value in different types.
    let both = BoundExpression(
      .logical(
        .and,
        [
          BoundExpression(.compare(.greaterOrEqual, forLow, lower), type: .boolean, at: span),
          BoundExpression(.compare(.lessOrEqual, forHigh, upper), type: .boolean, at: span),
        ]), type: .boolean, at: span)
    return negated ? BoundExpression(.not(both), type: .boolean, at: span) : both
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
    // A parameter that is a list is replaced by its elements.
    if items.count == 1, case .parameter(_, .array(let elements)) = try peek(items[0], in: scope, clause).kind {
      return try inArrayParameter(value, items[0], elements, negated: negated, in: scope, clause, at: span)
    }
    var bound: [BoundExpression] = []
    for item in items { bound.append(Self.elementOfUnset(try expression(item, in: scope, clause))) }
    return try membership(value, bound, negated: negated, at: span)
  }

  /// An element for a list whose parameter has no value yet.
  private static func elementOfUnset(_ item: BoundExpression) -> BoundExpression {
    guard case .parameter(_, .null) = item.kind, case .array(let element) = item.type else { return item }
    return BoundExpression(item.kind, type: element, at: item.span)
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
    if isOfNumbersAndTexts([value] + items) {
      let (value, items) = (
        try unified(value, to: .string),
        try items.map { item throws(Diagnostic) in
          try unified(item, to: .string)
        }
      )
      return BoundExpression(.inList(value, items, negated: negated), type: .boolean, at: span)
    }
    // The value takes the common type of the items; texts of the query are read as that type.
    var left = value
    for item in items { left = try comparable(left, item, at: item.span).0 }
    var coerced: [BoundExpression] = []
    for item in items {
      let (_, right) = try comparable(left, item, at: item.span)
      coerced.append(right.type.isNumeric && left.type.isNumeric ? right : try coerce(right, to: left.type))
    }
    return BoundExpression(.inList(left, coerced, negated: negated), type: .boolean, at: span)
  }

  /// Whether some are numbers, others texts, and not all of the texts are digits of the query. Then all of them are
  /// compared as texts.
  private func isOfNumbersAndTexts(_ values: [BoundExpression]) -> Bool {
    guard values.contains(where: \.type.isNumeric),
      values.allSatisfy({ $0.type.isNumeric || $0.type == .string || $0.type == .unknown })
    else { return false }
    return values.contains { value in
      guard value.type == .string else { return false }
      return literalText(value).map { !LiteralReading.isNumber($0) } ?? true
    }
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
    let (left, right) =
      isOfNumbersAndTexts([value, column])
      ? (try unified(value, to: .string), try unified(column, to: .string)) : try comparable(value, column, at: span)
    var subquery = found
    if right != column {
      let item = Relation.Project.Item(column: newColumn(columns[0].name, right.type), expression: right)
      subquery.relation = .project(.init(input: found.relation, items: [item]))
    }
    return BoundExpression(.inRelation(left, subquery, negated: negated), type: .boolean, at: span)
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

  /// A query inside an expression. It sees the columns around it.
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
