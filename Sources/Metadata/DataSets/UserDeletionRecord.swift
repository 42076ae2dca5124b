package import struct Foundation.Date
import GRDB

/// A request to delete people from everything that an instance's advertisers brought. Who they are is not part of it.
package struct UserDeletionRecord: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  /// How many people the request names; whether they are known to anybody is not said.
  package var identityCount: Int
  package var status: Status = .pending
  package var createdAt: Date
  package var updatedAt: Date

  package init(id: String, instanceID: String, identityCount: Int, createdAt: Date) {
    self.id = id
    self.instanceID = instanceID
    self.identityCount = identityCount
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension UserDeletionRecord: StoredRecord {
  package static let databaseTableName = "userDeletion"
}

extension MetadataReading {
  /// The request of that id, or nil.
  package func userDeletion(id: String) throws -> UserDeletionRecord? {
    try UserDeletionRecord.filter(Column("id") == id).fetchOne(database)
  }

  /// The instance's requests from the latest on, from before `sequence`, at most `limit`.
  package func userDeletions(instanceID: String, before sequence: Int64, limit: Int) throws -> [UserDeletionRecord] {
    try UserDeletionRecord.fetchAll(
      database, sql: "SELECT * FROM userDeletion WHERE instanceID = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
      arguments: [instanceID, sequence, limit])
  }

  /// The requests of all instances that were given up.
  package func failedUserDeletions() throws -> [UserDeletionRecord] {
    try UserDeletionRecord.filter(Column("status") == UserDeletionRecord.Status.failed.rawValue).fetchAll(database)
  }
}

extension WriteTransaction {
  package func insert(_ deletion: UserDeletionRecord) throws {
    try deletion.insert(database)
  }

  /// Writes all of the request. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ deletion: UserDeletionRecord) throws {
    do { try deletion.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }
}
