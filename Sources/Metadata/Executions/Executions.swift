package import struct Foundation.Date
import GRDB

/// One run of a measurement query.
package struct ExecutionRecord: IdentifiedRecord, ChangingRecord {
  package static let databaseTableName = "execution"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, instanceID, workflowID, query, timeWindowStart, timeWindowEnd, timeWindowStartOriginal
    case timeWindowEndOriginal, timeZone, parameterValues, isDryRun, timeoutSeconds, status, statusReason, createdAt
    case updatedAt, rowCount, workflow, scheduleID, cadence, advertisers, requiresSyntheticData
    case disablesAggregationControls, skipsPublish, csvKeys, parquetKeys, metadataKey, publishStatus
    case publishStatusReason, outputURI, dataGapStart, noise
  }

  package enum Status: String, StoredChoice {
    case pending = "PENDING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    /// Whether the status is final.
    package var isFinal: Bool {
      switch self {
      case .pending, .running: false
      case .succeeded, .failed, .cancelled: true
      }
    }
  }

  /// The origin of the execution; part of the path of its delivered result.
  package enum Cadence: String, StoredChoice {
    case adhoc
    case daily
    case weekly
  }

  /// Whether the result is in the customer's bucket.
  package enum PublishStatus: String, StoredChoice {
    case pending = "PENDING"
    case available = "AVAILABLE"
    case unavailable = "UNAVAILABLE"
    case failed = "FAILED"
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: String
  package var instanceID: String
  package var workflowID: String
  package var query: String
  package var timeWindowStart: Date
  package var timeWindowEnd: Date
  /// The start as the client gave it, in `timeZone`; nil if the window came from its type.
  package var timeWindowStartOriginal: String?
  package var timeWindowEndOriginal: String?
  /// The name of the request's time zone, or `UTC`.
  package var timeZone: String
  /// A JSON object as the client sent it.
  package var parameterValues: String
  /// Whether the query is checked only.
  package var isDryRun: Bool
  /// The time limit of the engine.
  package var timeoutSeconds: Int
  package var status: Status = .pending
  /// Safe to show; nil without a remark on the status.
  package var statusReason: String?
  package var createdAt: Date
  package var updatedAt: Date
  package var rowCount: Int?
  /// The definition of the workflow when the execution was made, as a JSON object; nil for executions made before there
  /// were definitions.
  package var workflow: String?
  /// The schedule that made the execution; nil if a client did.
  package var scheduleID: String?
  package var cadence: Cadence = .adhoc
  /// The advertisers whose signals are read, as a JSON array; nil for all.
  package var advertisers: String?
  package var requiresSyntheticData = false
  package var disablesAggregationControls = false
  /// Whether the query runs and leaves no result.
  package var skipsPublish = false
  /// The objects with the result as CSV, in order, as a JSON array; empty before success, and for dry runs.
  package var csvKeys = "[]"
  /// The objects with the same rows as Parquet.
  package var parquetKeys = "[]"
  /// The object with facts about the execution.
  package var metadataKey: String?
  package var publishStatus: PublishStatus = .pending
  /// Safe to show; nil unless the result is not in the bucket.
  package var publishStatusReason: String?
  /// The folder of the bucket that has the result.
  package var outputURI: String?
  /// The time from which signals of the window had not arrived when the query ran; nil if all had.
  package var dataGapStart: Date?
  /// The cost of the query and the accuracy of its figures, as a JSON object; nil in threshold mode.
  package var noise: String?

  package init(
    id: String, instanceID: String, workflowID: String, query: String, timeWindowStart: Date, timeWindowEnd: Date,
    timeWindowStartOriginal: String?, timeWindowEndOriginal: String?, timeZone: String, parameterValues: String,
    isDryRun: Bool, timeoutSeconds: Int, createdAt: Date
  ) {
    (self.id, self.instanceID, self.workflowID, self.query) = (id, instanceID, workflowID, query)
    (self.timeWindowStart, self.timeWindowEnd, self.timeZone) = (timeWindowStart, timeWindowEnd, timeZone)
    self.timeWindowStartOriginal = timeWindowStartOriginal
    self.timeWindowEndOriginal = timeWindowEndOriginal
    (self.parameterValues, self.isDryRun, self.timeoutSeconds) = (parameterValues, isDryRun, timeoutSeconds)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

/// A filter of a list of executions.
package struct ExecutionFilter: Sendable, Hashable {
  package var instanceID: String
  package var workflowID: String?
  /// Both ends are included.
  package var createdFrom: Date?
  package var createdUpTo: Date?
  package var includesCancelled = false

  package init(instanceID: String) {
    self.instanceID = instanceID
  }

  /// The executions that match.
  fileprivate var request: QueryInterfaceRequest<ExecutionRecord> {
    var request = ExecutionRecord.filter { $0.instanceID == instanceID }
    if let workflowID { request = request.filter { $0.workflowID == workflowID } }
    if let createdFrom { request = request.filter { $0.createdAt >= createdFrom.databaseMilliseconds } }
    if let createdUpTo { request = request.filter { $0.createdAt <= createdUpTo.databaseMilliseconds } }
    if !includesCancelled { request = request.filter { $0.status != ExecutionRecord.Status.cancelled } }
    return request
  }
}

extension MetadataReading {
  /// Executions in the order of their creation, from after `sequence`, at most `limit`.
  package func executions(
    _ filter: ExecutionFilter, isAscending: Bool, behind sequence: Int64, limit: Int
  ) throws -> [ExecutionRecord] {
    let request = filter.request.filter { isAscending ? $0.sequence > sequence : $0.sequence < sequence }
    return try request.order { isAscending ? $0.sequence.asc : $0.sequence.desc }.limit(limit).fetchAll(database)
  }

  /// Whether a schedule has made an execution whose window ends at the time.
  package func hasExecution(scheduleID: String, instanceID: String, windowEnd: Date) throws -> Bool {
    try !ExecutionRecord.filter {
      $0.instanceID == instanceID && $0.scheduleID == scheduleID && $0.timeWindowEnd == windowEnd.databaseMilliseconds
    }.isEmpty(database)
  }
}
