import AMCSQL

extension Binder {
  /// Binds an expression. Names refer to the columns of `scope`, or of an enclosing query.
  mutating func expression(_ syntax: Expression, in scope: Scope, _ clause: Clause) throws(Diagnostic)
    -> BoundExpression
  {
    let span = syntax.span
    switch syntax.kind {
    case .literal(let literal): return try self.literal(literal, at: span)
    case .name(let name): return try self.name(name, in: scope, clause)
    case .unary(let sign, let operand): return try unary(sign, operand, in: scope, clause, at: span)
    case .binary(let sign, let left, let right): return try binary(sign, left, right, in: scope, clause, at: span)
    case .logical(let logical, let parts):
      var bound: [BoundExpression] = []
      for part in parts { bound.append(try condition(part, in: scope, clause)) }
      return BoundExpression(.logical(logical, bound), type: .boolean, at: span)
    case .isNull(let value, let negated):
      return BoundExpression(
        .isNull(try expression(value, in: scope, clause), negated: negated), type: .boolean, at: span)
    case .isTruth(let value, let truth, let negated):
      let bound = try condition(value, in: scope, clause)
      return BoundExpression(.isTruth(bound, truth, negated: negated), type: .boolean, at: span)
    case .between(let value, let low, let high, let negated):
      return try between(value, low, high, negated: negated, in: scope, clause, at: span)
    case .like(let value, let pattern, let escape, let negated):
      return try like(value, pattern, escape, negated: negated, in: scope, clause, at: span)
    case .similar(let value, let pattern, let negated):
      return try similar(value, pattern, negated: negated, in: scope, clause, at: span)
    case .inList(let value, let items, let negated):
      return try inList(value, items, negated: negated, in: scope, clause, at: span)
    case .inQuery(let value, let query, let negated):
      return try inQuery(value, query, negated: negated, in: scope, clause, at: span)
    case .exists(let query):
      let (subquery, _) = try subquery(query, in: scope)
      return BoundExpression(.exists(subquery), type: .boolean, at: span)
    case .scalarQuery(let query): return try scalarQuery(query, in: scope, at: span)
    case .case(let operand, let branches, let otherwise):
      return try conditional(operand, branches, otherwise, in: scope, clause, at: span)
    case .cast(let value, let type): return try cast(value, to: type, in: scope, clause, at: span)
    case .call(let call): return try self.call(call, in: scope, clause, at: span)
    case .array(let elements): return try array(elements, in: scope, clause, at: span)
    case .element(let base, let index): return try element(base, index, in: scope, clause, at: span)
    case .field(let base, let field): return try self.field(try expression(base, in: scope, clause), field)
    }
  }

  /// An expression that must be true or false.
  mutating func condition(_ syntax: Expression, in scope: Scope, _ clause: Clause) throws(Diagnostic) -> BoundExpression
  {
    let bound = try expression(syntax, in: scope, clause)
    guard bound.type == .boolean || bound.type == .unknown else {
      throw Diagnostic(
        .typeMismatch, "A condition is needed here, this is \(bound.type.description).", at: syntax.span,
        hint: "Compare it with something.")
    }
    return bound
  }

  // MARK: Names

  private mutating func name(_ name: QualifiedName, in scope: Scope, _ clause: Clause) throws(Diagnostic)
    -> BoundExpression
  {
    let first = name.parts[0]
    if name.parts.count == 1 {
      if let alias = clause.aliases[first.name.lowercased()] {
        // HAVING may use the aliases of SELECT, which take precedence over columns.
        var inner = clause
        inner.aliases = [:]
        return try expression(alias, in: scope, inner)
      }
      do throws(Diagnostic) {
        return try column(first.name, isQuoted: first.isQuoted, in: scope, at: name.span)
      } catch {
        guard error.code == .unknownColumn, clause.selectNames.contains(first.name.lowercased()) else { throw error }
        var refusal = error
        refusal.hint =
          "\(quoted(first.name)) is a name that SELECT gives, which \(clause.name) does not see: repeat its expression, or use a subquery."
        throw refusal
      }
    }
    if let (table, outerIndex) = tableInSight(named: first.name, from: scope) {
      var value = try column(name.parts[1], of: table, outerIndex: outerIndex, at: name.span)
      for field in name.parts.dropFirst(2) { value = try self.field(value, field) }
      return value
    }
    guard case .one(let column) = scope.match(first.name), case .row = column.type else {
      throw notInFrom(first, scope)
    }
    var value = BoundExpression(.column(column.id), type: column.type, at: first.span)
    for field in name.parts.dropFirst() { value = try self.field(value, field) }
    return value
  }

