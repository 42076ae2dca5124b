package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

extension MetadataReading {
  /// The refresh token with that SHA-256, or nil.
  package func refreshToken(hash: Data) throws -> RefreshTokenRecord? {
    try RefreshTokenRecord.fetchOne(database, key: hash)
  }

  /// The access token with that SHA-256, or nil. It may have expired.
  package func accessToken(hash: Data) throws -> AccessTokenRecord? {
    try AccessTokenRecord.fetchOne(database, key: hash)
  }

  /// The code with that SHA-256, or nil. It may have expired or been used.
  package func authorizationCode(hash: Data) throws -> AuthorizationCodeRecord? {
    try AuthorizationCodeRecord.fetchOne(database, key: hash)
  }
}

extension WriteTransaction {
  package func insert(_ token: RefreshTokenRecord) throws {
    try token.insert(database)
  }

  package func insert(_ token: AccessTokenRecord) throws {
    try token.insert(database)
  }

  package func insert(_ code: AuthorizationCodeRecord) throws {
    try code.insert(database)
  }

  /// Writes all of the code. Throws `MetadataError.corrupted` when there is none.
  package func update(_ code: AuthorizationCodeRecord) throws {
    do { try code.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Forgets access tokens that expired at `time` or before.
  package func deleteAccessTokens(expiredAt time: Date) throws {
    try database.execute(
      sql: "DELETE FROM accessToken WHERE expiresAt <= ?", arguments: [time.databaseMilliseconds])
  }

  /// Forgets codes that expired at `time` or before. One that was used is kept longer, so that using it again is noticed.
  package func deleteAuthorizationCodes(expiredAt time: Date) throws {
    try database.execute(
      sql: "DELETE FROM authorizationCode WHERE expiresAt <= ?", arguments: [time.databaseMilliseconds])
  }

  /// Takes one access token back.
  package func deleteAccessToken(hash: Data) throws {
    try database.execute(sql: "DELETE FROM accessToken WHERE hash = ?", arguments: [hash])
  }

  /// Takes a refresh token back, with all access tokens that came of it.
  package func revokeRefreshToken(hash: Data, at now: Date) throws {
    try database.execute(
      sql: "UPDATE refreshToken SET revokedAt = ? WHERE hash = ? AND revokedAt IS NULL",
      arguments: [now.databaseMilliseconds, hash])
    try database.execute(sql: "DELETE FROM accessToken WHERE refreshTokenHash = ?", arguments: [hash])
  }

  /// Takes back everything that a code was traded for.
  package func revokeTokens(codeHash: Data, at now: Date) throws {
    let hashes = try Data.fetchAll(
      database, sql: "SELECT hash FROM refreshToken WHERE codeHash = ?", arguments: [codeHash])
    for hash in hashes { try revokeRefreshToken(hash: hash, at: now) }
  }

  /// Takes back the tokens and codes of a client, of a user, or of a user with a client. Returns how many refresh tokens
  /// there were.
  package func revokeTokens(clientID: String?, userID: String?, at now: Date) throws -> Int {
    let whose = "(?1 IS NULL OR clientID = ?1) AND (?2 IS NULL OR userID = ?2)"
    let arguments: StatementArguments = [clientID, userID]
    try database.execute(sql: "DELETE FROM accessToken WHERE \(whose)", arguments: arguments)
    try database.execute(sql: "DELETE FROM authorizationCode WHERE \(whose)", arguments: arguments)
    try database.execute(
      sql: "UPDATE refreshToken SET revokedAt = ?3 WHERE \(whose) AND revokedAt IS NULL",
      arguments: arguments + [now.databaseMilliseconds])
    return database.changesCount
  }
}
