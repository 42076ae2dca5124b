extension Parser {
  /// The parts of FROM between commas.
  mutating func tableExpressions() throws(Diagnostic) -> [TableExpression] {
    var parts: [TableExpression] = []
    var highest = 0
    repeat {
      let start = token.span
      parts.append(try joinedTable())
      try riseTable(above: highest, at: start)
      highest = height
    } while accept(.comma)
    return parts
  }

  private mutating func joinedTable() throws(Diagnostic) -> TableExpression {
    try nested { parser throws(Diagnostic) in
      var left = try parser.primaryTable()
      while let kind = try parser.joinKind() {
        let leftHeight = parser.height
        let start = parser.token.span
        let right = try parser.primaryTable()
        let rightHeight = parser.height
        left = .join(Join(kind: kind, left: left, right: right, condition: try parser.joinCondition(of: kind)))
        parser.height = rightHeight
        try parser.riseTable(above: leftHeight, at: start)
      }
      return left
    }
  }

  /// Sets `height` for a join above a tree of the height `left` and the one read last.
  private mutating func riseTable(above left: Int, at span: SourceSpan) throws(Diagnostic) {
    height = max(left, height) + 1
    tallest = max(tallest, height)
    guard height <= QueryLimits.nestingMax else {
      throw Diagnostic(
        .queryTooComplex, "More than \(QueryLimits.nestingMax) tables are joined here.", at: span,
        hint: "Join some of them in WITH.")
    }
  }

  /// Reads the words of a join; nil if none starts here.
  private mutating func joinKind() throws(Diagnostic) -> Join.Kind? {
    switch token.keyword {
    case .join:
      index += 1
      return .inner
    case .inner:
      index += 1
      try expect(.join)
      return .inner
    case .left:
      index += 1
      accept(.outer)
      try expect(.join)
      return .left
    case .full:
      index += 1
      accept(.outer)
      try expect(.join)
      return .full
    case .cross:
      index += 1
      try expect(.join)
      return .cross
    case .right, .natural:
      throw unexpected(expecting: "a join")
    default:
      return nil
    }
  }

  private mutating func joinCondition(of kind: Join.Kind) throws(Diagnostic) -> Join.Condition? {
    switch kind {
    case .cross:
      if at(.on) || at(.using) {
        throw Diagnostic(
          .syntaxError, "A CROSS JOIN has no condition.", at: token.span, hint: "Use JOIN … ON, or move it to WHERE.")
      }
      return nil
    case .inner, .left, .full:
      if accept(.on) { return .on(try expression()) }
      if accept(.using) { return .using(try parenthesizedIdentifiers("a column name")) }
      throw unexpected(expecting: "`ON` or `USING`")
    }
  }

  private mutating func primaryTable() throws(Diagnostic) -> TableExpression {
    try enclosed { parser throws(Diagnostic) in try parser.unmeasuredTable() }
  }

  private mutating func unmeasuredTable() throws(Diagnostic) -> TableExpression {
    let start = token.span.start
    if at(.table), token(ahead: 1).kind == .sign(.leftParenthesis) { return try tableFunction() }
    if at(.leftParenthesis) { return try parenthesizedTable(from: start) }
    if at(.lateral) { throw unexpected(expecting: "a table") }
    if isExtendTimeWindow(token), token(ahead: 1).kind == .sign(.leftParenthesis) {
      let extended = try extendTimeWindow(from: start)
      return .extendedTimeWindow(extended, alias: try tableAlias())
    }
    var parts = [try identifier("a table")]
    while accept(.dot) { parts.append(try identifier("a table")) }
    if at(.leftParenthesis) {
      throw Diagnostic(
        .notSupportedInAMC, "A function can't be read as a table here.", at: parts[0].span,
        hint: "FROM TABLE(EXTEND_TIME_WINDOW('table', 'P14D', 'P1D')) is the one there is.")
    }
    return .table(QualifiedName(parts), alias: try tableAlias())
  }

  private mutating func parenthesizedTable(from start: SourcePosition) throws(Diagnostic) -> TableExpression {
    if startsQuery(after: index) {
      try expect(.leftParenthesis)
      let inner = try query()
      try expect(.rightParenthesis)
      let alias = try tableAlias()
      return .subquery(inner, alias: alias, span: span(from: start))
    }
    try expect(.leftParenthesis)
    let inner = try joinedTable()
    try expect(.rightParenthesis)
    return .nested(inner, span: span(from: start))
  }

  /// Whether the parenthesis at `position` contains a query.
  ///
  /// If several open at once, each inner pair must be all that is in the next one, or the first part of a UNION.
  /// Otherwise they belong to operands or to joined tables: `((SELECT 1) + 1)`.
  func startsQuery(after position: Int) -> Bool {
    var inner = position + 1
    while inner < tokens.count, tokens[inner].kind == .sign(.leftParenthesis) {
      guard let close = closings[inner] else { return false }
      let next = tokens[min(close + 1, tokens.count - 1)]
      guard next.kind == .sign(.rightParenthesis) || next.keyword == .union else { return false }
      inner += 1
    }
    guard inner < tokens.count else { return false }
    switch tokens[inner].keyword {
    case .select, .with, .values: return true
    default: return false
    }
  }

  private func isExtendTimeWindow(_ token: Token) -> Bool {
    token.kind == .word && token.text.uppercased() == "EXTEND_TIME_WINDOW"
  }

  private mutating func tableFunction() throws(Diagnostic) -> TableExpression {
    let start = take().span.start
    try expect(.leftParenthesis)
    guard isExtendTimeWindow(token) else { throw unexpected(expecting: "`EXTEND_TIME_WINDOW`") }
    var extended = try extendTimeWindow(from: start)
    try expect(.rightParenthesis)
    extended.span = span(from: start)
    return .extendedTimeWindow(extended, alias: try tableAlias())
  }

  private mutating func extendTimeWindow(from start: SourcePosition) throws(Diagnostic) -> ExtendedTimeWindow {
    _ = take()
    try expect(.leftParenthesis)
    let table = try stringLiteral("the table's name in single quotes")
    try expect(.comma)
    let before = try stringLiteral("a duration such as 'P14D' in single quotes")
    try expect(.comma)
    let after = try stringLiteral("a duration such as 'P1D' in single quotes")
    try expect(.rightParenthesis)
    return ExtendedTimeWindow(
      table: Identifier(table.text, isQuoted: true, span: table.span), before: before.text, after: after.text,
      beforeSpan: before.span, afterSpan: after.span, span: span(from: start))
  }

  private mutating func tableAlias() throws(Diagnostic) -> TableAlias? {
    let name: Identifier
    if accept(.as) {
      name = try identifier("a table alias")
    } else {
      guard let alias = acceptIdentifier() else { return nil }
      name = alias
    }
    let columns = at(.leftParenthesis) ? try parenthesizedIdentifiers("a column name") : []
    return TableAlias(name: name, columns: columns)
  }
}
