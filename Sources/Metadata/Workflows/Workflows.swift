package import struct Foundation.Date
import GRDB

/// A saved query with its definition.
package struct WorkflowRecord: ChangingRecord {
  package static let databaseTableName = "workflow"
  package enum CodingKeys: String, StoredColumn { case sequence, instanceID, id, definition, createdAt, updatedAt }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var instanceID: String
  /// The owner's name of the workflow, unique in an instance.
  package var id: String
  /// The checked definition as a JSON object.
  package var definition: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(instanceID: String, id: String, definition: String, createdAt: Date) {
    (self.instanceID, self.id, self.definition) = (instanceID, id, definition)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The instance's workflow with the id, or nil.
  package func workflow(id: String, instanceID: String) throws -> WorkflowRecord? {
    try WorkflowRecord.fetchOne(database, key: ["instanceID": instanceID, "id": id])
  }

  /// The instance's workflows, oldest first, from after `afterSequence`, at most `limit`.
  package func workflows(instanceID: String, afterSequence: Int64, limit: Int) throws -> [WorkflowRecord] {
    try WorkflowRecord.filter { $0.instanceID == instanceID && $0.sequence > afterSequence }.order { $0.sequence }
      .limit(limit).fetchAll(database)
  }
}

extension WriteTransaction {
  /// Removes a workflow.
  ///
  /// - Throws: `MetadataError` while a schedule refers to the workflow.
  package func deleteWorkflow(id: String, instanceID: String) throws {
    try WorkflowRecord.deleteOne(database, key: ["instanceID": instanceID, "id": id])
  }
}
