package import struct Foundation.Date
import GRDB

/// One run of a measurement query.
package struct ExecutionRecord: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  package var workflowID: String
  package var query: String
  package var timeWindowStart: Date
  package var timeWindowEnd: Date
  /// The start as the client gave it, in `timeZone`; nil when the window came from its type.
  package var timeWindowStartOriginal: String?
  package var timeWindowEndOriginal: String?
  /// The name of the time zone that the request gave, or `UTC`.
  package var timeZone: String
  /// A JSON object as the client sent it.
  package var parameterValues: String
  /// Whether the query is only checked.
  package var isDryRun: Bool
  /// How long the engine may take.
  package var timeoutSeconds: Int
  package var status: Status = .pending
  /// Safe to show; nil unless something has to be said about the status.
  package var statusReason: String?
  package var createdAt: Date
  package var updatedAt: Date
  package var rowCount: Int?
  /// The object with the result as CSV; nil before success, and for dry runs.
  package var resultKey: String?

  package init(
    id: String, instanceID: String, workflowID: String, query: String, timeWindowStart: Date, timeWindowEnd: Date,
    timeWindowStartOriginal: String?, timeWindowEndOriginal: String?, timeZone: String, parameterValues: String,
    isDryRun: Bool, timeoutSeconds: Int, createdAt: Date
  ) {
    self.id = id
    self.instanceID = instanceID
    self.workflowID = workflowID
    self.query = query
    self.timeWindowStart = timeWindowStart
    self.timeWindowEnd = timeWindowEnd
    self.timeWindowStartOriginal = timeWindowStartOriginal
    self.timeWindowEndOriginal = timeWindowEndOriginal
    self.timeZone = timeZone
    self.parameterValues = parameterValues
    self.isDryRun = isDryRun
    self.timeoutSeconds = timeoutSeconds
    self.createdAt = createdAt
    self.updatedAt = createdAt
  }
}

extension ExecutionRecord: StoredRecord {
  package static let databaseTableName = "execution"
}

extension MetadataReading {
  /// The execution of that id, or nil.
  package func execution(id: String) throws -> ExecutionRecord? {
    try ExecutionRecord.filter(Column("id") == id).fetchOne(database)
  }
}

extension WriteTransaction {
  package func insert(_ execution: ExecutionRecord) throws {
    try execution.insert(database)
  }

  /// Writes all of the execution. Throws `MetadataError.corrupted` when it is gone.
  package func update(_ execution: ExecutionRecord) throws {
    do { try execution.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }
}
