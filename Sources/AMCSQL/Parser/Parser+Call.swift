extension Parser {
  /// `name(arguments) FILTER (WHERE …) OVER …`, with the name already read.
  mutating func call(named name: Identifier) throws(Diagnostic) -> Expression {
    if name.name.uppercased() == "GETDATE" { throw Self.getDate(at: name.span) }
    try expect(.leftParenthesis)
    var call = FunctionCall(name: name, arguments: [])
    if accept(.star) {
      call.isStar = true
    } else if !at(.rightParenthesis) {
      if accept(.distinct) { call.quantifier = .distinct } else if accept(.all) { call.quantifier = .all }
      call.arguments = try expressionList()
    }
    try expect(.rightParenthesis)
    try callTail(&call)
    return Expression(.call(call), at: span(from: name.span.start))
  }

  private mutating func callTail(_ call: inout FunctionCall) throws(Diagnostic) {
    if at(.filter), token(ahead: 1).kind == .sign(.leftParenthesis) {
      index += 1
      try expect(.leftParenthesis)
      try expect(.where)
      call.filter = try expression()
      try expect(.rightParenthesis)
    }
    guard accept(.over) else { return }
    if at(.leftParenthesis) {
      call.over = .inline(try windowSpecification())
    } else {
      call.over = .named(try identifier("a window's name"))
    }
  }

  /// `(PARTITION BY … ORDER BY … frame)`. AMC's reference also puts ORDER BY first.
  mutating func windowSpecification() throws(Diagnostic) -> WindowSpecification {
    try nested { parser throws(Diagnostic) in
      let start = try parser.expect(.leftParenthesis).span.start
      var partitionBy: [Expression] = []
      var orderBy: [OrderItem] = []
      while true {
        if partitionBy.isEmpty, parser.accept(.partition) {
          try parser.expect(.by)
          partitionBy = try parser.expressionList()
        } else if orderBy.isEmpty, parser.accept(.order) {
          try parser.expect(.by)
          orderBy = try parser.orderItems()
        } else {
          break
        }
      }
      let frame = try parser.windowFrame()
      try parser.expect(.rightParenthesis)
      return WindowSpecification(
        partitionBy: partitionBy, orderBy: orderBy, frame: frame, span: parser.span(from: start))
    }
  }

  mutating func orderItems() throws(Diagnostic) -> [OrderItem] {
    var items: [OrderItem] = []
    repeat { items.append(try orderItem()) } while accept(.comma)
    return items
  }

  private mutating func orderItem() throws(Diagnostic) -> OrderItem {
    let expression = try expression()
    let isDescending = accept(.desc)
    if !isDescending { accept(.asc) }
    var nullsFirst: Bool?
    if accept(.nulls) {
      nullsFirst = accept(.first)
      if nullsFirst == false { try expect(.last) }
    }
    return OrderItem(expression: expression, isDescending: isDescending, nullsFirst: nullsFirst)
  }

  private mutating func windowFrame() throws(Diagnostic) -> WindowFrame? {
    let unit: WindowFrame.Unit
    if accept(.rows) {
      unit = .rows
    } else if accept(.range) {
      unit = .range
    } else {
      return nil
    }
    guard accept(.between) else { return WindowFrame(unit: unit, start: try frameBound(), end: .currentRow) }
    let start = try frameBound()
    try expect(.and)
    return WindowFrame(unit: unit, start: start, end: try frameBound())
  }

  private mutating func frameBound() throws(Diagnostic) -> WindowFrame.Bound {
    if accept(.unbounded) {
      if accept(.preceding) { return .unboundedPreceding }
      try expect(.following)
      return .unboundedFollowing
    }
    if at(.current) {
      index += 1
      try expect(.row)
      return .currentRow
    }
    let count = try expression()
    if accept(.preceding) { return .preceding(count) }
    try expect(.following)
    return .following(count)
  }

  // MARK: Calls with words between their arguments

  /// `EXTRACT(DAY FROM time)`
  mutating func extract(from start: SourcePosition) throws(Diagnostic) -> Expression {
    let name = Identifier(take().text, span: span(from: start))
    try expect(.leftParenthesis)
    let unit = take()
    guard unit.kind == .word || unit.kind == .string else {
      index -= 1
      throw unexpected(expecting: "a unit of time")
    }
    try expect(.from)
    let time = try expression()
    try expect(.rightParenthesis)
    let unitLiteral = Expression(.literal(.string(unit.text.uppercased())), at: unit.span)
    return Expression(.call(FunctionCall(name: name, arguments: [unitLiteral, time])), at: span(from: start))
  }

  /// `TRIM(text)`, `TRIM([BOTH|LEADING|TRAILING] [characters] FROM text)`
  mutating func trim(from start: SourcePosition) throws(Diagnostic) -> Expression {
    let name = Identifier(take().text, span: span(from: start))
    try expect(.leftParenthesis)
    var side: Token?
    if at(.both) || at(.leading) || at(.trailing) { side = take() }
    var arguments: [Expression] = []
    if !at(.from) { arguments.append(try expression()) }
    if accept(.from) {
      let what = side ?? token
      let sideLiteral = Expression(.literal(.string(side?.text.uppercased() ?? "BOTH")), at: what.span)
      let characters = arguments.first ?? Expression(.literal(.string(" ")), at: what.span)
      arguments = [sideLiteral, characters, try expression()]
    } else if side != nil {
      throw unexpected(expecting: "`FROM`")
    }
    try expect(.rightParenthesis)
    return Expression(.call(FunctionCall(name: name, arguments: arguments)), at: span(from: start))
  }

  /// `SUBSTRING(text, start[, length])`, `SUBSTRING(text FROM start [FOR length])`
  mutating func substring(from start: SourcePosition) throws(Diagnostic) -> Expression {
    let name = Identifier(take().text, span: span(from: start))
    try expect(.leftParenthesis)
    var arguments = [try expression()]
    if accept(.from) {
      arguments.append(try expression())
      if accept(.for) { arguments.append(try expression()) }
    } else {
      while accept(.comma) { arguments.append(try expression()) }
    }
    try expect(.rightParenthesis)
    return Expression(.call(FunctionCall(name: name, arguments: arguments)), at: span(from: start))
  }

  /// `POSITION(part IN text)`
  mutating func position(from start: SourcePosition) throws(Diagnostic) -> Expression {
    let name = Identifier(take().text, span: span(from: start))
    try expect(.leftParenthesis)
    let part = try operand()
    try expect(.in)
    let text = try expression()
    try expect(.rightParenthesis)
    return Expression(.call(FunctionCall(name: name, arguments: [part, text])), at: span(from: start))
  }

  /// An operand without a predicate behind it, so the IN of POSITION is left for the caller.
  private mutating func operand() throws(Diagnostic) -> Expression {
    try nested { parser throws(Diagnostic) in try parser.primary() }
  }
}
