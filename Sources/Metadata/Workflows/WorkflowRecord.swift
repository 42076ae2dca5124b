package import struct Foundation.Date
import GRDB

/// A saved query with what belongs to it.
package struct WorkflowRecord: Sendable, Hashable {
  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var instanceID: String
  /// As its owner has named it; once in an instance.
  package var id: String
  /// The checked definition as a JSON object.
  package var definition: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(instanceID: String, id: String, definition: String, createdAt: Date) {
    self.instanceID = instanceID
    self.id = id
    self.definition = definition
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension WorkflowRecord: StoredRecord {
  package static let databaseTableName = "workflow"
}

extension MetadataReading {
  /// The workflow of that id in the instance, or nil.
  package func workflow(id: String, instanceID: String) throws -> WorkflowRecord? {
    try WorkflowRecord.filter(Column("instanceID") == instanceID && Column("id") == id).fetchOne(database)
  }

  /// The instance's workflows, oldest first, from after `afterSequence`, at most `limit`.
  package func workflows(instanceID: String, afterSequence: Int64, limit: Int) throws -> [WorkflowRecord] {
    try WorkflowRecord.fetchAll(
      database, sql: "SELECT * FROM workflow WHERE instanceID = ? AND sequence > ? ORDER BY sequence LIMIT ?",
      arguments: [instanceID, afterSequence, limit])
  }
}

extension WriteTransaction {
  package func insert(_ workflow: WorkflowRecord) throws {
    try workflow.insert(database)
  }

  /// Writes all of the workflow. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ workflow: WorkflowRecord) throws {
    do { try workflow.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Throws while a schedule refers to the workflow.
  package func deleteWorkflow(id: String, instanceID: String) throws {
    try WorkflowRecord.filter(Column("instanceID") == instanceID && Column("id") == id).deleteAll(database)
  }
}