  /// The diagnostic for a table that qualifies a column and is not in FROM.
  func notInFrom(_ name: Identifier, _ scope: Scope) -> Diagnostic {
    let known = scope.tables.compactMap(\.name)
    let hint: String?
    if let alias = scope.tables.first(where: { $0.original == name.name.lowercased() })?.name {
      hint = "It is named \(quoted(alias)) here."
    } else if let near = Suggestion.hint(for: name.name, among: known) {
      hint = near
    } else if isTable(name.name) {
      hint = "Add it to FROM."
    } else {
      hint =
        known.isEmpty
        ? nil : "In FROM there \(known.count == 1 ? "is" : "are") \(known.map(quoted).joined(separator: ", "))."
    }
    return Diagnostic(
      .unknownTable, "There is no table \(quoted(name.name)) in FROM.", at: name.span, hint: hint)
  }

  private func isTable(_ name: String) -> Bool {
    let lower = name.lowercased()
    return context.catalogue.dataSource(named: name) != nil || commonScopes.contains { $0[lower] != nil }
  }

  /// The table with the name, and the index of its scope among the enclosing ones; nil for a table of `scope` itself.
  private func tableInSight(named name: String, from scope: Scope) -> (Scope.Table, Int?)? {
    if let table = scope.table(named: name) { return (table, nil) }
    for index in outerScopes.indices.reversed() {
      if let table = outerScopes[index].scope.table(named: name) { return (table, index) }
    }
    return nil
  }

  private mutating func column(_ name: Identifier, of table: Scope.Table, outerIndex: Int?, at span: SourceSpan)
    throws(Diagnostic) -> BoundExpression
  {
    guard let index = table.index[name.name.lowercased()] else {
      throw unknownColumn(name.name, among: table.columns.map(\.name), at: name.span)
    }
    guard index != Scope.Table.ambiguous else { throw ambiguous(name.name, at: span) }
    let column = table.column(at: index)
    if let outerIndex { noteOuterUse(of: column.id, from: outerIndex) }
    return BoundExpression(.column(column.id), type: column.type, at: span)
  }

  mutating func column(_ name: String, isQuoted: Bool = false, in scope: Scope, at span: SourceSpan)
    throws(Diagnostic) -> BoundExpression
  {
    switch scope.match(name) {
    case .one(let column): return BoundExpression(.column(column.id), type: column.type, at: span)
    case .several: throw ambiguous(name, at: span)
    case .none: break
    }
    for index in outerScopes.indices.reversed() {
      switch outerScopes[index].scope.match(name) {
      case .one(let column):
        noteOuterUse(of: column.id, from: index)
        return BoundExpression(.column(column.id), type: column.type, at: span)
      case .several: throw ambiguous(name, at: span)
      case .none: continue
      }
    }
    throw unknownColumn(name, isQuoted: isQuoted, among: scope.columnNames, at: span)
  }

  /// Notes that every query between the column's own scope and this one reads a column of a query around it.
  private mutating func noteOuterUse(of id: ColumnID, from outermost: Int) {
    for index in outermost..<outerScopes.count { outerScopes[index].used.insert(id) }
  }

