package import Metadata

/// A client's request for a token, in whatever form it came.
package struct TokenRequest: Sendable, Hashable {
  package var grantType: String?
  package var refreshToken: String?
  package var code: String?
  package var redirectURI: String?
  package var codeVerifier: String?
  /// Scopes with spaces between them; nil for all scopes that the user has granted.
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

/// Tokens as they are handed out, once. The store has their hashes.
package struct TokenGrant: Sendable, Hashable {
  package var accessToken: String
  package var refreshToken: String
  /// The lifetime of the access token, in seconds.
  package var expiresIn: Int
  package var scopes: Scopes
}

/// A client's credentials as they are handed out, once.
package struct ClientCredentials: Sendable, Hashable, Codable {
  package var clientID: String
  package var clientSecret: String
  package var refreshToken: String
}

/// The client and the user behind an access token.
package struct TokenIdentity: Sendable, Hashable {
  package var clientID: String
  /// The user; nil for the operator's own client.
  package var userID: String?
  package var scopes: Scopes
}
