import HTTPTypes
import Login

extension LoginError: APIError {
  var status: HTTPResponse.Status {
    switch self {
    case .invalidClient: .unauthorized
    case .invalidRequest, .invalidGrant, .unsupportedGrantType, .invalidScope: .badRequest
    }
  }

  var details: String { message }

  var headers: HTTPFields {
    switch self {
    case .invalidClient: [.wwwAuthenticate: "Basic", .cacheControl: "no-store"]
    case .invalidRequest, .invalidGrant, .unsupportedGrantType, .invalidScope: [.cacheControl: "no-store"]
    }
  }
}

/// The error body of RFC 6749, section 5.2.
struct LoginErrors: ErrorBodies {
  struct Body: Encodable {
    let error: String
    let errorDescription: String
    let requestID: String

    enum CodingKeys: String, CodingKey {
      case error
      case errorDescription = "error_description"
      case requestID = "request_id"
    }
  }

  let mediaType = "application/json"

  /// The codes that the standard allows here; anything else about a request makes it an invalid one.
  private static let standardCodes: Set = [
    "invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type", "invalid_scope",
  ]

  func body(of failure: APIFailure, requestID: String) -> Body {
    let code =
      failure.status == .internalServerError
      ? "server_error" : Self.standardCodes.contains(failure.code) ? failure.code : "invalid_request"
    return Body(error: code, errorDescription: failure.details, requestID: requestID)
  }
}
