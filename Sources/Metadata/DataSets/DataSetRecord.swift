package import struct Foundation.Date
import GRDB

/// A data set of an instance's advertisers.
package struct DataSetRecord: Sendable, Hashable {
  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var instanceID: String
  /// As its owner has named it; once in an instance.
  package var id: String
  /// Names the folder of its files. Never used again, so that a deleted data set and a new one of the same name share
  /// nothing.
  package var uid: String
  /// Whether it was uploaded with the retired version 1: it keeps its name, and can only be deleted.
  package var isLegacy: Bool
  /// The definition as a JSON object.
  package var definition: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(instanceID: String, id: String, uid: String, isLegacy: Bool, definition: String, createdAt: Date) {
    self.instanceID = instanceID
    self.id = id
    self.uid = uid
    self.isLegacy = isLegacy
    self.definition = definition
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension DataSetRecord: StoredRecord {
  package static let databaseTableName = "dataSet"
}

extension MetadataReading {
  /// The data set of that name in the instance, legacy ones included, or nil.
  package func dataSet(id: String, instanceID: String) throws -> DataSetRecord? {
    try DataSetRecord.filter(Column("instanceID") == instanceID && Column("id") == id).fetchOne(database)
  }

  /// The data set of that folder, or nil when it is gone.
  package func dataSet(uid: String) throws -> DataSetRecord? {
    try DataSetRecord.filter(Column("uid") == uid).fetchOne(database)
  }

  /// The instance's data sets but the legacy ones, oldest first, from after `afterSequence`, at most `limit`.
  package func dataSets(instanceID: String, afterSequence: Int64, limit: Int) throws -> [DataSetRecord] {
    try DataSetRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM dataSet WHERE instanceID = ? AND sequence > ? AND NOT isLegacy ORDER BY sequence LIMIT ?
        """, arguments: [instanceID, afterSequence, limit])
  }

  /// How many data sets the instance has, legacy ones included.
  package func dataSetCount(instanceID: String) throws -> Int {
    try DataSetRecord.filter(Column("instanceID") == instanceID).fetchCount(database)
  }

  /// The names of the instance's legacy data sets.
  package func legacyDataSetIDs(instanceID: String) throws -> [String] {
    try String.fetchAll(
      database, sql: "SELECT id FROM dataSet WHERE instanceID = ? AND isLegacy ORDER BY sequence",
      arguments: [instanceID])
  }

  /// The folders of deleted data sets whose files may still be there.
  package func removals() throws -> [DataSetRemovalRecord] {
    try DataSetRemovalRecord.fetchAll(database)
  }
}

extension WriteTransaction {
  package func insert(_ dataSet: DataSetRecord) throws {
    try dataSet.insert(database)
  }

  /// Writes all of the data set. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ dataSet: DataSetRecord) throws {
    do { try dataSet.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Forgets a data set, and remembers that its files have to go.
  package func delete(_ dataSet: DataSetRecord) throws {
    try DataSetRecord.filter(Column("uid") == dataSet.uid).deleteAll(database)
    try DataSetRemovalRecord(uid: dataSet.uid, instanceID: dataSet.instanceID).save(database)
  }

  /// Notes that the files of a deleted data set are gone.
  package func finishRemoval(uid: String) throws {
    _ = try DataSetRemovalRecord.deleteOne(database, key: uid)
  }
}

/// A deleted data set whose files may still be there.
package struct DataSetRemovalRecord: Sendable, Hashable {
  package var uid: String
  package var instanceID: String
}

extension DataSetRemovalRecord: StoredRecord {
  package static let databaseTableName = "dataSetRemoval"
}
