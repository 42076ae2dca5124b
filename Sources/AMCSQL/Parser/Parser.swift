/// Reads a query's text into a syntax tree.
///
/// The grammar is that of the AMC SQL reference ("AMC SQL grammar"), with the additional forms in its examples. Reading
/// ends with the first error. Nesting beyond `QueryLimits.nestingMax` is an error, so no text makes the stack overflow.
///
///     let query = try Parser.parse("SELECT campaign, COUNT(*) FROM dsp_impressions GROUP BY campaign")
public struct Parser {
  var tokens: [Token]
  var index = 0
  private var depth = 0
  /// The height of the tree that was read last: 1 for a literal or a table. Together with `depth` it bounds how deep
  /// any later walk over the tree goes. Chains such as `a + b + c` increase it without nesting.
  var height = 0
  /// The height of the highest tree that was read since the present construct began.
  var tallest = 0

  /// The index of the closing parenthesis for each opening one.
  let closings: [Int: Int]

  private init(_ tokens: [Token]) {
    self.tokens = tokens
    closings = Self.closings(in: tokens)
  }

  private static func closings(in tokens: [Token]) -> [Int: Int] {
    var open: [Int] = []
    var closings: [Int: Int] = [:]
    for (index, token) in tokens.enumerated() {
      if token.kind == .sign(.leftParenthesis) { open.append(index) }
      if token.kind == .sign(.rightParenthesis), let last = open.popLast() { closings[last] = index }
    }
    return closings
  }

  /// - Throws: One `Diagnostic` with the position of the first error.
  public static func parse(_ text: String) throws(Diagnostic) -> Query {
    var parser = Parser(try Lexer.tokens(of: text))
    let query = try parser.query()
    parser.accept(.semicolon)
    try parser.expectEnd()
    return query
  }

  // MARK: Tokens

  var token: Token { tokens[index] }

  func token(ahead: Int) -> Token { tokens[min(index + ahead, tokens.count - 1)] }

  mutating func take() -> Token {
    let token = tokens[index]
    if index < tokens.count - 1 { index += 1 }
    return token
  }

  func at(_ keyword: Keyword) -> Bool { token.keyword == keyword }

  func at(_ sign: Sign) -> Bool { token.kind == .sign(sign) }

  @discardableResult
  mutating func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    index += 1
    return true
  }

  @discardableResult
  mutating func accept(_ sign: Sign) -> Bool {
    guard at(sign) else { return false }
    index += 1
    return true
  }

  @discardableResult
  mutating func expect(_ keyword: Keyword) throws(Diagnostic) -> Token {
    guard at(keyword) else { throw unexpected(expecting: "`\(keyword.rawValue)`") }
    return take()
  }

  @discardableResult
  mutating func expect(_ sign: Sign) throws(Diagnostic) -> Token {
    guard at(sign) else { throw unexpected(expecting: "`\(sign.rawValue)`") }
    return take()
  }

  /// The span from `start` to the token before the present one.
  func span(from start: SourcePosition) -> SourceSpan {
    SourceSpan(start, index > 0 ? tokens[index - 1].span.end : start)
  }

  /// Runs `body` one level deeper.
  mutating func nested<Result>(_ body: (inout Parser) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    guard depth < QueryLimits.nestingMax else {
      throw Diagnostic(
        .nestingTooDeep, "The query is nested more than \(QueryLimits.nestingMax) levels deep here.", at: token.span,
        hint: "Move inner parts into WITH.")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  // MARK: Height

  /// Reads a leaf or something in brackets, and sets `height` to one more than the highest tree inside.
  mutating func enclosed<Result>(_ body: (inout Parser) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    let outer = tallest
    tallest = 0
    let result = try body(&self)
    height = tallest + 1
    tallest = max(outer, height)
    return result
  }

  /// Sets `height` for something above a tree of the height `left` and the one read last.
  mutating func rise(above left: Int, at span: SourceSpan) throws(Diagnostic) {
    height = max(left, height) + 1
    tallest = max(tallest, height)
    guard height <= QueryLimits.nestingMax else {
      throw Diagnostic(
        .nestingTooDeep, "More than \(QueryLimits.nestingMax) operators stand above one another here.", at: span,
        hint: "Group them in a subquery, or use IN or CONCAT.")
    }
  }

  // MARK: Names

  /// A name that the query defines or uses: any word that is not reserved, or one in double quotes.
  mutating func identifier(_ what: String) throws(Diagnostic) -> Identifier {
    guard let name = acceptIdentifier() else { throw unexpected(expecting: what) }
    return name
  }

  mutating func acceptIdentifier() -> Identifier? {
    switch token.kind {
    case .quotedName:
      let token = take()
      return Identifier(token.text, isQuoted: true, span: token.span)
    case .word where token.keyword?.isReserved != true:
      let token = take()
      return Identifier(token.text, span: token.span)
    case .word, .string, .number, .sign, .end:
      return nil
    }
  }

  /// `(name, name …)`
  mutating func parenthesizedIdentifiers(_ what: String) throws(Diagnostic) -> [Identifier] {
    try expect(.leftParenthesis)
    var names: [Identifier] = []
    repeat { names.append(try identifier(what)) } while accept(.comma)
    try expect(.rightParenthesis)
    return names
  }

  mutating func stringLiteral(_ what: String) throws(Diagnostic) -> Token {
    guard token.kind == .string else { throw unexpected(expecting: what) }
    return take()
  }

  // MARK: Errors

  func unexpected(expecting what: String) -> Diagnostic {
    if !isName, let known = notSupportedHere() { return known }
    if index > 0, tokens[index - 1].text.uppercased() == "TOP", token.kind == .number {
      return Self.rowLimit("TOP", at: tokens[index - 1].span)
    }
    let found: String
    switch token.kind {
    case .end: found = "the query ends"
    case .string: found = "there is a text"
    case .number: found = "there is a number"
    case .quotedName: found = "there is a name in double quotes"
    case .word: found = "there is `\(token.text)`"
    case .sign(let sign): found = "there is `\(sign.rawValue)`"
    }
    return Diagnostic(
      .syntaxError, "Here \(found), where \(what) is expected.", at: token.span,
      hint: hintForSecond() ?? hintForReserved() ?? hintForEquality())
  }

  /// Whether a name has to stand here: behind AS and behind a dot.
  private var isName: Bool {
    guard index > 0 else { return false }
    let last = tokens[index - 1]
    return last.keyword == .as || last.kind == .sign(.dot)
  }

  /// A hint for what stands behind the end of the first query.
  private func hintForSecond() -> String? {
    guard index > 0, tokens[index - 1].kind == .sign(.semicolon) else { return nil }
    return "A text holds one query."
  }

  /// A hint for `a == b`.
  private func hintForEquality() -> String? {
    guard at(.equal), index > 0, tokens[index - 1].kind == .sign(.equal) else { return nil }
    return "Equality is written with one `=`."
  }

  private func hintForReserved() -> String? {
    guard token.kind == .word, token.keyword?.isReserved == true else { return nil }
    return "`\(token.text)` is a reserved word; as a name it stands in double quotes."
  }

  mutating func expectEnd() throws(Diagnostic) {
    guard token.kind == .end else { throw unexpected(expecting: "the end of the query") }
  }
}
