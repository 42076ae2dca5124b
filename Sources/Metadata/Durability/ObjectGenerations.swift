import GRDB

/// How often a manifest in the object storage was changed, as it was last recorded.
struct ObjectGenerationRecord: StoredRecord {
  static let databaseTableName = "objectGeneration"
  enum CodingKeys: String, StoredColumn { case key, instanceID, generation }

  var key: String
  /// The instance that the object belongs to, with which the record goes; nil for an object of no instance.
  var instanceID: String?
  var generation: Int
}

extension MetadataReading {
  /// The recorded number of changes of an object; nil where none is recorded.
  package func objectGeneration(key: String) throws -> Int? {
    try ObjectGenerationRecord.fetchOne(database, key: key)?.generation
  }

  /// All objects of which a number of changes is recorded, with the number.
  package func objectGenerations() throws -> [String: Int] {
    let records = try ObjectGenerationRecord.fetchAll(database)
    return Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.generation) })
  }
}

extension WriteTransaction {
  /// Records that an object was changed, unless a later change is recorded.
  package func recordObjectGeneration(_ generation: Int, key: String, instanceID: String?) throws {
    guard try objectGeneration(key: key) ?? -1 < generation else { return }
    try save(ObjectGenerationRecord(key: key, instanceID: instanceID, generation: generation))
  }

  /// Forgets an object that is about to be removed.
  package func forgetObjectGeneration(key: String) throws {
    _ = try ObjectGenerationRecord.deleteOne(database, key: key)
  }

  /// Forgets all objects: for an operator who begins with none.
  package func forgetObjectGenerations() throws {
    try ObjectGenerationRecord.deleteAll(database)
  }
}
