import AMCSQL

/// The error body of the reporting API. The request's id is in the header `x-amzn-RequestId`.
struct ReportingErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let details: String
    /// All that is wrong with a query; not there for other errors.
    let diagnostics: [QueryDiagnostic]?
  }

  /// One thing that is wrong with a query; lines and columns count from 1.
  struct QueryDiagnostic: Encodable {
    let code: String
    let line: Int
    let column: Int
    let message: String
    let hint: String?

    init(_ diagnostic: Diagnostic) {
      code = diagnostic.code.rawValue
      line = diagnostic.span.start.line
      column = diagnostic.span.start.column
      message = diagnostic.message
      hint = diagnostic.hint
    }
  }

  let mediaType: String

  init(_ mediaType: some RawRepresentable<String>) {
    self.mediaType = mediaType.rawValue
  }

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(
      code: String(failure.status.code), details: failure.details,
      diagnostics: failure.refusal?.diagnostics.filter { $0.severity == .error }.map(QueryDiagnostic.init))
  }
}
