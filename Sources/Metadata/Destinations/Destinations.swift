package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A place outside that members of an instance's audiences are exported to.
package struct DestinationRecord: IdentifiedRecord {
  package static let databaseTableName = "destination"
  package enum CodingKeys: String, StoredColumn {
    case id, instanceID, name, bucket, prefix, secret, createdAt, removedAt
  }

  package var id: String
  package var instanceID: String
  package var name: String
  package var bucket: String
  /// What the keys in the bucket begin with, without a slash at its end; empty for nothing.
  package var prefix: String
  /// What members' ids are made with; it never leaves the store.
  package var secret: Data
  package var createdAt: Date
  /// When the operator took the destination away; its exports are being removed then.
  package var removedAt: Date?

  package init(
    id: String, instanceID: String, name: String, bucket: String, prefix: String, secret: Data, createdAt: Date
  ) {
    (self.id, self.instanceID, self.name) = (id, instanceID, name)
    (self.bucket, self.prefix) = (bucket, prefix)
    (self.secret, self.createdAt) = (secret, createdAt)
  }
}

/// An export of an audience's members to a destination, and what is there of them.
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
  /// The audience's own id, not the one that its account knows it by. It may be gone.
  package var audienceID: String
  /// Whether members are to be there; false where the operator has taken the connection away.
  package var isConnected = true
  /// Counts what was asked for: each has a job of its own.
  package var requestCount = 0
  /// Counts what was written: files of one revision never change.
  package var revision = 0
  /// What the objects of the audience begin with in the bucket; nil before the first export.
  package var folder: String?
  /// The members that are there now; nil where none are.
  package var membersPrefix: String?
  /// When the members were written that are there; nil where none are.
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
  /// The destinations that have not been removed, oldest first; of one instance, where one is given.
  package func destinations(instanceID: String?) throws -> [DestinationRecord] {
    var destinations = DestinationRecord.filter { $0.removedAt == nil }
    if let instanceID { destinations = destinations.filter { $0.instanceID == instanceID } }
    return try destinations.order { [$0.createdAt, $0.id] }.fetchAll(database)
  }

  /// Whether a destination that has not been removed has that bucket and prefix.
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
  /// Leaves a job for each destination of an audience whose members have changed: to be called in the transaction that
  /// changes them, ends the audience, or deletes it.
  package func requestExports(audienceID: String, at now: Date) throws {
    for export in try AudienceExportRecord.filter({ $0.audienceID == audienceID }).fetchAll(database) {
      try request(export, at: now)
    }
  }

  /// Leaves a job that brings the destination up to date. Each has a subject of its own, so that one that runs is
  /// followed by another.
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
