import GRDB
package import struct Foundation.Date

extension MetadataReading {
  /// The destination of that id, or nil.
  package func destination(id: String) throws -> DestinationRecord? {
    try DestinationRecord.fetchOne(database, key: id)
  }

  /// The destinations that have not been removed, oldest first; of one instance, where one is given.
  package func destinations(instanceID: String?) throws -> [DestinationRecord] {
    try DestinationRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM destination WHERE (? IS NULL OR instanceID = ?) AND removedAt IS NULL ORDER BY createdAt, id
        """, arguments: [instanceID, instanceID])
  }

  /// Whether a destination that has not been removed has that place.
  package func hasDestination(bucket: String, prefix: String) throws -> Bool {
    try DestinationRecord.filter(
      Column("bucket") == bucket && Column("prefix") == prefix && Column("removedAt") == nil
    ).fetchCount(database) > 0
  }

  /// The export of that id, or nil.
  package func audienceExport(id: String) throws -> AudienceExportRecord? {
    try AudienceExportRecord.fetchOne(database, key: id)
  }

  /// The export of an audience to a destination, or nil.
  package func audienceExport(destinationID: String, audienceID: String) throws -> AudienceExportRecord? {
    try AudienceExportRecord.fetchOne(database, key: ["destinationID": destinationID, "audienceID": audienceID])
  }

  /// The exports to a destination, oldest first.
  package func audienceExports(destinationID: String) throws -> [AudienceExportRecord] {
    try AudienceExportRecord.filter(Column("destinationID") == destinationID)
      .order(Column("createdAt"), Column("id")).fetchAll(database)
  }
}

extension WriteTransaction {
  package func insert(_ destination: DestinationRecord) throws {
    try destination.insert(database)
  }

  /// Writes all of the destination. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ destination: DestinationRecord) throws {
    do { try destination.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  package func insert(_ export: AudienceExportRecord) throws {
    try export.insert(database)
  }

  /// Writes all of the export. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ export: AudienceExportRecord) throws {
    do { try export.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Leaves a job for each destination of an audience whose members have changed: to be called in the transaction that changes them, ends
  /// the audience, or deletes it.
  package func requestExports(audienceID: String, at now: Date) throws {
    for export in try AudienceExportRecord.filter(Column("audienceID") == audienceID).fetchAll(database) {
      try request(export, at: now)
    }
  }

  /// Leaves a job that brings the destination up to date. Each has a subject of its own, so that one that runs is followed by another.
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
