package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A code that stands for a user's permission; the application trades it for tokens, once. Known by its SHA-256 alone.
package struct AuthorizationCodeRecord: IdentifiedRecord {
  package static let databaseTableName = "authorizationCode"
  package static let identity = "hash"
  package enum CodingKeys: String, StoredColumn {
    case hash, clientID, userID, redirectURI, scopes, codeChallenge, codeChallengeMethod, expiresAt, usedAt
  }

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
    (self.hash, self.clientID, self.userID) = (hash, clientID, userID)
    (self.redirectURI, self.scopes, self.expiresAt) = (redirectURI, scopes, expiresAt)
  }

  package var id: Data { hash }
}

/// A refresh token: known by its SHA-256 alone.
package struct RefreshTokenRecord: IdentifiedRecord {
  package static let databaseTableName = "refreshToken"
  package static let identity = "hash"
  package enum CodingKeys: String, StoredColumn { case hash, clientID, userID, scopes, codeHash, createdAt, revokedAt }

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
    (self.hash, self.clientID, self.userID, self.scopes) = (hash, clientID, userID, scopes)
    (self.codeHash, self.createdAt, self.revokedAt) = (codeHash, createdAt, revokedAt)
  }

  package var id: Data { hash }
}

/// An access token: known by its SHA-256 alone. One that is revoked is no more.
package struct AccessTokenRecord: IdentifiedRecord {
  package static let databaseTableName = "accessToken"
  package static let identity = "hash"
  package enum CodingKeys: String, StoredColumn { case hash, clientID, userID, scopes, refreshTokenHash, expiresAt }

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
    (self.hash, self.clientID, self.userID, self.scopes) = (hash, clientID, userID, scopes)
    (self.refreshTokenHash, self.expiresAt) = (refreshTokenHash, expiresAt)
  }

  package var id: Data { hash }
}

extension WriteTransaction {
  /// Forgets access tokens that expired at `time` or before.
  package func deleteAccessTokens(expiredAt time: Date) throws {
    try AccessTokenRecord.filter { $0.expiresAt <= time.databaseMilliseconds }.deleteAll(database)
  }

  /// Forgets codes that expired at `time` or before. Used ones are kept until then, so that a second use is noticed.
  package func deleteAuthorizationCodes(expiredAt time: Date) throws {
    try AuthorizationCodeRecord.filter { $0.expiresAt <= time.databaseMilliseconds }.deleteAll(database)
  }

  /// Takes a refresh token back, with all access tokens that came of it.
  package func revokeRefreshToken(hash: Data, at now: Date) throws {
    _ = try RefreshTokenRecord.filter { $0.hash == hash && $0.revokedAt == nil }.updateAll(database) {
      $0.revokedAt.set(to: now.databaseMilliseconds)
    }
    try AccessTokenRecord.filter { $0.refreshTokenHash == hash }.deleteAll(database)
  }

  /// Takes back everything that a code was traded for.
  package func revokeTokens(codeHash: Data, at now: Date) throws {
    let tokens = RefreshTokenRecord.filter { $0.codeHash == codeHash }
    for hash in try tokens.select({ $0.hash }, as: Data.self).fetchAll(database) {
      try revokeRefreshToken(hash: hash, at: now)
    }
  }

  /// Takes back the tokens and codes of a client, of a user, or of a user with a client. Returns how many refresh tokens
  /// there were.
  package func revokeTokens(clientID: String?, userID: String?, at now: Date) throws -> Int {
    let owner = SQL("(\(clientID) IS NULL OR clientID = \(clientID)) AND (\(userID) IS NULL OR userID = \(userID))")
    try AccessTokenRecord.filter(literal: owner).deleteAll(database)
    try AuthorizationCodeRecord.filter(literal: owner).deleteAll(database)
    return try RefreshTokenRecord.filter(literal: owner).filter { $0.revokedAt == nil }.updateAll(database) {
      $0.revokedAt.set(to: now.databaseMilliseconds)
    }
  }
}
