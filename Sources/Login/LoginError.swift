package import Metadata

/// The reason why no token was given, with the codes of RFC 6749, section 5.2, which Login with Amazon uses too.
package enum LoginError: Error, Sendable, Hashable {
  /// A parameter is missing, occurs twice or is invalid; `reason` names it.
  case invalidRequest(reason: String)
  /// The client is unknown or its secret is wrong. The error does not say which.
  case invalidClient
  /// The refresh token or code is unknown, used, revoked, expired or another client's. The error does not say which.
  case invalidGrant
  case unsupportedGrantType
  /// No scope is known, or one exceeds those that the user granted and the operator approved for the client.
  case invalidScope

  /// The stable code, which is also the value of `error` in a response.
  package var code: String {
    switch self {
    case .invalidRequest: "invalid_request"
    case .invalidClient: "invalid_client"
    case .invalidGrant: "invalid_grant"
    case .unsupportedGrantType: "unsupported_grant_type"
    case .invalidScope: "invalid_scope"
    }
  }

  /// One sentence, safe to show.
  package var message: String {
    switch self {
    case .invalidRequest(let reason): reason
    case .invalidClient: "Client authentication failed."
    case .invalidGrant: "The refresh token or authorization code is not valid for this client."
    case .unsupportedGrantType: "The grant types are authorization_code and refresh_token."
    case .invalidScope: "A scope is not known, was not granted by the user, or is not approved for the client."
    }
  }
}

/// The reason why a request is not authenticated.
package enum AuthenticationError: Error, Sendable, Hashable {
  /// The access token is unknown, revoked or expired. The error does not say which.
  case invalidToken
  /// The token belongs to another client than the one that the request names.
  case clientMismatch
  /// The token is valid, but not for this operation.
  case insufficientScope(needed: Scope)

  /// The stable code.
  package var code: String {
    switch self {
    case .invalidToken: "invalid_token"
    case .clientMismatch: "client_mismatch"
    case .insufficientScope: "insufficient_scope"
    }
  }
}
