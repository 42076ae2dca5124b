/// Expressions, from the weakest binding to the strongest: OR, AND, NOT, predicates, `||`, `+ -`, `* / %`, signs.
extension Parser {
  mutating func expression() throws(Diagnostic) -> Expression {
    try nested { parser throws(Diagnostic) in
      try parser.chain(of: .or, .or) { parser throws(Diagnostic) in
        try parser.chain(of: .and, .and) { parser throws(Diagnostic) in try parser.negation() }
      }
    }
  }

  private mutating func chain(
    of keyword: Keyword, _ logical: LogicalOperator, part: (inout Parser) throws(Diagnostic) -> Expression
  ) throws(Diagnostic) -> Expression {
    let first = try part(&self)
    guard at(keyword) else { return first }
    var parts = [first]
    var highest = height
    while accept(keyword) {
      parts.append(try part(&self))
      highest = max(highest, height)
    }
    try rise(above: highest, at: first.span)
    return Expression(.logical(logical, parts), at: span(from: first.span.start))
  }

  private mutating func negation() throws(Diagnostic) -> Expression {
    guard at(.not) else { return try predicate() }
    let start = take().span.start
    let operand = try nested { parser throws(Diagnostic) in try parser.negation() }
    try rise(above: height, at: operand.span)
    return Expression(.unary(.not, operand), at: span(from: start))
  }

  /// Comparisons and the word operators. They may follow one another: `a = b IS NULL`.
  private mutating func predicate() throws(Diagnostic) -> Expression {
    var left = try concatenation()
    var leftHeight = height
    let outer = tallest
    tallest = 0
    while let next = try predicateTail(of: left) {
      left = next
      height = tallest
      try rise(above: leftHeight, at: left.span)
      leftHeight = height
    }
    height = leftHeight
    tallest = max(outer, tallest, height)
    return left
  }

  private mutating func predicateTail(of left: Expression) throws(Diagnostic) -> Expression? {
    if case .sign(let sign) = token.kind, let comparison = Self.comparisons[sign] {
      index += 1
      let right = try concatenation()
      return Expression(.binary(comparison, left, right), at: left.span.union(right.span))
    }
    if at(.is) { return try isPredicate(of: left) }
    if let other = otherPredicate() { throw other }
    let negated = at(.not) && [.in, .like, .between, .similar].contains(token(ahead: 1).keyword)
    if negated { index += 1 }
    switch token.keyword {
    case .in: return try membership(of: left, negated: negated)
    case .like: return try like(left, negated: negated)
    case .between: return try between(left, negated: negated)
    case .similar: return try similar(left, negated: negated)
    default: return nil
    }
  }

  /// Predicates of other dialects, with those to use instead.
  private static let otherPredicates: [String: String] = [
    "ILIKE": "LOWER(…) LIKE LOWER(…)", "REGEXP": "SIMILAR TO", "RLIKE": "SIMILAR TO",
  ]

  /// The diagnostic for `a ILIKE b` and the like; nil if the word can be an alias here.
  private func otherPredicate() -> Diagnostic? {
    let ahead = at(.not) ? 1 : 0
    let word = token(ahead: ahead)
    guard word.kind == .word, let instead = Self.otherPredicates[word.text.uppercased()] else { return nil }
    let next = token(ahead: ahead + 1)
    switch next.kind {
    case .string, .quotedName, .sign(.leftParenthesis): break
    case .word where next.keyword?.isReserved != true: break
    case .word, .number, .sign, .end: return nil
    }
    return Diagnostic(
      .notSupportedInAMC, "AMC SQL has no \(word.text.uppercased()).", at: word.span, hint: "Use \(instead).")
  }

  private static let comparisons: [Sign: BinaryOperator] = [
    .equal: .equal, .notEqual: .notEqual, .less: .less, .lessOrEqual: .lessOrEqual, .greater: .greater,
    .greaterOrEqual: .greaterOrEqual,
  ]

  private mutating func isPredicate(of left: Expression) throws(Diagnostic) -> Expression {
    try expect(.is)
    let negated = accept(.not)
    if accept(.null) {
      return Expression(.isNull(left, negated: negated), at: span(from: left.span.start))
    }
    if at(.true) || at(.false) {
      let value = take().keyword == .true
      return Expression(.isTruth(left, value, negated: negated), at: span(from: left.span.start))
    }
    if accept(.distinct) {
      try expect(.from)
      let right = try concatenation()
      let comparison: BinaryOperator = negated ? .isNotDistinctFrom : .isDistinctFrom
      return Expression(.binary(comparison, left, right), at: left.span.union(right.span))
    }
    throw unexpected(expecting: "`NULL`, `TRUE`, `FALSE` or `DISTINCT FROM`")
  }

