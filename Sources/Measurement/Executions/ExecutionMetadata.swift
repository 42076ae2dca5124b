import Base
import CleanRoom
import Metadata
import Queries

import struct Foundation.Data

/// The file beside a result with facts about the execution: the query, its window and its settings.
enum ExecutionMetadata {
  static let fileName = "metadata.json"

  static func json(of execution: ExecutionRecord, _ result: ReportResult) throws -> JSONValue {
    var members: [String: JSONValue] = [
      "createTime": .string(Timestamp.text(of: execution.createdAt)),
      "disableAggregationControls": .boolean(execution.disablesAggregationControls),
      "fileCount": .integer(Int64(result.csvKeys.count)),
      "instanceId": .string(execution.instanceID),
      "parameterValues": try JSONValue(parsing: Data(execution.parameterValues.utf8)),
      "requireSyntheticData": .boolean(execution.requiresSyntheticData),
      "rowCount": .integer(Int64(result.rowCount)),
      "sqlQuery": .string(execution.query),
      "timeWindowEnd": .string(Timestamp.text(of: execution.timeWindowEnd)),
      "timeWindowStart": .string(Timestamp.text(of: execution.timeWindowStart)),
      "timeWindowTimeZone": .string(execution.timeZone),
      "workflowExecutionId": .string(execution.id),
      "workflowId": .string(execution.workflowID),
    ]
    members["scheduleId"] = execution.scheduleID.map(JSONValue.string)
    members["noise"] = try execution.noise.map { try JSONValue(parsing: Data($0.utf8)) }
    members["advertisers"] = try execution.advertiserIdentifiers()?.json
    return .object(members)
  }
}
