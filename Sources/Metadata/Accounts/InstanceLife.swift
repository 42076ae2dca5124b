package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// An instance that is gone, and whose objects may still be in storage.
package struct InstanceRemovalRecord: Sendable, Hashable {
  package var instanceID: String
  package var accountID: String
  package var removedAt: Date

  package init(instanceID: String, accountID: String, removedAt: Date) {
    self.instanceID = instanceID
    self.accountID = accountID
    self.removedAt = removedAt
  }
}

extension InstanceRemovalRecord: StoredRecord {
  package static let databaseTableName = "instanceRemoval"
}

/// That a request to make an instance came with a token by which it can be recognised: hashes, never the texts.
package struct InstanceRequestRecord: Sendable, Hashable {
  package var accountID: String
  package var keyHash: Data
  package var bodyHash: Data
  package var instanceID: String

  package init(accountID: String, keyHash: Data, bodyHash: Data, instanceID: String) {
    self.accountID = accountID
    self.keyHash = keyHash
    self.bodyHash = bodyHash
    self.instanceID = instanceID
  }
}

extension InstanceRequestRecord: StoredRecord {
  package static let databaseTableName = "instanceRequest"
}

extension MetadataReading {
  /// How many instances the account has, whatever their status.
  package func instanceCount(accountID: String) throws -> Int {
    try Int.fetchOne(
      database, sql: "SELECT COUNT(*) FROM instance WHERE accountID = ?", arguments: [accountID]) ?? 0
  }

  /// The request that came with that token before, or nil.
  package func instanceRequest(accountID: String, keyHash: Data) throws -> InstanceRequestRecord? {
    try InstanceRequestRecord.fetchOne(
      database, sql: "SELECT * FROM instanceRequest WHERE accountID = ? AND keyHash = ?",
      arguments: [accountID, keyHash])
  }

  /// The removal of the instance, while it is not finished.
  package func instanceRemoval(instanceID: String) throws -> InstanceRemovalRecord? {
    try InstanceRemovalRecord.fetchOne(database, key: instanceID)
  }

  /// All removals that are not finished.
  package func instanceRemovals() throws -> [InstanceRemovalRecord] {
    try InstanceRemovalRecord.fetchAll(database, sql: "SELECT * FROM instanceRemoval ORDER BY removedAt, instanceID")
  }
}

extension WriteTransaction {
  /// Writes all of the instance. Throws `MetadataError.corrupted` when there is none.
  package func update(_ instance: InstanceRecord) throws {
    do { try instance.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  package func insert(_ request: InstanceRequestRecord) throws {
    try request.insert(database)
  }

  /// Removes the instance and every record about it, jobs included, and notes that its objects have to go. What remains
  /// is the audit log, and which names its results have in customers' buckets, so that no later one takes their place.
  package func remove(_ instance: InstanceRecord, at now: Date) throws {
    try instance.delete(database)
    // What refers to the instance went with it; some tables only name it.
    for table in try String.fetchAll(
      database,
      sql: """
        SELECT sqlite_master.name FROM sqlite_master JOIN pragma_table_info(sqlite_master.name) AS field
        WHERE sqlite_master.type = 'table' AND field.name = 'instanceID' ORDER BY 1
        """)
    {
      try database.execute(sql: "DELETE FROM \(table) WHERE instanceID = ?", arguments: [instance.id])
    }
    try InstanceRemovalRecord(instanceID: instance.id, accountID: instance.accountID, removedAt: now).insert(database)
  }

  /// Notes that nothing of the instance is left.
  package func finishInstanceRemoval(instanceID: String) throws {
    _ = try InstanceRemovalRecord.deleteOne(database, key: instanceID)
  }
}
