extension Parser {
  /// An operand: a literal, a name, a call, CASE, CAST, an array, or something in parentheses.
  mutating func primary() throws(Diagnostic) -> Expression {
    try enclosed { parser throws(Diagnostic) in try parser.unmeasuredPrimary() }
  }

  private mutating func unmeasuredPrimary() throws(Diagnostic) -> Expression {
    let start = token.span.start
    switch token.kind {
    case .number:
      return Expression(.literal(.number(take().text)), at: span(from: start))
    case .string:
      return Expression(.literal(.string(take().text)), at: span(from: start))
    case .sign(.leftParenthesis):
      return try parenthesized(from: start)
    case .quotedName:
      return try nameOrCall()
    case .word:
      if let keyword = token.keyword, let special = try keywordExpression(keyword, from: start) { return special }
      return try nameOrCall()
    case .sign, .end:
      throw unexpected(expecting: "an expression")
    }
  }

  private mutating func parenthesized(from start: SourcePosition) throws(Diagnostic) -> Expression {
    if startsQuery(after: index) {
      try expect(.leftParenthesis)
      let inner = try query()
      try expect(.rightParenthesis)
      return Expression(.scalarQuery(inner), at: span(from: start))
    }
    try expect(.leftParenthesis)
    var inner = try expression()
    try expect(.rightParenthesis)
    inner.span = span(from: start)
    return inner
  }

  /// The expression that a keyword starts; nil if the keyword is just a name here.
  private mutating func keywordExpression(_ keyword: Keyword, from start: SourcePosition) throws(Diagnostic)
    -> Expression?
  {
    let opensParenthesis = token(ahead: 1).kind == .sign(.leftParenthesis)
    switch keyword {
    case .null: return literal(.null, from: start)
    case .true: return literal(.boolean(true), from: start)
    case .false: return literal(.boolean(false), from: start)
    case .date where token(ahead: 1).kind == .string:
      index += 1
      return literal(.date(token.text), from: start)
    case .timestamp where token(ahead: 1).kind == .string:
      index += 1
      return literal(.timestamp(token.text), from: start)
    case .case: return try caseExpression(from: start)
    case .cast: return try cast(from: start)
    case .exists:
      index += 1
      try expect(.leftParenthesis)
      let inner = try query()
      try expect(.rightParenthesis)
      return Expression(.exists(inner), at: span(from: start))
    case .array where token(ahead: 1).kind == .sign(.leftBracket): return try array(from: start)
    case .currentDate, .currentTimestamp: return try currentTime(from: start)
    case .extract where opensParenthesis: return try extract(from: start)
    case .trim where opensParenthesis: return try trim(from: start)
    case .substring where opensParenthesis: return try substring(from: start)
    case .position where opensParenthesis: return try position(from: start)
    case .left where opensParenthesis, .right where opensParenthesis: return try call(named: takeName())
    case .interval where token(ahead: 1).kind == .string: throw unexpected(expecting: "an expression")
    default:
      if keyword.isReserved { throw unexpected(expecting: "an expression") }
      return nil
    }
  }

  private mutating func takeName() -> Identifier {
    let token = take()
    return Identifier(token.text, isQuoted: token.kind == .quotedName, span: token.span)
  }

  private mutating func literal(_ literal: Literal, from start: SourcePosition) -> Expression {
    index += 1
    return Expression(.literal(literal), at: span(from: start))
  }

  private mutating func currentTime(from start: SourcePosition) throws(Diagnostic) -> Expression {
    let name = takeName()
    if accept(.leftParenthesis) { try expect(.rightParenthesis) }
    return Expression(.call(FunctionCall(name: name, arguments: [])), at: span(from: start))
  }

  private mutating func caseExpression(from start: SourcePosition) throws(Diagnostic) -> Expression {
    try expect(.case)
    let operand = at(.when) ? nil : try expression()
    var branches: [CaseBranch] = []
    while accept(.when) {
      let condition = try expression()
      try expect(.then)
      branches.append(CaseBranch(condition: condition, result: try expression()))
    }
    guard !branches.isEmpty else { throw unexpected(expecting: "`WHEN`") }
    let otherwise = accept(.else) ? try expression() : nil
    try expect(.end)
    return Expression(
      .case(operand: operand, branches: branches, otherwise: otherwise), at: span(from: start))
  }

  private mutating func cast(from start: SourcePosition) throws(Diagnostic) -> Expression {
    try expect(.cast)
    try expect(.leftParenthesis)
    let value = try expression()
    try expect(.as)
    let type = try typeName()
    try expect(.rightParenthesis)
    return Expression(.cast(value, type), at: span(from: start))
  }

  private mutating func array(from start: SourcePosition) throws(Diagnostic) -> Expression {
    try expect(.array)
    try expect(.leftBracket)
    let elements = at(.rightBracket) ? [] : try expressionList()
    try expect(.rightBracket)
    return Expression(.array(elements), at: span(from: start))
  }

  /// A type, with numbers or types as its arguments.
  mutating func typeName() throws(Diagnostic) -> TypeName {
    try nested { parser throws(Diagnostic) in
      let name = try parser.identifier("a type")
      var numbers: [Int] = []
      var arguments: [TypeName] = []
      var fields: [Identifier] = []
      let isStruct = name.name.uppercased() == "STRUCT"
      if parser.accept(.leftParenthesis) {
        repeat { numbers.append(try parser.smallNumber()) } while parser.accept(.comma)
        try parser.expect(.rightParenthesis)
      } else if parser.accept(.less) {
        repeat {
          if isStruct { fields.append(try parser.identifier("a field's name")) }
          arguments.append(try parser.typeName())
        } while parser.accept(.comma)
        try parser.expect(.greater)
      }
      if parser.at(.array) {  // `BIGINT ARRAY`
        let suffix = parser.take()
        let element = TypeName(name: name, numbers: numbers, arguments: arguments, fields: fields)
        return TypeName(name: Identifier("ARRAY", span: suffix.span), numbers: [], arguments: [element])
      }
      return TypeName(name: name, numbers: numbers, arguments: arguments, fields: fields)
    }
  }

  private mutating func smallNumber() throws(Diagnostic) -> Int {
    guard token.kind == .number, let number = Int(token.text), number <= Int(Int32.max) else {
      throw unexpected(expecting: "a whole number")
    }
    index += 1
    return number
  }

  private mutating func nameOrCall() throws(Diagnostic) -> Expression {
    let isWord = token.kind == .word
    let first = try identifier("an expression")
    if isWord, at(.leftParenthesis) { return try call(named: first) }
    var parts = [first]
    while at(.dot) {
      index += 1
      parts.append(try identifier("a column's name"))
    }
    if parts.count == 1, isWord, first.name.uppercased() == "GETDATE" { throw Self.getDate(at: first.span) }
    return Expression(.name(QualifiedName(parts)), at: span(from: first.span.start))
  }

  static func getDate(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notSupportedInAMC, "AMC SQL has no GETDATE.", at: span,
      hint: "Use CAST('now' AS TIMESTAMP) or CAST('today' AS DATE).")
  }
}
