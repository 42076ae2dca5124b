package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A clean room.
package struct InstanceRecord: IdentifiedRecord {
  package static let databaseTableName = "instance"
  package enum CodingKeys: String, StoredColumn {
    case id, accountID, name, kind, createdAt, s3BucketName, awsAccountID, status, statusReason, advertiserName
    case completedAt
  }

  /// Where an instance's signals come from.
  package enum Kind: String, StoredChoice {
    case standard = "STANDARD"
    /// Synthetic signals only.
    case sandbox = "SANDBOX"
  }

  /// How far the making of an instance is. The published statuses but `SUCCEEDED`, which is no longer in use.
  package enum Status: String, StoredChoice {
    case requested = "REQUESTED"
    case submitted = "SUBMITTED"
    case inProgress = "IN_PROGRESS"
    /// It can be used.
    case completed = "COMPLETED"
    case failed = "FAILED"
  }

  package var id: String
  package var accountID: String
  package var name: String
  package var kind: Kind
  /// When it was asked for.
  package var createdAt: Date
  /// The bucket that results are delivered into; nil for none.
  package var s3BucketName: String?
  /// The account of AWS that owns the bucket, 12 digits; nil where nobody has said.
  package var awsAccountID: String?
  package var status: Status
  /// Why it could not be made; nil unless `status` is `failed`.
  package var statusReason: String?
  /// The advertiser or company that it was made for; nil where nobody has said.
  package var advertiserName: String?
  /// When it could be used first; nil before.
  package var completedAt: Date?

  /// An instance that is there already, or, with another status, is to be made.
  package init(
    id: String, accountID: String, name: String, kind: Kind, createdAt: Date, status: Status = .completed
  ) {
    (self.id, self.accountID, self.name, self.kind) = (id, accountID, name, kind)
    (self.createdAt, self.status) = (createdAt, status)
    completedAt = status == .completed ? createdAt : nil
  }
}

/// A request to make an instance that came with a token by which it can be recognised: hashes, never the texts.
package struct InstanceRequestRecord: StoredRecord {
  package static let databaseTableName = "instanceRequest"
  package enum CodingKeys: String, StoredColumn { case accountID, keyHash, bodyHash, instanceID }

  package var accountID: String
  package var keyHash: Data
  package var bodyHash: Data
  package var instanceID: String

  package init(accountID: String, keyHash: Data, bodyHash: Data, instanceID: String) {
    (self.accountID, self.keyHash, self.bodyHash, self.instanceID) = (accountID, keyHash, bodyHash, instanceID)
  }
}

/// An instance that is gone, and whose objects may still be in storage.
package struct InstanceRemovalRecord: IdentifiedRecord {
  package static let databaseTableName = "instanceRemoval"
  package static let identity = "instanceID"
  package enum CodingKeys: String, StoredColumn { case instanceID, accountID, removedAt }

  package var instanceID: String
  package var accountID: String
  package var removedAt: Date

  package var id: String { instanceID }
}

extension MetadataReading {
  /// Every instance of every account, by id: for the operator, never for a client.
  package func allInstances(limit: Int) throws -> [InstanceRecord] {
    try InstanceRecord.order { $0.id }.limit(limit).fetchAll(database)
  }

  /// The ids of all instances, in order.
  package func instanceIDs() throws -> [String] {
    try InstanceRecord.order { $0.id }.selectID().fetchAll(database)
  }

  /// The account's instances by id, from after `afterID`, at most `limit`.
  package func instances(accountID: String, afterID: String, limit: Int) throws -> [InstanceRecord] {
    try InstanceRecord.filter { $0.accountID == accountID && $0.id > afterID }.order { $0.id }.limit(limit)
      .fetchAll(database)
  }

  /// How many instances the account has, whatever their status.
  package func instanceCount(accountID: String) throws -> Int {
    try InstanceRecord.filter { $0.accountID == accountID }.fetchCount(database)
  }

  /// The request that came with that token before, or nil.
  package func instanceRequest(accountID: String, keyHash: Data) throws -> InstanceRequestRecord? {
    try InstanceRequestRecord.fetchOne(database, key: ["accountID": accountID, "keyHash": keyHash])
  }

  /// All removals that are not finished.
  package func instanceRemovals() throws -> [InstanceRemovalRecord] {
    try InstanceRemovalRecord.order { [$0.removedAt, $0.instanceID] }.fetchAll(database)
  }
}

extension WriteTransaction {
  /// Gives an instance a bucket, or takes it away. Throws `MetadataError.corrupted` when there is no such instance.
  package func setBucket(_ name: String?, instanceID: String) throws {
    let count = try InstanceRecord.filter(id: instanceID).updateAll(database) { $0.s3BucketName.set(to: name) }
    guard count == 1 else { throw MetadataError.corrupted }
  }

  /// Removes the instance and every record about it, jobs included, and notes that its objects have to go. The audit log
  /// remains, and so do the names that its results have in customers' buckets, so that no later result takes their place.
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
    try insert(InstanceRemovalRecord(instanceID: instance.id, accountID: instance.accountID, removedAt: now))
  }
}
