package import struct Foundation.Date
import GRDB

/// A request to delete people from everything that an instance's advertisers brought. Who they are is not part of it.
package struct UserDeletionRecord: IdentifiedRecord {
  package static let databaseTableName = "userDeletion"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, instanceID, identityCount, status, createdAt, updatedAt
  }

  package enum Status: String, StoredChoice {
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
    (self.id, self.instanceID, self.identityCount) = (id, instanceID, identityCount)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The instance's requests from the latest on, from before `sequence`, at most `limit`.
  package func userDeletions(instanceID: String, before sequence: Int64, limit: Int) throws -> [UserDeletionRecord] {
    try UserDeletionRecord.filter { $0.instanceID == instanceID && $0.sequence < sequence }.order { $0.sequence.desc }
      .limit(limit).fetchAll(database)
  }

  /// The requests of all instances that were given up.
  package func failedUserDeletions() throws -> [UserDeletionRecord] {
    try UserDeletionRecord.filter { $0.status == UserDeletionRecord.Status.failed }.fetchAll(database)
  }
}
