import Base
import Catalog
import CleanRoom
import Foundation
import Metadata

/// Responses to requests about executions.
enum ExecutionResponses {
  /// The time that AMC lets an execution wait before it raises an alarm, in seconds: a day.
  private static let secondsToExpiry = 86_400.0

  /// One execution, twice: under `workflowExecution`, as in the published OpenAPI, and as the object itself, which
  /// AMC's guides show and AMC's public clients read.
  static func single(_ execution: ExecutionRecord, includesQuery: Bool) throws -> JSONObject {
    let shown = try self.execution(execution, includesQuery: includesQuery)
    return shown.adding("workflowExecution", shown)
  }

  /// Times of the window whose signals had not arrived, each as start and end with a slash between them (ISO 8601).
  private static func dataGaps(of execution: ExecutionRecord) -> [String] {
    guard let start = execution.dataGapStart else { return [] }
    let first = max(start, execution.timeWindowStart)
    return ["\(Timestamp.text(of: first))/\(Timestamp.text(of: execution.timeWindowEnd))"]
  }

  static func execution(_ execution: ExecutionRecord, includesQuery: Bool) throws -> JSONObject {
    [
      "advertisers": try execution.advertiserIdentifiers()?.map(\.json),
      "createTime": Timestamp.text(of: execution.createdAt),
      "dataGaps": dataGaps(of: execution),
      "disableAggregationControls": execution.disablesAggregationControls,
      "executionCategory": execution.scheduleID == nil ? "AD_HOC" : "SCHEDULED",
      "expireTime": Timestamp.text(of: execution.createdAt.addingTimeInterval(secondsToExpiry)),
      "noise": try execution.noise.map { try JSONValue(parsing: Data($0.utf8)) },
      "lastUpdatedTime": Timestamp.text(of: execution.updatedAt),
      "outputChannels": outputChannels(of: execution),
      "outputS3URI": execution.outputURI,
      "parameterValues": try JSONValue(parsing: Data(execution.parameterValues.utf8)),
      "requireSyntheticData": execution.requiresSyntheticData,
      "sqlQuery": includesQuery ? execution.query : nil,
      "status": execution.status.rawValue,
      "statusReason": execution.statusReason,
      "timeWindowEnd": Timestamp.text(of: execution.timeWindowEnd),
      "timeWindowEndOriginal": execution.timeWindowEndOriginal,
      "timeWindowStart": Timestamp.text(of: execution.timeWindowStart),
      "timeWindowStartOriginal": execution.timeWindowStartOriginal,
      "timeWindowTimeZoneOriginal": execution.timeZone,
      "workflowExecutionId": execution.id,
      "workflowExecutionTimeoutSeconds": execution.timeoutSeconds,
      "workflowId": execution.workflowID,
    ]
  }

  /// Where the result is available: the download, and the bucket of the instance. The outcome of one says nothing about
  /// the other.
  private static func outputChannels(of execution: ExecutionRecord) -> [JSONObject] {
    func channels(
      _ download: ExecutionRecord.PublishStatus, _ publish: ExecutionRecord.PublishStatus, reasons: [String?]
    ) -> [JSONObject] {
      [
        ["channel": ["type": "DOWNLOAD"], "status": download.rawValue, "statusReason": reasons[0]],
        ["channel": ["type": "PUBLISH"], "status": publish.rawValue, "statusReason": reasons[1]],
      ]
    }
    guard execution.status.isFinal else { return channels(.pending, .pending, reasons: [nil, nil]) }
    if let reason = execution.reasonForNoResult {
      let text = "There is no result: \(reason)."
      return channels(.unavailable, .unavailable, reasons: [text, text])
    }
    return channels(.available, execution.publishStatus, reasons: [nil, execution.publishStatusReason])
  }
}
