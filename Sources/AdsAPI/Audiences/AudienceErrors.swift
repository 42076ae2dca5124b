/// The error body of the audience API: the HTTP status as text, what is wrong, and the request's id.
struct AudienceErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let details: String
    let requestId: String
  }

  let mediaType = AudienceMediaType.v1.rawValue

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(code: String(failure.status.code), details: failure.details, requestId: requestID)
  }
}
