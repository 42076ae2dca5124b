package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

extension MetadataReading {
  /// The client of that id, or nil.
  package func client(id: String) throws -> ClientRecord? {
    try ClientRecord.fetchOne(database, key: id)
  }

  /// The refresh token with that SHA-256, or nil.
  package func refreshToken(hash: Data) throws -> RefreshTokenRecord? {
    try RefreshTokenRecord.fetchOne(database, key: hash)
  }

  /// The access token with that SHA-256, or nil. It may have expired.
  package func accessToken(hash: Data) throws -> AccessTokenRecord? {
    try AccessTokenRecord.fetchOne(database, key: hash)
  }
}

extension WriteTransaction {
  package func insert(_ client: ClientRecord) throws {
    try client.insert(database)
  }

  package func insert(_ token: RefreshTokenRecord) throws {
    try token.insert(database)
  }

  package func insert(_ token: AccessTokenRecord) throws {
    try token.insert(database)
  }

  /// Forgets access tokens that expired at `time` or before.
  package func deleteAccessTokens(expiredAt time: Date) throws {
    try database.execute(
      sql: "DELETE FROM accessToken WHERE expiresAt <= ?", arguments: [time.databaseMilliseconds])
  }
}