  private func unknownColumn(
    _ name: String, isQuoted: Bool = false, among names: [String], at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      .unknownColumn, "There is no column \(quoted(name)) here.", at: span,
      hint: Suggestion.hint(for: name, among: names)
        ?? (isQuoted ? "Double quotes are for names; a text stands in single quotes: '\(name)'." : nil))
  }

  private func ambiguous(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .ambiguousColumn, "More than one table has a column \(quoted(name)).", at: span,
      hint: "Put the table's name or alias before it.")
  }

  func field(_ base: BoundExpression, _ field: Identifier) throws(Diagnostic) -> BoundExpression {
    guard case .row(let fields) = base.type else {
      throw Diagnostic(
        .typeMismatch, "Only a struct has fields, this is \(base.type.description).", at: base.span.union(field.span))
    }
    guard let found = fields.first(where: { $0.name.lowercased() == field.name.lowercased() }) else {
      throw unknownColumn(field.name, among: fields.map(\.name), at: field.span)
    }
    return BoundExpression(.field(base, found.name), type: found.type, at: base.span.union(field.span))
  }

  private mutating func element(
    _ base: Expression, _ index: Expression, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let base = try expression(base, in: scope, clause)
    let index = try expression(index, in: scope, clause)
    switch base.type {
    case .array(let element):
      guard index.type.isWhole || index.type == .unknown else {
        throw Diagnostic(
          .typeMismatch, "An array's index is a whole number, this is \(index.type.description).", at: index.span)
      }
      let number = index.type == .unknown ? try coerce(index, to: .bigint) : index
      return BoundExpression(.element(base, index: number), type: element, at: span)
    case .map(let key, let value):
      return BoundExpression(.element(base, index: try coerce(index, to: key)), type: value, at: span)
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .float, .double, .date, .timestamp, .string,
      .binary,
      .row, .userKey, .unknown:
      throw Diagnostic(.typeMismatch, "Only arrays and maps have elements, this is \(base.type.description).", at: span)
    }
  }

  private mutating func array(_ elements: [Expression], in scope: Scope, _ clause: Clause, at span: SourceSpan)
    throws(Diagnostic) -> BoundExpression
  {
    var bound: [BoundExpression] = []
    for element in elements { bound.append(try expression(element, in: scope, clause)) }
    let type = try commonType(of: bound, "the elements of this array")
    for index in bound.indices { bound[index] = try unified(bound[index], to: type) }
    return BoundExpression(.array(bound), type: .array(type), at: span)
  }

  // MARK: Operators

  private mutating func unary(
    _ sign: UnaryOperator, _ operand: Expression, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    switch sign {
    case .not: return BoundExpression(.not(try condition(operand, in: scope, clause)), type: .boolean, at: span)
    case .plus, .minus:
      let bound = try expression(operand, in: scope, clause)
      guard bound.type.isNumeric || bound.type == .unknown else {
        throw Diagnostic(.typeMismatch, "A sign needs a number, this is \(bound.type.description).", at: span)
      }
      return sign == .plus ? bound : BoundExpression(.negate(bound), type: bound.type, at: span)
    }
  }

  private mutating func binary(
    _ sign: BinaryOperator, _ left: Expression, _ right: Expression, in scope: Scope, _ clause: Clause,
    at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let left = try expression(left, in: scope, clause)
    let right = try expression(right, in: scope, clause)
    switch sign {
    case .equal: return try comparison(.equal, left, right, at: span)
    case .notEqual: return try comparison(.notEqual, left, right, at: span)
    case .less: return try comparison(.less, left, right, at: span)
    case .lessOrEqual: return try comparison(.lessOrEqual, left, right, at: span)
    case .greater: return try comparison(.greater, left, right, at: span)
    case .greaterOrEqual: return try comparison(.greaterOrEqual, left, right, at: span)
    case .isDistinctFrom: return try comparison(.isDistinctFrom, left, right, at: span)
    case .isNotDistinctFrom: return try comparison(.isNotDistinctFrom, left, right, at: span)
    case .add: return try arithmetic(.add, left, right, at: span)
    case .subtract: return try arithmetic(.subtract, left, right, at: span)
    case .multiply: return try arithmetic(.multiply, left, right, at: span)
    case .divide: return try arithmetic(.divide, left, right, at: span)
    case .modulo: return try arithmetic(.modulo, left, right, at: span)
    case .concatenate:
      guard let concat = context.catalogue.function(named: "CONCAT") else { throw unknownFunction("CONCAT", at: span) }
      return try scalarCall(concat, [left, right], at: span)
    }
  }

  private func arithmetic(
    _ sign: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    var (left, right) = (numbers(behind: left) ?? left, numbers(behind: right) ?? right)
    // Texts beside a number are read as numbers, as in a comparison; what is no number is NULL.
    if left.type.isNumeric { right = readAsNumber(right) } else if right.type.isNumeric { left = readAsNumber(left) }
    for side in [left, right] where !(side.type.isNumeric || side.type == .unknown) {
      throw Diagnostic(
        .typeMismatch, "`\(sign.rawValue)` needs numbers, this is \(side.type.description).", at: side.span,
        hint: side.type.isTime ? "Times are compared with SECONDS_BETWEEN." : "CAST it to a number.")
    }
    let type = arithmeticType(sign, left.type, right.type)
    return BoundExpression(.arithmetic(sign, left, right), type: type, at: span)
  }

  /// A value of texts as numbers. A text of the query that is none stays, and is refused.
  private func readAsNumber(_ expression: BoundExpression) -> BoundExpression {
    guard expression.type == .string, literalText(expression) == nil else { return expression }
    return BoundExpression(.cast(expression), type: .double, at: expression.span)
  }

  /// The type of a calculation. Whole numbers stay whole except in division, which gives a DOUBLE. Products of decimals
  /// are DOUBLE, so they don't overflow.
  private func arithmeticType(_ sign: ArithmeticOperator, _ left: SQLType, _ right: SQLType) -> SQLType {
    if sign == .divide { return .double }
    if left.isWhole, right.isWhole { return .bigint }
    let type = SQLType.common(left, right) ?? .double
    guard case .decimal(_, let scale) = type else { return type == .unknown ? .bigint : type }
    return sign == .add || sign == .subtract ? .decimal(precision: 38, scale: scale) : .double
  }

  func comparison(
    _ sign: ComparisonOperator, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let (a, b) = try comparable(left, right, ordered: sign.comparesOrder, at: span)
    return BoundExpression(.compare(sign, a, b), type: .boolean, at: span)
  }
}
