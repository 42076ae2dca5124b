/// The reason why a query was refused, or a note for its writer.
///
/// Codes are stable: tools may match on `code.rawValue`. The message never contains data values, only names and text of
/// the query itself.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Sendable, Codable {
    case error
    case note
  }

  public var code: DiagnosticCode
  public var severity: Severity
  /// The problem, in one sentence.
  public var message: String
  /// A way around the problem; nil if none is known.
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

  /// `message`, followed by the hint, if any.
  public var text: String { hint.map { "\(message) \($0)" } ?? message }
}

/// One or more reasons why a query is refused. At least one of them is an error.
public struct QueryRefusal: Error, Hashable, Sendable {
  public var diagnostics: [Diagnostic]

  public init(_ diagnostics: [Diagnostic]) {
    precondition(diagnostics.contains { $0.severity == .error }, "a refusal needs a reason")
    self.diagnostics = diagnostics
  }

  /// The first error, which a one-line status shows.
  public var first: Diagnostic { diagnostics.first { $0.severity == .error } ?? diagnostics[0] }
}
