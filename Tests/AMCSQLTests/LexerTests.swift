import Testing

@testable import AMCSQL

/// Words, signs and their positions.
@Suite struct LexerTests {
  private func texts(_ sql: String) throws -> [String] { try Lexer.tokens(of: sql).dropLast().map(\.text) }

  private func places(_ sql: String) throws -> [String] {
    try Lexer.tokens(of: sql).dropLast().map { "\($0.span.start.line):\($0.span.start.column)-\($0.span.end.column)" }
  }

  private func problem(_ sql: String) -> String? {
    do {
      _ = try Lexer.tokens(of: sql)
      return nil
    } catch {
      return "\(error.code.rawValue) \(error.span.start.line):\(error.span.start.column)"
    }
  }

  @Test func columnsCountCharacters() throws {
    #expect(try places("'ä€😀' x") == ["1:1-6", "1:7-8"])
    #expect(try places("a\tb") == ["1:1-2", "1:3-4"])
    #expect(try places("a\r\nb\n\n c") == ["1:1-2", "2:1-2", "4:2-3"])
    #expect(try places("a\u{A0}b") == ["1:1-2", "1:3-4"])
    #expect(try places("/* ä\n */ x -- y\nz") == ["2:5-6", "3:1-2"])
    #expect(try Lexer.tokens(of: "ä'".dropFirst() + "'x").first?.span.start.offset == 0)
    #expect(try Lexer.tokens(of: "'ä' x")[1].span.start.offset == 5)
  }

  @Test func numbersAreRead() throws {
    #expect(try texts("1 1.5 .5 1e6 1E-3 2.5e+10 7.") == ["1", "1.5", ".5", "1e6", "1E-3", "2.5e+10", "7."])
    #expect(try texts("1-2") == ["1", "-", "2"])
    #expect(problem("1x") == "invalid_literal 1:1")
    #expect(problem("  1.5abc") == "invalid_literal 1:3")
    #expect(problem("1e") == "invalid_literal 1:1")
  }

  @Test func quotesAreDoubledInside() throws {
    let tokens = try Lexer.tokens(of: #"'it''s' "a ""b""" '' '--' "/*""#)
    #expect(tokens.map(\.text) == ["it's", #"a "b""#, "", "--", "/*", ""])
    #expect(tokens.map(\.kind) == [.string, .quotedName, .string, .string, .quotedName, .end])
    #expect(problem("x\n 'abc") == "unterminated_text 2:2")
    #expect(problem("\"abc") == "unterminated_text 1:1")
    #expect(problem("'abc''") == "unterminated_text 1:1")
  }

  @Test func commentsAreSkipped() throws {
    #expect(try texts("a -- b 'c\n/* d -- */ e /**/ f --") == ["a", "e", "f"])
    #expect(try texts("a /* 'x' \"y\" */ - b") == ["a", "-", "b"])
    #expect(problem("a /* b") == "unterminated_text 1:3")
    #expect(problem("a /* b *") == "unterminated_text 1:3")
  }

  @Test func keywordsInAnyCaseButNotInQuotes() throws {
    let tokens = try Lexer.tokens(of: "select \"select\" Selected _select")
    #expect(tokens.map(\.keyword) == [.select, nil, nil, nil, nil])
  }

  @Test func signsAreRead() throws {
    #expect(try texts("a<=b>=c<>d!=e||f") == ["a", "<=", "b", ">=", "c", "<>", "d", "!=", "e", "||", "f"])
    #expect(try Lexer.tokens(of: "!=").first?.kind == .sign(.notEqual))
    for text in ["a ? b", "a | b", "a ! b", "@x", "#x", "a : b", "{", "\u{0}", "ß", "\\"] {
      #expect(problem(text)?.hasPrefix("invalid_character") == true, "\(text.debugDescription)")
    }
  }
}
