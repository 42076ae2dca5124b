import AMCSQL
import RegularExpressions

/// Regular expressions in the query or in the request's parameters. Those of columns are read when the query runs.
extension Binder {
  /// Refuses an invalid pattern.
  func checkPattern(_ pattern: BoundExpression) throws(Diagnostic) {
    guard let text = literalText(pattern) else { return }
    _ = try javaPattern(text, at: pattern.span)
  }

  /// Refuses a replacement with groups that the pattern does not have.
  func checkReplacement(_ replacement: BoundExpression, for pattern: BoundExpression) throws(Diagnostic) {
    guard let text = literalText(replacement), let patternText = literalText(pattern) else { return }
    let java = try javaPattern(patternText, at: pattern.span)
    do {
      _ = try JavaReplacement(text, for: java)
    } catch {
      throw Diagnostic(
        .wrongArguments, "This replacement can't be used: \(error.description).", at: replacement.span)
    }
  }

  private func javaPattern(_ text: String, at span: SourceSpan) throws(Diagnostic) -> JavaPattern {
    let pattern: JavaPattern
    do {
      pattern = try JavaPattern(text)
    } catch {
      throw Diagnostic(
        .invalidLiteral, "This regular expression can't be used: \(error.description).", at: span,
        hint: "Patterns have Java's syntax.")
    }
    guard pattern.hasEngine else {
      throw Diagnostic(
        .invalidLiteral,
        "This regular expression can't be used: it looks behind at a text of any length, is too large, or names what does not exist.",
        at: span, hint: "In (?<=…) and (?<!…), repetitions need a highest number.")
    }
    return pattern
  }
}
