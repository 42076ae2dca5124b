/// The error body of the list of accounts.
struct AccountErrors: ErrorBodies {
  struct Body: Encodable {
    let message: String
    let requestId: String
  }

  let mediaType = AccountMediaType.v1.rawValue

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(message: failure.details, requestId: requestID)
  }
}

/// The error body of instances. The request's id is in the header `x-amzn-RequestId`.
struct InstanceErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let details: String
  }

  let mediaType = InstanceMediaType.v1.rawValue

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(code: String(failure.status.code), details: failure.details)
  }
}
