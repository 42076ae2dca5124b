/// Splits a query's text into tokens.
struct Lexer {
  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1
  private var column = 1

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// All tokens; the last one is `end`.
  static func tokens(of text: String) throws(Diagnostic) -> [Token] {
    var lexer = Lexer(text)
    guard lexer.bytes.count <= QueryLimits.textBytesMax else {
      throw Diagnostic(
        .queryTooLong, "The query is longer than \(QueryLimits.textBytesMax) bytes.",
        at: SourceSpan(.start, .start))
    }
    var tokens: [Token] = []
    tokens.reserveCapacity(lexer.bytes.count / 5 + 8)
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
      guard tokens.count <= QueryLimits.tokensMax else {
        throw Diagnostic(
          .queryTooLong, "The query has more than \(QueryLimits.tokensMax) words and signs.", at: token.span)
      }
    }
  }

  private var position: SourcePosition { SourcePosition(offset: offset, line: line, column: column) }

  private func peek(_ ahead: Int = 0) -> UInt8 {
    let index = offset + ahead
    return index < bytes.count ? bytes[index] : 0
  }

  private mutating func advance() {
    let byte = bytes[offset]
    offset += 1
    if byte == UInt8(ascii: "\n") {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1  // continuation bytes belong to the character before them
    }
  }

  private mutating func next() throws(Diagnostic) -> Token {
    try skipSpaceAndComments()
    let start = position
    guard offset < bytes.count else {
      return Token(kind: .end, text: "", keyword: nil, span: SourceSpan(start, start))
    }
    let byte = bytes[offset]
    if byte.startsWord { return word(from: start) }
    if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1).isDigit) { return try number(from: start) }
    if byte == UInt8(ascii: "'") { return try quoted(by: byte, as: .string, from: start) }
    if byte == UInt8(ascii: "\"") { return try quoted(by: byte, as: .quotedName, from: start) }
    return try sign(from: start)
  }

  private mutating func skipSpaceAndComments() throws(Diagnostic) {
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte.isSpace {
        advance()
      } else if byte == 0xC2, peek(1) == 0xA0 {  // no-break space, common in pasted text
        advance()
        advance()
      } else if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { advance() }
      } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        try skipBlockComment()
      } else {
        return
      }
    }
  }

  private mutating func skipBlockComment() throws(Diagnostic) {
    let start = position
    advance()
    advance()
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        advance()
        advance()
        return
      }
      advance()
    }
    throw Diagnostic(
      .unterminatedText, "This comment has no end.", at: SourceSpan(start, position), hint: "Close it with `*/`.")
  }

  private mutating func word(from start: SourcePosition) -> Token {
    while offset < bytes.count, bytes[offset].continuesWord { advance() }
    let text = String(decoding: bytes[start.offset..<offset], as: UTF8.self)
    let keyword = text.utf8.count <= Keyword.longestName ? Keyword.byName[text.uppercased()] : nil
    return Token(kind: .word, text: text, keyword: keyword, span: SourceSpan(start, position))
  }

  private mutating func number(from start: SourcePosition) throws(Diagnostic) -> Token {
    while peek().isDigit { advance() }
    if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: ".") {
      advance()
      while peek().isDigit { advance() }
    }
    if peek() | 0x20 == UInt8(ascii: "e") {
      let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
      if peek(signed ? 2 : 1).isDigit {
        advance()
        if signed { advance() }
        while peek().isDigit { advance() }
      }
    }
    guard !peek().startsWord else {
      while peek().continuesWord { advance() }
      throw Diagnostic(
        .invalidLiteral, "A number runs into a name here.", at: SourceSpan(start, position),
        hint: "Names start with a letter or an underscore; any other name stands in double quotes.")
    }
    let text = String(decoding: bytes[start.offset..<offset], as: UTF8.self)
    return Token(kind: .number, text: text, keyword: nil, span: SourceSpan(start, position))
  }

  private mutating func quoted(by quote: UInt8, as kind: Token.Kind, from start: SourcePosition) throws(Diagnostic)
    -> Token
  {
    advance()
    var content: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      advance()
      guard byte == quote else {
        content.append(byte)
        continue
      }
      guard peek() == quote, offset < bytes.count else {
        let text = String(decoding: content, as: UTF8.self)
        return Token(kind: kind, text: text, keyword: nil, span: SourceSpan(start, position))
      }
      content.append(quote)  // a doubled quote stands for one
      advance()
    }
    let what = kind == .string ? "text" : "name"
    throw Diagnostic(
      .unterminatedText, "This quoted \(what) has no end.",
      at: SourceSpan(
        start,
        SourcePosition(
          offset: start.offset + 1, line: start.line, column: start.column + 1)),
      hint: "Close it with \(kind == .string ? "a single" : "a double") quote; inside, a quote is written twice.")
  }

  private mutating func sign(from start: SourcePosition) throws(Diagnostic) -> Token {
    if let (sign, length) = Sign.read(bytes[offset], peek(1)) {
      let text = bytes[offset] == UInt8(ascii: "!") ? "!=" : sign.rawValue  // as written
      for _ in 0..<length { advance() }
      return Token(kind: .sign(sign), text: text, keyword: nil, span: SourceSpan(start, position))
    }
    advance()
    while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { advance() }
    throw Diagnostic(
      .invalidCharacter, "This character has no meaning in AMC SQL.", at: SourceSpan(start, position),
      hint: hint(forCharacterAt: start.offset))
  }

  private func hint(forCharacterAt offset: Int) -> String? {
    if bytes[offset] == UInt8(ascii: ":"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: ":") {
      return "A type is changed with CAST(value AS type)."
    }
    if bytes[offset] == UInt8(ascii: "&") { return "Conditions are joined with AND." }
    if bytes[offset] == UInt8(ascii: "`") { return "Names are quoted with double quotes." }
    if bytes[offset] == 0xE2 { return "Text is quoted with straight single quotes, names with straight double quotes." }
    return nil
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  fileprivate var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
  fileprivate var startsWord: Bool {
    let lower = self | 0x20
    return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || self == UInt8(ascii: "_")
  }
  fileprivate var continuesWord: Bool { startsWord || isDigit || self == UInt8(ascii: "$") }
}
