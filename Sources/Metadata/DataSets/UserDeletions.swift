package import struct Foundation.Date
import GRDB

/// A request to delete people from everything that an instance's advertisers brought. The people's identities are not
/// part of it.
package struct UserDeletionRecord: IdentifiedRecord, ChangingRecord {
  package static let databaseTableName = "userDeletion"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, instanceID, identityCount, status, createdAt, updatedAt
  }

  package enum Status: String, StoredChoice {
    case pending = "PENDING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  /// The number of people in the request. It says nothing about how many of them are known.
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
  /// The instance's requests, the latest first, from before `sequence`, at most `limit`.
  package func userDeletions(instanceID: String, before sequence: Int64, limit: Int) throws -> [UserDeletionRecord] {
    try UserDeletionRecord.filter { $0.instanceID == instanceID && $0.sequence < sequence }.order { $0.sequence.desc }
      .limit(limit).fetchAll(database)
  }

  /// The instance's pending requests, oldest first.
  package func pendingUserDeletions(instanceID: String) throws -> [UserDeletionRecord] {
    try UserDeletionRecord
      .filter { $0.instanceID == instanceID && $0.status == UserDeletionRecord.Status.pending }
      .order { $0.sequence }.fetchAll(database)
  }
}
