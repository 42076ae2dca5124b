/// The error body of sponsored ads.
struct SponsoredErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let message: String
  }

  let mediaType: String

  func body(of failure: APIFailure, requestID: String) -> Body {
    let code =
      switch failure.status.code {
      case 400: "INVALID_ARGUMENT"
      case 401: "UNAUTHORIZED"
      case 403: "ACCESS_DENIED"
      case 404: "NOT_FOUND"
      case 429: "THROTTLED"
      default: "INTERNAL_ERROR"
      }
    return Body(code: code, message: failure.details)
  }
}
