/// The error body of the advertiser account's audiences.
struct ActivationErrors: ErrorBodies {
  struct Body: Encodable {
    let errors: [SingleError]
    let message: String
    let requestId: String
  }

  struct SingleError: Encodable {
    let errorType: String
    let message: String
  }

  let mediaType = "application/json"

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(
      errors: [SingleError(errorType: failure.code, message: failure.details)], message: failure.details,
      requestId: requestID)
  }
}
