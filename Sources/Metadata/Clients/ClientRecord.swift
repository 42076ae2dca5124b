package import struct Foundation.Data
package import struct Foundation.Date

/// A Login with Amazon application that may ask for tokens.
package struct ClientRecord: Sendable, Hashable {
  package var id: String
  package var name: String
  /// SHA-256 of the secret, which itself is nowhere.
  package var secretHash: Data
  package var createdAt: Date

  package init(id: String, name: String, secretHash: Data, createdAt: Date) {
    self.id = id
    self.name = name
    self.secretHash = secretHash
    self.createdAt = createdAt
  }
}

/// A refresh token: known by its SHA-256 alone.
package struct RefreshTokenRecord: Sendable, Hashable {
  package var hash: Data
  package var clientID: String
  package var createdAt: Date
  package var revokedAt: Date?

  package init(hash: Data, clientID: String, createdAt: Date, revokedAt: Date? = nil) {
    self.hash = hash
    self.clientID = clientID
    self.createdAt = createdAt
    self.revokedAt = revokedAt
  }
}

/// An access token: known by its SHA-256 alone.
package struct AccessTokenRecord: Sendable, Hashable {
  package var hash: Data
  package var clientID: String
  package var expiresAt: Date

  package init(hash: Data, clientID: String, expiresAt: Date) {
    self.hash = hash
    self.clientID = clientID
    self.expiresAt = expiresAt
  }
}

extension ClientRecord: StoredRecord {
  package static let databaseTableName = "client"
}

extension RefreshTokenRecord: StoredRecord {
  package static let databaseTableName = "refreshToken"
}

extension AccessTokenRecord: StoredRecord {
  package static let databaseTableName = "accessToken"
}
