extension Parser {
  /// `WITH … body ORDER BY …`, where the body may start with WITH again.
  mutating func query() throws(Diagnostic) -> Query {
    try nested { parser throws(Diagnostic) in
      let start = parser.token.span.start
      var with: [CommonTableExpression] = []
      while parser.accept(.with) {
        repeat { with.append(try parser.commonTableExpression()) } while parser.accept(.comma)
      }
      let body = try parser.queryBody()
      let orderBy = try parser.orderBy()
      return Query(with: with, body: body, orderBy: orderBy, span: parser.span(from: start))
    }
  }

  private mutating func orderBy() throws(Diagnostic) -> [OrderItem] {
    guard at(.order), token(ahead: 1).keyword == .by else { return [] }
    index += 2
    return try orderItems()
  }

  private mutating func commonTableExpression() throws(Diagnostic) -> CommonTableExpression {
    if at(.select), token(ahead: -1).kind == .sign(.comma) {
      throw Diagnostic(
        .syntaxError, "There is a comma before the final SELECT.", at: token(ahead: -1).span,
        hint: "Commas stand between the parts of WITH only.")
    }
    let name = try identifier("the name of a table expression")
    let columns = at(.leftParenthesis) ? try parenthesizedIdentifiers("a column name") : []
    try expect(.as)
    try expect(.leftParenthesis)
    let query = try query()
    try expect(.rightParenthesis)
    return CommonTableExpression(name: name, columns: columns, query: query)
  }

  private mutating func queryBody() throws(Diagnostic) -> QueryBody {
    let start = token.span.start
    let first = try queryTerm()
    var rest: [UnionBranch] = []
    while accept(.union) {
      let isAll = accept(.all)
      if !isAll { accept(.distinct) }
      if let last = rest.last, last.isAll != isAll {
        // Branches of one kind are side by side. Another kind is above all branches before it.
        height = tallest
        try rise(above: height, at: token.span)
      }
      rest.append(UnionBranch(isAll: isAll, body: try queryTerm()))
    }
    return rest.isEmpty ? first : .union(first: first, rest: rest, span: span(from: start))
  }

  private mutating func queryTerm() throws(Diagnostic) -> QueryBody {
    if at(.select) { return .select(try select()) }
    if at(.values) { return try values() }
    if accept(.leftParenthesis) {
      let inner = try query()
      try expect(.rightParenthesis)
      return .nested(inner)
    }
    if at(.with) { return .nested(try query()) }
    throw unexpected(expecting: "`SELECT`, `WITH` or `VALUES`")
  }

  private mutating func values() throws(Diagnostic) -> QueryBody {
    let start = take().span.start
    var rows: [[Expression]] = []
    repeat {
      let row = token.span
      if accept(.leftParenthesis) {
        rows.append(try expressionList())
        try expect(.rightParenthesis)
      } else {
        rows.append([try expression()])
      }
      guard rows[0].count == rows[rows.count - 1].count else {
        throw Diagnostic(
          .columnCountMismatch,
          "This row has \(rows[rows.count - 1].count) values, the first one has \(rows[0].count).", at: row)
      }
    } while accept(.comma)
    return .values(rows, span: span(from: start))
  }

  private mutating func select() throws(Diagnostic) -> Select {
    let start = try expect(.select).span.start
    let isDistinct = accept(.distinct)
    if !isDistinct { accept(.all) }
    var items: [SelectItem] = []
    repeat { items.append(try selectItem()) } while accept(.comma)
    let from = accept(.from) ? try tableExpressions() : []
    let filter = accept(.where) ? try expression() : nil
    let groupBy = at(.group) ? try groupBy() : []
    let having = accept(.having) ? try expression() : nil
    let windows = accept(.window) ? try namedWindows() : []
    return Select(
      isDistinct: isDistinct, items: items, from: from, filter: filter, groupBy: groupBy, having: having,
      windows: windows, span: span(from: start))
  }

  private mutating func selectItem() throws(Diagnostic) -> SelectItem {
    if at(.star) {
      throw unsupported(
        "AMC SQL has no SELECT *.", "Name the columns; all columns of one table expression are `name.*`.")
    }
    if at(.from), items(before: .comma) {
      throw Diagnostic(.syntaxError, "There is a comma before FROM.", at: token(ahead: -1).span)
    }
    if token(ahead: 1).kind == .sign(.dot), token(ahead: 2).kind == .sign(.star), let table = acceptIdentifier() {
      try expect(.dot)
      let star = try expect(.star)
      return .allColumns(of: table, span: table.span.union(star.span))
    }
    let expression = try expression()
    if accept(.as) { return .expression(expression, alias: try identifier("a column name")) }
    return .expression(expression, alias: acceptIdentifier())
  }

  private func items(before sign: Sign) -> Bool { token(ahead: -1).kind == .sign(sign) }

  private mutating func groupBy() throws(Diagnostic) -> [Expression] {
    try expect(.group)
    try expect(.by)
    return try expressionList()
  }

  private mutating func namedWindows() throws(Diagnostic) -> [NamedWindow] {
    var windows: [NamedWindow] = []
    repeat {
      let name = try identifier("a window name")
      try expect(.as)
      windows.append(NamedWindow(name: name, specification: try windowSpecification()))
    } while accept(.comma)
    return windows
  }

  mutating func expressionList() throws(Diagnostic) -> [Expression] {
    var expressions: [Expression] = []
    repeat { expressions.append(try expression()) } while accept(.comma)
    return expressions
  }
}
