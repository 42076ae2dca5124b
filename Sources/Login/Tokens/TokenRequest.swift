package import Metadata

/// What a client sends for a token, whichever way it came.
package struct TokenRequest: Sendable, Hashable {
  package var grantType: String?
  package var refreshToken: String?
  package var code: String?
  package var redirectURI: String?
  package var codeVerifier: String?
  /// Scopes with spaces between them; nil for all that the user has granted.
  package var scope: String?
  package var clientID: String?
  package var clientSecret: String?

  package init(
    grantType: String? = nil, refreshToken: String? = nil, clientID: String? = nil, clientSecret: String? = nil
  ) {
    self.grantType = grantType
    self.refreshToken = refreshToken
    self.clientID = clientID
    self.clientSecret = clientSecret
  }
}

/// Tokens as they are handed out, once; the store has their hashes.
package struct TokenGrant: Sendable, Hashable {
  package var accessToken: String
  package var refreshToken: String
  /// Seconds.
  package var expiresIn: Int
  package var scopes: Scopes
}

/// A client's credentials as they are handed out, once.
package struct ClientCredentials: Sendable, Hashable {
  package var clientID: String
  package var clientSecret: String
  package var refreshToken: String
}

/// Who stands behind an access token.
package struct TokenIdentity: Sendable, Hashable {
  package var clientID: String
  /// nil for a client of the operator's own.
  package var userID: String?
  package var scopes: Scopes
}
