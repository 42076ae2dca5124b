package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A clean room.
package struct InstanceRecord: IdentifiedRecord {
  package static let databaseTableName = "instance"
  package enum CodingKeys: String, StoredColumn {
    case id, accountID, name, kind, createdAt, s3BucketName, awsAccountID, status, statusReason, advertiserName
    case completedAt, isBucketApproved, hasSyntheticSignals, privacyMode, population
  }

  /// The origin of an instance's signals.
  package enum Kind: String, StoredChoice {
    case standard = "STANDARD"
    /// Synthetic signals only.
    case sandbox = "SANDBOX"
  }

  /// The progress of making an instance: the published statuses except `SUCCEEDED`, which is no longer used.
  package enum Status: String, StoredChoice {
    case requested = "REQUESTED"
    case submitted = "SUBMITTED"
    case inProgress = "IN_PROGRESS"
    /// The instance can be used.
    case completed = "COMPLETED"
    case failed = "FAILED"
  }

  package var id: String
  package var accountID: String
  package var name: String
  package var kind: Kind
  /// The time of the request.
  package var createdAt: Date
  /// The bucket for results; nil for none.
  package var s3BucketName: String?
  /// Whether the operator gave the instance its bucket. A bucket that a client named is used only while its tag
  /// `instanceId` names the instance: anybody can write down the name of somebody else's bucket.
  package var isBucketApproved: Bool
  /// The AWS account that owns the bucket, 12 digits; nil if unknown.
  package var awsAccountID: String?
  package var status: Status
  /// The reason why the instance could not be made; nil unless `status` is `failed`.
  package var statusReason: String?
  /// The advertiser or company that the instance was made for; nil if unknown.
  package var advertiserName: String?
  /// The time since which the instance can be used; nil before.
  package var completedAt: Date?
  /// Whether its signals and people are made up: for every sandbox, and for standard instances that an operator made
  /// with synthetic signals.
  package var hasSyntheticSignals: Bool
  /// `privacy` changes both this and `population`.
  package internal(set) var privacyMode = PrivacyMode.threshold
  /// The population whose budget the instance's figures are charged to; nil in threshold mode.
  package internal(set) var population: String?

  /// An instance. With a status other than `completed`, it is yet to be made.
  package init(
    id: String, accountID: String, name: String, kind: Kind, createdAt: Date, status: Status = .completed
  ) {
    (self.id, self.accountID, self.name, self.kind) = (id, accountID, name, kind)
    (self.createdAt, self.status) = (createdAt, status)
    isBucketApproved = false
    hasSyntheticSignals = kind == .sandbox
    completedAt = status == .completed ? createdAt : nil
  }
}

/// A request to make an instance with a token by which it is recognised when it is repeated: hashes, never the texts.
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

/// A deleted instance whose objects may still be in storage.
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
  /// Every instance of every account, by id; for the operator, never for a client.
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

  /// The number of the account's instances, whatever their status.
  package func instanceCount(accountID: String) throws -> Int {
    try InstanceRecord.filter { $0.accountID == accountID }.fetchCount(database)
  }

  /// The earlier request with the token, or nil.
  package func instanceRequest(accountID: String, keyHash: Data) throws -> InstanceRequestRecord? {
    try InstanceRequestRecord.fetchOne(database, key: ["accountID": accountID, "keyHash": keyHash])
  }

  /// All unfinished removals.
  package func instanceRemovals() throws -> [InstanceRemovalRecord] {
    try InstanceRemovalRecord.order { [$0.removedAt, $0.instanceID] }.fetchAll(database)
  }
}

extension WriteTransaction {
  /// Sets or removes the bucket of an instance, as the operator does.
  ///
  /// - Throws: `MetadataError.corrupted` if there is no such instance.
  package func setBucket(_ name: String?, instanceID: String) throws {
    let count = try InstanceRecord.filter(id: instanceID).updateAll(database) {
      [$0.s3BucketName.set(to: name), $0.isBucketApproved.set(to: name != nil)]
    }
    guard count == 1 else { throw MetadataError.corrupted }
  }

  /// Removes the instance and every record about it, including jobs, and records that its objects have to be removed.
  /// The audit log remains, and so do the names of its results in customers' buckets, so no later result gets the same
  /// name.
  package func remove(_ instance: InstanceRecord, at now: Date) throws {
    try instance.delete(database)
    // Records that refer to the instance went with it; some tables only contain its id.
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
