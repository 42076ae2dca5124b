package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A location outside to which members of an instance's audiences are exported.
package struct DestinationRecord: IdentifiedRecord {
  package static let databaseTableName = "destination"
  package enum CodingKeys: String, StoredColumn {
    case id, instanceID, name, bucket, prefix, secret, createdAt, removedAt
  }

  package var id: String
  package var instanceID: String
  package var name: String
  package var bucket: String
  /// The beginning of the keys in the bucket, without a slash at its end; may be empty.
  package var prefix: String
  /// The secret behind members' ids; it never leaves the store.
  package var secret: Data
  package var createdAt: Date
  /// The time when the operator removed the destination; its exports are being removed since then.
  package var removedAt: Date?

  package init(
    id: String, instanceID: String, name: String, bucket: String, prefix: String, secret: Data, createdAt: Date
  ) {
    (self.id, self.instanceID, self.name) = (id, instanceID, name)
    (self.bucket, self.prefix) = (bucket, prefix)
    (self.secret, self.createdAt) = (secret, createdAt)
  }
}

/// An export of an audience's members to a destination, and its present state.
package struct AudienceExportRecord: IdentifiedRecord {
  package static let databaseTableName = "audienceExport"
  package enum CodingKeys: String, StoredColumn {
    case id, destinationID, instanceID, accountID, audienceID, isConnected, requestCount, revision, folder
    case membersPrefix, exportedAt, problem, createdAt
  }

  package var id: String
  package var destinationID: String
  package var instanceID: String
  package var accountID: String
  /// The audience's own id, not its id in the account. The audience may be deleted.
  package var audienceID: String
  /// Whether members are to be exported; false after the operator has disconnected the audience.
  package var isConnected = true
  /// The number of requests; each has its own job.
  package var requestCount = 0
  /// The number of written revisions; the files of a revision never change.
  package var revision = 0
  /// The beginning of the audience's objects in the bucket; nil before the first export.
  package var folder: String?
  /// The present members; nil if there are none.
  package var membersPrefix: String?
  /// The time of the export of the present members; nil if there are none.
  package var exportedAt: Date?
  /// Safe to show; nil unless the last try has failed.
  package var problem: String?
  package var createdAt: Date

  package init(
    id: String, destinationID: String, instanceID: String, accountID: String, audienceID: String, createdAt: Date
  ) {
    (self.id, self.destinationID, self.instanceID) = (id, destinationID, instanceID)
    (self.accountID, self.audienceID, self.createdAt) = (accountID, audienceID, createdAt)
  }
}

extension MetadataReading {
  /// The destinations that are not removed, oldest first; of one instance, if one is given.
  package func destinations(instanceID: String?) throws -> [DestinationRecord] {
    var destinations = DestinationRecord.filter { $0.removedAt == nil }
    if let instanceID { destinations = destinations.filter { $0.instanceID == instanceID } }
    return try destinations.order { [$0.createdAt, $0.id] }.fetchAll(database)
  }

  /// Whether a destination that is not removed has the bucket and prefix.
  package func hasDestination(bucket: String, prefix: String) throws -> Bool {
    try !DestinationRecord.filter { $0.bucket == bucket && $0.prefix == prefix && $0.removedAt == nil }
      .isEmpty(database)
  }

  /// The export of an audience to a destination, or nil.
  package func audienceExport(destinationID: String, audienceID: String) throws -> AudienceExportRecord? {
    try AudienceExportRecord.fetchOne(database, key: ["destinationID": destinationID, "audienceID": audienceID])
  }

  /// The exports to a destination, oldest first.
  package func audienceExports(destinationID: String) throws -> [AudienceExportRecord] {
    try AudienceExportRecord.filter { $0.destinationID == destinationID }.order { [$0.createdAt, $0.id] }
      .fetchAll(database)
  }
}

extension WriteTransaction {
  /// Queues a job for each destination of an audience whose members have changed. It is called in the transaction that
  /// changes them, or that ends or deletes the audience.
  package func requestExports(audienceID: String, at now: Date) throws {
    for export in try AudienceExportRecord.filter({ $0.audienceID == audienceID }).fetchAll(database) {
      try request(export, at: now)
    }
  }

  /// Queues a job that updates the destination. Each has its own subject, so a running one is followed by another.
  package func request(_ export: AudienceExportRecord, at now: Date) throws {
    var export = export
    export.requestCount += 1
    try update(export)
    try insert(
      JobRecord(
        kind: .audienceExport, subjectID: "\(export.id).\(export.requestCount)", instanceID: export.instanceID,
        accountID: export.accountID, createdAt: now))
  }
}