  private mutating func membership(of left: Expression, negated: Bool) throws(Diagnostic) -> Expression {
    try expect(.in)
    if at(.leftParenthesis), startsQuery(after: index) {
      try expect(.leftParenthesis)
      let inner = try query()
      try expect(.rightParenthesis)
      return Expression(.inQuery(left, inner, negated: negated), at: span(from: left.span.start))
    }
    try expect(.leftParenthesis)
    let items = try expressionList()
    try expect(.rightParenthesis)
    return Expression(.inList(left, items, negated: negated), at: span(from: left.span.start))
  }

  private mutating func like(_ left: Expression, negated: Bool) throws(Diagnostic) -> Expression {
    try expect(.like)
    let pattern = try concatenation()
    let escape = accept(.escape) ? try concatenation() : nil
    return Expression(
      .like(left, pattern: pattern, escape: escape, negated: negated), at: span(from: left.span.start))
  }

  private mutating func similar(_ left: Expression, negated: Bool) throws(Diagnostic) -> Expression {
    try expect(.similar)
    try expect(.to)
    let pattern = try concatenation()
    return Expression(.similar(left, pattern: pattern, negated: negated), at: span(from: left.span.start))
  }

  private mutating func between(_ left: Expression, negated: Bool) throws(Diagnostic) -> Expression {
    try expect(.between)
    let low = try concatenation()
    try expect(.and)
    let high = try concatenation()
    return Expression(.between(left, low: low, high: high, negated: negated), at: span(from: left.span.start))
  }

  private static let joining: [Sign: BinaryOperator] = [.concatenate: .concatenate]
  private static let adding: [Sign: BinaryOperator] = [.plus: .add, .minus: .subtract]
  private static let multiplying: [Sign: BinaryOperator] = [.star: .multiply, .slash: .divide, .percent: .modulo]

  private mutating func concatenation() throws(Diagnostic) -> Expression {
    try leftAssociative(Self.joining) { parser throws(Diagnostic) in
      try parser.leftAssociative(Self.adding) { parser throws(Diagnostic) in
        try parser.leftAssociative(Self.multiplying) { parser throws(Diagnostic) in try parser.signed() }
      }
    }
  }

  private mutating func leftAssociative(
    _ operators: [Sign: BinaryOperator], operand: (inout Parser) throws(Diagnostic) -> Expression
  ) throws(Diagnostic) -> Expression {
    var left = try operand(&self)
    while case .sign(let sign) = token.kind, let binary = operators[sign] {
      index += 1
      let leftHeight = height
      let right = try operand(&self)
      left = Expression(.binary(binary, left, right), at: left.span.union(right.span))
      try rise(above: leftHeight, at: left.span)
    }
    return left
  }

  private mutating func signed() throws(Diagnostic) -> Expression {
    let sign: UnaryOperator
    if at(.minus) {
      sign = .minus
    } else if at(.plus) {
      sign = .plus
    } else {
      return try postfix()
    }
    let start = take().span.start
    let operand = try nested { parser throws(Diagnostic) in try parser.signed() }
    if sign == .minus, case .literal(.number(let digits)) = operand.kind, !digits.hasPrefix("-") {
      return Expression(.literal(.number("-" + digits)), at: span(from: start))
    }
    try rise(above: height, at: operand.span)
    return Expression(.unary(sign, operand), at: span(from: start))
  }

  /// `a[1]`, and `.field` behind an operand that is not a plain name.
  private mutating func postfix() throws(Diagnostic) -> Expression {
    var base = try primary()
    while true {
      let baseHeight = height
      if accept(.leftBracket) {
        let index = try expression()
        try expect(.rightBracket)
        base = Expression(.element(base, index: index), at: span(from: base.span.start))
      } else if at(.dot) {
        index += 1
        let field = try identifier("a field's name")
        base = Expression(.field(base, field), at: base.span.union(field.span))
      } else {
        return base
      }
      try rise(above: baseHeight, at: base.span)
    }
  }
}
