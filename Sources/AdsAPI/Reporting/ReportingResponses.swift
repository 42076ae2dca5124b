import CleanRoom
import Foundation
import Metadata

/// What reporting requests are answered with, as the published OpenAPI has it.
enum ReportingResponses {
  struct SingleExecution: Encodable {
    let workflowExecution: Execution
  }

  struct DownloadAddresses: Encodable {
    let downloadUrls: [String]
    let metadataDownloadUrls: [String] = []
  }

  struct Execution: Encodable {
    let createTime: String
    let dataGaps: [String] = []
    let disableAggregationControls = false
    let executionCategory = "AD_HOC"
    let lastUpdatedTime: String
    let parameterValues: JSONValue
    let sqlQuery: String?
    let status: String
    let statusReason: String?
    let timeWindowEnd: String
    let timeWindowEndOriginal: String?
    let timeWindowStart: String
    let timeWindowStartOriginal: String?
    let timeWindowTimeZoneOriginal: String
    let workflowExecutionId: String
    let workflowExecutionTimeoutSeconds: Int
    let workflowId: String

    init(_ execution: ExecutionRecord, includesQuery: Bool) throws {
      createTime = Timestamp.text(of: execution.createdAt)
      lastUpdatedTime = Timestamp.text(of: execution.updatedAt)
      parameterValues = try JSONValue(parsing: Data(execution.parameterValues.utf8))
      sqlQuery = includesQuery ? execution.query : nil
      status = execution.status.rawValue
      statusReason = execution.statusReason
      timeWindowEnd = Timestamp.text(of: execution.timeWindowEnd)
      timeWindowEndOriginal = execution.timeWindowEndOriginal
      timeWindowStart = Timestamp.text(of: execution.timeWindowStart)
      timeWindowStartOriginal = execution.timeWindowStartOriginal
      timeWindowTimeZoneOriginal = execution.timeZone
      workflowExecutionId = execution.id
      workflowExecutionTimeoutSeconds = execution.timeoutSeconds
      workflowId = execution.workflowID
    }
  }
}
