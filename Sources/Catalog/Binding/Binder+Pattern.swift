import AMCSQL
import RegularExpressions

/// Regular expressions that stand in the query or come with the request; those of columns are read when it runs.
extension Binder {
  /// Refuses a pattern that is none.
  func checkPattern(_ pattern: BoundExpression) throws(Diagnostic) {
    guard let text = literalText(pattern) else { return }
    _ = try javaPattern(text, at: pattern.span)
  }

  /// Refuses a replacement that the pattern has no groups for.
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
