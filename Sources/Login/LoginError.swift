package import Metadata

/// Why no token was given, with the codes of RFC 6749, section 5.2, which Login with Amazon uses too.
package enum LoginError: Error, Sendable, Hashable {
  /// A parameter is missing, is there twice or is of no use; `reason` names it.
  case invalidRequest(reason: String)
  /// The client is unknown or its secret is wrong. Which of the two is not said.
  case invalidClient
  /// The refresh token or code is unknown, used, revoked, expired or another client's. Which of these is not said.
  case invalidGrant
  case unsupportedGrantType
  /// A scope is not known, or goes beyond what was granted.
  case invalidScope

  /// The stable code, which is also what `error` holds in an answer.
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
    case .invalidScope: "A scope is not known, or was not granted."
    }
  }
}

/// Why a request is not let in.
package enum AuthenticationError: Error, Sendable, Hashable {
  /// The access token is unknown, was revoked or has expired. Which of these is not said.
  case invalidToken
  /// The token was given to another client than the one that the request names.
  case clientMismatch
  /// The token is good, but not for this operation.
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
