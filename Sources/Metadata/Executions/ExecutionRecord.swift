package import struct Foundation.Date

/// One run of a measurement query.
package struct ExecutionRecord: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    /// Whether nothing more happens to it.
    package var isFinal: Bool {
      switch self {
      case .pending, .running: false
      case .succeeded, .failed, .cancelled: true
      }
    }
  }

  /// What made the execution; part of where its result is delivered to.
  package enum Cadence: String, Sendable, Hashable, Codable, CaseIterable {
    case adhoc
    case daily
    case weekly
  }

  /// Whether the result stands in the customer's bucket.
  package enum PublishStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case available = "AVAILABLE"
    case unavailable = "UNAVAILABLE"
    case failed = "FAILED"
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
  /// The definition of the workflow as it was when the execution was made, as a JSON object; nil for what was made before
  /// there were definitions.
  package var workflow: String?
  /// The schedule that made it; nil for what a client made.
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
  /// The object that says how the result came to be.
  package var metadataKey: String?
  package var publishStatus: PublishStatus = .pending
  /// Safe to show; nil unless the result is not in the bucket.
  package var publishStatusReason: String?
  /// The folder of the bucket that has the result.
  package var outputURI: String?

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
