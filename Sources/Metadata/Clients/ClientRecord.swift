package import struct Foundation.Data
package import struct Foundation.Date

/// A Login with Amazon application that may ask for tokens.
package struct ClientRecord: Sendable, Hashable {
  package var id: String
  package var name: String
  /// The company behind it, which has one application; nil for applications of the operator's own.
  package var company: String?
  /// SHA-256 of the secret, which itself is nowhere.
  package var secretHash: Data
  /// SHA-256 of the secret before this one, while it is still good.
  package var previousSecretHash: Data?
  /// When the previous secret is no longer good.
  package var previousSecretExpiresAt: Date?
  package var createdAt: Date
  /// Since when the application is no more; what it has made stays.
  package var deletedAt: Date?

  package init(id: String, name: String, company: String? = nil, secretHash: Data, createdAt: Date) {
    self.id = id
    self.name = name
    self.company = company
    self.secretHash = secretHash
    self.createdAt = createdAt
  }
}

/// An address that a client may have users sent back to.
package struct ReturnURLRecord: Sendable, Hashable {
  package var clientID: String
  package var url: String

  package init(clientID: String, url: String) {
    self.clientID = clientID
    self.url = url
  }
}

/// What a user lets an application do, once: traded for tokens. Known by its SHA-256 alone.
package struct AuthorizationCodeRecord: Sendable, Hashable {
  package var hash: Data
  package var clientID: String
  package var userID: String
  package var redirectURI: String
  package var scopes: Scopes
  /// As RFC 7636 has it; nil where the client sent none.
  package var codeChallenge: String?
  /// `plain` or `S256`.
  package var codeChallengeMethod: String?
  package var expiresAt: Date
  /// When it was traded; a second time is an attack.
  package var usedAt: Date?

  package init(hash: Data, clientID: String, userID: String, redirectURI: String, scopes: Scopes, expiresAt: Date) {
    self.hash = hash
    self.clientID = clientID
    self.userID = userID
    self.redirectURI = redirectURI
    self.scopes = scopes
    self.expiresAt = expiresAt
  }
}

/// A refresh token: known by its SHA-256 alone.
package struct RefreshTokenRecord: Sendable, Hashable {
  package var hash: Data
  package var clientID: String
  /// The user who gave leave; nil for an application of the operator's own.
  package var userID: String?
  package var scopes: Scopes
  /// The code that it was given for, by its hash.
  package var codeHash: Data?
  package var createdAt: Date
  package var revokedAt: Date?

  package init(
    hash: Data, clientID: String, userID: String? = nil, scopes: Scopes = .every, codeHash: Data? = nil,
    createdAt: Date, revokedAt: Date? = nil
  ) {
    self.hash = hash
    self.clientID = clientID
    self.userID = userID
    self.scopes = scopes
    self.codeHash = codeHash
    self.createdAt = createdAt
    self.revokedAt = revokedAt
  }
}

/// An access token: known by its SHA-256 alone. One that is revoked is no more.
package struct AccessTokenRecord: Sendable, Hashable {
  package var hash: Data
  package var clientID: String
  package var userID: String?
  package var scopes: Scopes
  /// The refresh token behind it, by its hash: whoever revokes that revokes this.
  package var refreshTokenHash: Data?
  package var expiresAt: Date

  package init(
    hash: Data, clientID: String, userID: String? = nil, scopes: Scopes = .every, refreshTokenHash: Data? = nil,
    expiresAt: Date
  ) {
    self.hash = hash
    self.clientID = clientID
    self.userID = userID
    self.scopes = scopes
    self.refreshTokenHash = refreshTokenHash
    self.expiresAt = expiresAt
  }
}

extension ClientRecord: StoredRecord {
  package static let databaseTableName = "client"
}

extension ReturnURLRecord: StoredRecord {
  package static let databaseTableName = "returnURL"
}

extension AuthorizationCodeRecord: StoredRecord {
  package static let databaseTableName = "authorizationCode"
}

extension RefreshTokenRecord: StoredRecord {
  package static let databaseTableName = "refreshToken"
}

extension AccessTokenRecord: StoredRecord {
  package static let databaseTableName = "accessToken"
}
