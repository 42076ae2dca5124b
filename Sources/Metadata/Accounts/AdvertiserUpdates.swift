package import struct Foundation.Date
import GRDB

extension MetadataReading {
  /// The update of that id, or nil.
  package func advertiserUpdate(id: String) throws -> AdvertiserUpdateRecord? {
    try AdvertiserUpdateRecord.fetchOne(database, key: id)
  }

  /// The instance's update of that number, or nil.
  package func advertiserUpdate(number: Int64, instanceID: String) throws -> AdvertiserUpdateRecord? {
    try AdvertiserUpdateRecord.fetchOne(
      database, sql: "SELECT * FROM advertiserUpdate WHERE instanceID = ? AND number = ?",
      arguments: [instanceID, number])
  }

  /// The instance's updates, newest first, from before the number, at most `limit`.
  package func advertiserUpdates(instanceID: String, before number: Int64, limit: Int) throws
    -> [AdvertiserUpdateRecord]
  {
    try AdvertiserUpdateRecord.fetchAll(
      database, sql: "SELECT * FROM advertiserUpdate WHERE instanceID = ? AND number < ? ORDER BY number DESC LIMIT ?",
      arguments: [instanceID, number, limit])
  }

  /// Whether an update of the instance waits or runs.
  package func hasOpenAdvertiserUpdate(instanceID: String) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: "SELECT EXISTS (SELECT 1 FROM advertiserUpdate WHERE instanceID = ? AND status IN ('PENDING', 'UPDATING'))",
      arguments: [instanceID]) ?? false
  }

  /// The number that the next update of the instance has.
  package func nextAdvertiserUpdateNumber(instanceID: String) throws -> Int64 {
    try Int64.fetchOne(
      database, sql: "SELECT COALESCE(MAX(number), -1) + 1 FROM advertiserUpdate WHERE instanceID = ?",
      arguments: [instanceID]) ?? 0
  }

  /// The accounts with standard instances that have the advertiser: whose it is. The advertisers of sandboxes are nobody's.
  package func accountIDs(withAdvertiser id: String, kind: AdvertiserKind) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT DISTINCT instance.accountID FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
        WHERE advertiser.id = ? AND advertiser.kind = ? AND instance.kind = 'STANDARD' ORDER BY 1
        """, arguments: [id, kind.rawValue])
  }

  /// What the advertiser is called in an instance that has it; nil where none has.
  package func advertiserName(id: String, kind: AdvertiserKind) throws -> String? {
    try String.fetchOne(
      database, sql: "SELECT name FROM advertiser WHERE id = ? AND kind = ? ORDER BY instanceID LIMIT 1",
      arguments: [id, kind.rawValue])
  }
}

extension WriteTransaction {
  /// Adds an update. Throws when another of the instance waits or runs.
  package func insert(_ update: AdvertiserUpdateRecord) throws {
    try update.insert(database)
  }

  /// Writes all of the update. Throws `MetadataError.corrupted` when there is none.
  package func update(_ update: AdvertiserUpdateRecord) throws {
    do { try update.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Takes the advertiser out of the instance. Returns whether it was in.
  package func deleteAdvertiser(id: String, instanceID: String) throws -> Bool {
    try AdvertiserRecord.deleteOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// Ends the instance's audiences that were made for the advertiser: no members, no further refresh, and no job. Returns
  /// the ids of all of them, those that had ended before included.
  package func deactivateAudiences(
    advertiserID: String, instanceID: String, reason: String, at now: Date
  ) throws -> [String] {
    try database.execute(
      sql: """
        UPDATE audience SET status = 'DEACTIVATED', statusReason = ?, memberCount = 0, membersPrefix = NULL, updatedAt = ?
        WHERE instanceID = ? AND advertiserID = ? AND status != 'DEACTIVATED'
        """, arguments: [reason, now.databaseMilliseconds, instanceID, advertiserID])
    let ids = try String.fetchAll(
      database, sql: "SELECT id FROM audience WHERE instanceID = ? AND advertiserID = ? ORDER BY sequence",
      arguments: [instanceID, advertiserID])
    for id in ids {
      try database.execute(
        sql: "DELETE FROM job WHERE kind = 'audience' AND subjectID = ? AND state != 'FINISHED'", arguments: [id])
      try requestExports(audienceID: id, at: now)
    }
    return ids
  }
}
