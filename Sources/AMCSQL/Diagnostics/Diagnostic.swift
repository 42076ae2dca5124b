/// Why a query was refused, or what its writer should know.
///
/// Codes are stable: tools may match on `code.rawValue`. The message never holds data values, only names and text
/// of the query itself.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Sendable, Codable {
    case error
    case note
  }

  public var code: DiagnosticCode
  public var severity: Severity
  /// One sentence that says what is wrong.
  public var message: String
  /// What to do instead, where there is a way around.
  public var hint: String?
  public var span: SourceSpan

  public init(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, hint: String? = nil, severity: Severity = .error
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.hint = hint
    self.span = span
  }

  /// `message`, followed by the hint where there is one.
  public var text: String { hint.map { "\(message) \($0)" } ?? message }
}

/// One or more reasons for which a query is refused; at least one of them is an error.
public struct QueryRefusal: Error, Hashable, Sendable {
  public var diagnostics: [Diagnostic]

  public init(_ diagnostics: [Diagnostic]) {
    precondition(diagnostics.contains { $0.severity == .error }, "a refusal needs a reason")
    self.diagnostics = diagnostics
  }

  /// The first error, which is the one that a one-line status shows.
  public var first: Diagnostic { diagnostics.first { $0.severity == .error } ?? diagnostics[0] }
}
