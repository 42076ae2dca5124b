/// Constructs of other SQL dialects that AMC SQL lacks, with the way around from AMC's reference.
extension Parser {
  /// The diagnostic for the present token if it starts something that AMC SQL does not have.
  func notSupportedHere() -> Diagnostic? {
    guard let keyword = token.keyword, token.kind == .word else { return nil }
    switch keyword {
    case .limit, .offset, .fetch:
      guard isCount(token(ahead: 1)) else { return nil }
      return Self.rowLimit(keyword.rawValue, at: token.span)
    case .order:
      guard token(ahead: 1).keyword == .by else { return nil }
      return unsupported(
        "There is no ORDER BY at this place.", "ORDER BY stands at the end of a query, or inside OVER (…).")
    case .right:
      guard [.join, .outer].contains(token(ahead: 1).keyword) else { return nil }
      return unsupported("AMC SQL has no RIGHT JOIN.", "Swap the two tables and use LEFT JOIN.")
    case .natural:
      return unsupported("AMC SQL has no NATURAL JOIN.", "Name the columns with ON or USING.")
    case .intersect:
      return unsupported("AMC SQL has no INTERSECT.", "Use JOIN, or IN with a subquery.")
    case .except:
      return unsupported("AMC SQL has no EXCEPT.", "Use NOT IN with a subquery, or LEFT JOIN and IS NULL.")
    case .qualify:
      return unsupported(
        "AMC SQL has no QUALIFY.", "Compute the window function in a subquery and filter outside of it.")
    case .interval:
      return unsupported(
        "AMC SQL has no INTERVAL.", "Compare times with SECONDS_BETWEEN, or widen the window with EXTEND_TIME_WINDOW.")
    case .lateral:
      return unsupported("AMC SQL has no LATERAL.", "Use EXPLODE in the SELECT list to turn an array into rows.")
    default:
      return nil
    }
  }

  /// The diagnostic for LIMIT and its like.
  static func rowLimit(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notSupportedInAMC, "AMC SQL has no \(word).", at: span,
      hint: "Number the rows with RANK() or ROW_NUMBER() OVER (ORDER BY …) in a subquery and filter on that number.")
  }

  /// Whether the token can stand behind LIMIT, OFFSET or FETCH.
  private func isCount(_ token: Token) -> Bool {
    switch token.kind {
    case .number, .string, .sign(.leftParenthesis): true
    case .word: token.keyword == .first || token.keyword == .all || token.text.uppercased() == "NEXT"
    case .quotedName, .sign, .end: false
    }
  }

  func unsupported(_ message: String, _ hint: String) -> Diagnostic {
    Diagnostic(.notSupportedInAMC, message, at: token.span, hint: hint)
  }
}
