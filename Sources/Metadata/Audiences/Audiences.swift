package import struct Foundation.Data
import GRDB

extension MetadataReading {
  /// The audience of that id, or nil.
  package func audience(id: String) throws -> AudienceRecord? {
    try AudienceRecord.filter(Column("id") == id).fetchOne(database)
  }

  /// The instance's audiences, newest first, from before `beforeSequence`, at most `limit`.
  package func audiences(instanceID: String, beforeSequence: Int64, limit: Int) throws -> [AudienceRecord] {
    try AudienceRecord.fetchAll(
      database, sql: "SELECT * FROM audience WHERE instanceID = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
      arguments: [instanceID, beforeSequence, limit])
  }

  /// What the advertiser account knows of an audience, or nil before its first success.
  package func advertiserAudience(audienceID: String) throws -> AdvertiserAudienceRecord? {
    try AdvertiserAudienceRecord.filter(Column("audienceID") == audienceID).fetchOne(database)
  }

  /// What the advertiser account knows of these audiences, by audience id.
  package func advertiserAudiences(audienceIDs: [String]) throws -> [String: AdvertiserAudienceRecord] {
    let found = try AdvertiserAudienceRecord.filter(audienceIDs.contains(Column("audienceID"))).fetchAll(database)
    return Dictionary(found.map { ($0.audienceID, $0) }) { first, _ in first }
  }

  /// The account's audiences of one kind, oldest first; of one advertiser, where one is given.
  package func advertiserAudiences(
    accountID: String, advertiserID: String?, kind: AdvertiserKind
  ) throws -> [AdvertiserAudienceRecord] {
    try AdvertiserAudienceRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM advertiserAudience
        WHERE accountID = ? AND (? IS NULL OR advertiserID = ?) AND advertiserKind = ? ORDER BY sequence
        """, arguments: [accountID, advertiserID, advertiserID, kind.rawValue])
  }

  /// What an earlier request with that key made, or nil.
  package func idempotencyKey(
    clientID: String, instanceID: String, keyHash: Data
  ) throws -> IdempotencyKeyRecord? {
    try IdempotencyKeyRecord.fetchOne(
      database, key: ["clientID": clientID, "instanceID": instanceID, "keyHash": keyHash])
  }
}

extension WriteTransaction {
  package func insert(_ audience: AudienceRecord) throws {
    try audience.insert(database)
  }

  /// Writes all of the audience. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ audience: AudienceRecord) throws {
    do { try audience.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  package func deleteAudience(id: String) throws {
    try AudienceRecord.filter(Column("id") == id).deleteAll(database)
  }

  package func insert(_ audience: AdvertiserAudienceRecord) throws {
    try audience.insert(database)
  }

  package func insert(_ key: IdempotencyKeyRecord) throws {
    try key.insert(database)
  }
}
