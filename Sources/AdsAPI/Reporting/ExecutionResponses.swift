import Base
import Catalog
import CleanRoom
import Foundation
import Metadata

/// Responses to requests about executions.
enum ExecutionResponses {
  /// One execution, twice: under `workflowExecution`, as in the published OpenAPI, and as the object itself, which
  /// AMC's guides show and AMC's public clients read.
  struct Single: Encodable {
    let execution: Execution

    private enum CodingKeys: String, CodingKey {
      case workflowExecution
    }

    func encode(to encoder: any Encoder) throws {
      try execution.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(execution, forKey: .workflowExecution)
    }
  }

  struct List: Encodable {
    let executions: [Execution]
    let nextToken: String?
  }

  struct DownloadURLs: Encodable {
    let downloadUrls: [String]
    let metadataDownloadUrls: [String]
  }

  struct Execution: Encodable {
    /// The time that AMC lets an execution wait before it raises an alarm, in seconds: a day.
    private static let secondsToExpiry = 86_400.0

    let advertisers: [JSONValue]?
    let createTime: String
    /// Times of the window whose signals had not arrived, each as start and end with a slash between them (ISO 8601).
    let dataGaps: [String]
    let disableAggregationControls: Bool
    let executionCategory: String
    let expireTime: String
    let lastUpdatedTime: String
    let outputChannels: [OutputChannel]
    let outputS3URI: String?
    let parameterValues: JSONValue
    let requireSyntheticData: Bool
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
      advertisers = try execution.advertiserIdentifiers()?.map(\.json)
      createTime = Timestamp.text(of: execution.createdAt)
      dataGaps =
        execution.dataGapStart.map { start in
          let first = max(start, execution.timeWindowStart)
          return ["\(Timestamp.text(of: first))/\(Timestamp.text(of: execution.timeWindowEnd))"]
        } ?? []
      disableAggregationControls = execution.disablesAggregationControls
      executionCategory = execution.scheduleID == nil ? "AD_HOC" : "SCHEDULED"
      expireTime = Timestamp.text(of: execution.createdAt.addingTimeInterval(Self.secondsToExpiry))
      lastUpdatedTime = Timestamp.text(of: execution.updatedAt)
      outputChannels = OutputChannel.all(of: execution)
      outputS3URI = execution.outputURI
      parameterValues = try JSONValue(parsing: Data(execution.parameterValues.utf8))
      requireSyntheticData = execution.requiresSyntheticData
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

  /// A channel for a result, and whether the result is available there.
  struct OutputChannel: Encodable {
    struct Channel: Encodable {
      let type: String
    }

    let channel: Channel
    let status: String
    let statusReason: String?

    private init(_ type: String, _ status: ExecutionRecord.PublishStatus, _ reason: String?) {
      channel = Channel(type: type)
      self.status = status.rawValue
      statusReason = reason
    }

    /// The download, and the bucket of the instance. The outcome of one says nothing about the other.
    static func all(of execution: ExecutionRecord) -> [OutputChannel] {
      guard execution.status.isFinal else {
        return [OutputChannel("DOWNLOAD", .pending, nil), OutputChannel("PUBLISH", .pending, nil)]
      }
      if let reason = execution.reasonForNoResult {
        let text = "There is no result: \(reason)."
        return [OutputChannel("DOWNLOAD", .unavailable, text), OutputChannel("PUBLISH", .unavailable, text)]
      }
      return [
        OutputChannel("DOWNLOAD", .available, nil),
        OutputChannel("PUBLISH", execution.publishStatus, execution.publishStatusReason),
      ]
    }
  }
}
