package import struct Foundation.Date
import GRDB

/// A data set of an instance's advertisers.
package struct DataSetRecord: StoredRecord {
  package static let databaseTableName = "dataSet"
  package enum CodingKeys: String, StoredColumn {
    case sequence, instanceID, id, uid, isLegacy, definition, createdAt, updatedAt
  }

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
    (self.instanceID, self.id, self.uid) = (instanceID, id, uid)
    (self.isLegacy, self.definition) = (isLegacy, definition)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

/// A deleted data set whose files may still be there.
package struct DataSetRemovalRecord: IdentifiedRecord {
  package static let databaseTableName = "dataSetRemoval"
  package static let identity = "uid"
  package enum CodingKeys: String, StoredColumn { case uid, instanceID }

  package var uid: String
  package var instanceID: String

  package var id: String { uid }
}

extension MetadataReading {
  /// The data set of that name in the instance, legacy ones included, or nil.
  package func dataSet(id: String, instanceID: String) throws -> DataSetRecord? {
    try DataSetRecord.fetchOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// The data set of that folder, or nil when it is gone.
  package func dataSet(uid: String) throws -> DataSetRecord? {
    try DataSetRecord.fetchOne(database, key: ["uid": uid])
  }

  /// The instance's data sets but the legacy ones, oldest first, from after `afterSequence`, at most `limit`.
  package func dataSets(instanceID: String, afterSequence: Int64, limit: Int) throws -> [DataSetRecord] {
    try DataSetRecord
      .filter { $0.instanceID == instanceID && $0.sequence > afterSequence && $0.isLegacy == false }
      .order { $0.sequence }.limit(limit).fetchAll(database)
  }

  /// How many data sets the instance has, legacy ones included.
  package func dataSetCount(instanceID: String) throws -> Int {
    try DataSetRecord.filter { $0.instanceID == instanceID }.fetchCount(database)
  }

  /// The names of the instance's legacy data sets.
  package func legacyDataSetIDs(instanceID: String) throws -> [String] {
    try DataSetRecord.filter { $0.instanceID == instanceID && $0.isLegacy == true }.order { $0.sequence }
      .select({ $0.id }, as: String.self).fetchAll(database)
  }

  /// The folders of deleted data sets whose files may still be there.
  package func removals() throws -> [DataSetRemovalRecord] {
    try DataSetRemovalRecord.fetchAll(database)
  }
}

extension WriteTransaction {
  /// Forgets a data set, and remembers that its files have to go.
  package func remove(_ dataSet: DataSetRecord) throws {
    try DataSetRecord.filter { $0.uid == dataSet.uid }.deleteAll(database)
    try save(DataSetRemovalRecord(uid: dataSet.uid, instanceID: dataSet.instanceID))
  }
}
