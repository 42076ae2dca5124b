package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A code that stands for a user's permission. The application exchanges it for tokens, once. Only its SHA-256 is
/// stored.
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
  /// The challenge of RFC 7636; nil if the client sent none.
  package var codeChallenge: String?
  /// `plain` or `S256`.
  package var codeChallengeMethod: String?
  package var expiresAt: Date
  /// The time of the exchange; a second one is an attack.
  package var usedAt: Date?

  package init(hash: Data, clientID: String, userID: String, redirectURI: String, scopes: Scopes, expiresAt: Date) {
    (self.hash, self.clientID, self.userID) = (hash, clientID, userID)
    (self.redirectURI, self.scopes, self.expiresAt) = (redirectURI, scopes, expiresAt)
  }

  package var id: Data { hash }
}

/// A refresh token, of which only the SHA-256 is stored.
package struct RefreshTokenRecord: IdentifiedRecord {
  package static let databaseTableName = "refreshToken"
  package static let identity = "hash"
  package enum CodingKeys: String, StoredColumn { case hash, clientID, userID, scopes, codeHash, createdAt, revokedAt }

  package var hash: Data
  package var clientID: String
  /// The user who gave the permission; nil for the operator's own application.
  package var userID: String?
  package var scopes: Scopes
  /// The hash of the code that the token was given for.
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

/// An access token, of which only the SHA-256 is stored. A revoked one is removed.
package struct AccessTokenRecord: IdentifiedRecord {
  package static let databaseTableName = "accessToken"
  package static let identity = "hash"
  package enum CodingKeys: String, StoredColumn { case hash, clientID, userID, scopes, refreshTokenHash, expiresAt }

  package var hash: Data
  package var clientID: String
  package var userID: String?
  package var scopes: Scopes
  /// The hash of the refresh token behind it; revoking that one revokes this one.
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

/// A consent form with which an application was let in. Only the SHA-256 of its secret is stored, until it is too old.
package struct UsedConsentFormRecord: IdentifiedRecord {
  package static let databaseTableName = "usedConsentForm"
  package static let identity = "hash"
  package enum CodingKeys: String, StoredColumn { case hash, expiresAt }

  package var hash: Data
  package var expiresAt: Date

  package var id: Data { hash }
}

extension WriteTransaction {
  /// Removes access tokens that expired at `time` or before.
  package func deleteAccessTokens(expiredAt time: Date) throws {
    try AccessTokenRecord.filter { $0.expiresAt <= time.databaseMilliseconds }.deleteAll(database)
  }

  /// Removes codes that expired at `time` or before. Used ones are kept until then, so a second use is noticed.
  package func deleteAuthorizationCodes(expiredAt time: Date) throws {
    try AuthorizationCodeRecord.filter { $0.expiresAt <= time.databaseMilliseconds }.deleteAll(database)
  }

  /// Notes that a consent form was used. Returns false, and changes nothing, if it was before.
  ///
  /// - Parameter expiresAt: The time from which the form is refused because of its age, and need not be remembered.
  package func useConsentForm(hash: Data, expiresAt: Date, at now: Date) throws -> Bool {
    guard try find(UsedConsentFormRecord.self, id: hash) == nil else { return false }
    try UsedConsentFormRecord.filter { $0.expiresAt <= now.databaseMilliseconds }.deleteAll(database)
    try insert(UsedConsentFormRecord(hash: hash, expiresAt: expiresAt))
    return true
  }

  /// Revokes a refresh token, with all its access tokens.
  package func revokeRefreshToken(hash: Data, at now: Date) throws {
    _ = try RefreshTokenRecord.filter { $0.hash == hash && $0.revokedAt == nil }.updateAll(database) {
      $0.revokedAt.set(to: now.databaseMilliseconds)
    }
    try AccessTokenRecord.filter { $0.refreshTokenHash == hash }.deleteAll(database)
  }

  /// Revokes all tokens that a code was exchanged for.
  package func revokeTokens(codeHash: Data, at now: Date) throws {
    let tokens = RefreshTokenRecord.filter { $0.codeHash == codeHash }
    for hash in try tokens.select({ $0.hash }, as: Data.self).fetchAll(database) {
      try revokeRefreshToken(hash: hash, at: now)
    }
  }

  /// Revokes the tokens and codes of a client, of a user, or of a user with a client.
  ///
  /// - Returns: The number of refresh tokens that were revoked.
  package func revokeTokens(clientID: String?, userID: String?, at now: Date) throws -> Int {
    let owner = SQL("(\(clientID) IS NULL OR clientID = \(clientID)) AND (\(userID) IS NULL OR userID = \(userID))")
    try AccessTokenRecord.filter(literal: owner).deleteAll(database)
    try AuthorizationCodeRecord.filter(literal: owner).deleteAll(database)
    return try RefreshTokenRecord.filter(literal: owner).filter { $0.revokedAt == nil }.updateAll(database) {
      $0.revokedAt.set(to: now.databaseMilliseconds)
    }
  }
}
