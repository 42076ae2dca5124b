/// The error body of the reporting API. The request's id is in the header `x-amzn-RequestId`.
struct ReportingErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let details: String
  }

  let mediaType = ExecutionMediaType.v1.rawValue

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(code: String(failure.status.code), details: failure.details)
  }
}
