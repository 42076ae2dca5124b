import AMCSQL
import Testing

@Suite struct DiagnosticRendererTests {
  private func span(_ line: Int, _ from: Int, _ endLine: Int, _ to: Int) -> SourceSpan {
    SourceSpan(
      SourcePosition(offset: 0, line: line, column: from), SourcePosition(offset: 0, line: endLine, column: to))
  }

  private func render(_ text: String, _ span: SourceSpan, hint: String? = nil, severity: Diagnostic.Severity = .error)
    -> String
  {
    let diagnostic = Diagnostic(.unknownColumn, "There is none.", at: span, hint: hint, severity: severity)
    return DiagnosticRenderer(file: "q.sql", text: text).render(diagnostic)
  }

  @Test func theLineIsShownAndMarked() {
    #expect(
      render("SELECT abc\nFROM t", span(1, 8, 1, 11), hint: "Try `abd`.")
        == "q.sql:1:8: unknown_column: There is none. Try `abd`.\n  SELECT abc\n         ^^^")
  }

  @Test func tabsAndWideCharactersKeepTheMarkInPlace() {
    #expect(render("\täö x", span(1, 5, 1, 6)) == "q.sql:1:5: unknown_column: There is none.\n   äö x\n      ^")
    #expect(render("a\r\nbc\r\n", span(2, 1, 2, 3)).hasSuffix("\n  bc\n  ^^"))
  }

  @Test func spansOverLinesAndAtTheEnd() {
    #expect(render("ab cd\nef", span(1, 4, 2, 2)).hasSuffix("\n  ab cd\n     ^^"))
    #expect(render("ab", span(1, 3, 1, 3)).hasSuffix("\n  ab\n    ^"))
    #expect(render("ab", span(9, 1, 9, 2)) == "q.sql:9:1: unknown_column: There is none.")
    #expect(render("", span(1, 1, 1, 1), severity: .note).hasPrefix("q.sql:1:1: note: unknown_column: There is none."))
  }
}
