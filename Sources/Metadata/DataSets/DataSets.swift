package import struct Foundation.Date
import GRDB

/// A data set of an instance's advertisers.
package struct DataSetRecord: ChangingRecord {
  package static let databaseTableName = "dataSet"
  package enum CodingKeys: String, StoredColumn {
    case sequence, instanceID, id, uid, isLegacy, definition, createdAt, updatedAt
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var instanceID: String
  /// The owner's name of the data set, unique in an instance.
  package var id: String
  /// The name of its files' folder. It is never used again, so a deleted data set and a new one of the same name share
  /// nothing.
  package var uid: String
  /// Whether the data set was uploaded with the retired version 1: it keeps its name, and can only be deleted.
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

/// A deleted data set whose files may still exist.
package struct DataSetRemovalRecord: IdentifiedRecord {
  package static let databaseTableName = "dataSetRemoval"
  package static let identity = "uid"
  package enum CodingKeys: String, StoredColumn { case uid, instanceID }

  package var uid: String
  package var instanceID: String

  package var id: String { uid }
}

extension MetadataReading {
  /// The instance's data set with the name, including legacy ones, or nil.
  package func dataSet(id: String, instanceID: String) throws -> DataSetRecord? {
    try DataSetRecord.fetchOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// The data set with the folder; nil if it was deleted.
  package func dataSet(uid: String) throws -> DataSetRecord? {
    try DataSetRecord.fetchOne(database, key: ["uid": uid])
  }

  /// The instance's data sets except legacy ones, oldest first, from after `afterSequence`, at most `limit`.
  package func dataSets(instanceID: String, afterSequence: Int64, limit: Int) throws -> [DataSetRecord] {
    try DataSetRecord
      .filter { $0.instanceID == instanceID && $0.sequence > afterSequence && $0.isLegacy == false }
      .order { $0.sequence }.limit(limit).fetchAll(database)
  }

  /// The number of the instance's data sets, including legacy ones.
  package func dataSetCount(instanceID: String) throws -> Int {
    try DataSetRecord.filter { $0.instanceID == instanceID }.fetchCount(database)
  }

  /// The names of the instance's legacy data sets.
  package func legacyDataSetIDs(instanceID: String) throws -> [String] {
    try DataSetRecord.filter { $0.instanceID == instanceID && $0.isLegacy == true }.order { $0.sequence }
      .select({ $0.id }, as: String.self).fetchAll(database)
  }

  /// The folders of deleted data sets whose files may still exist.
  package func removals() throws -> [DataSetRemovalRecord] {
    try DataSetRemovalRecord.fetchAll(database)
  }
}

extension WriteTransaction {
  /// Removes a data set, and records that its files have to be removed.
  package func remove(_ dataSet: DataSetRecord) throws {
    try DataSetRecord.filter { $0.uid == dataSet.uid }.deleteAll(database)
    try save(DataSetRemovalRecord(uid: dataSet.uid, instanceID: dataSet.instanceID))
  }
}
