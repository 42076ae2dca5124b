import CleanRoom
import Foundation

/// The media type of workflow executions.
enum ExecutionMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcworkflowexecutions.v1+json"
}

/// Reads what reporting requests hold. Shapes and types are checked here, their sense in `ExecutionService`.
enum ReportingRequests {
  /// The body of a POST of an ad hoc execution.
  static func creation(of members: [String: JSONValue]) throws -> ExecutionDraft {
    var fields = FieldReader(members)
    try refuseUnavailable(&fields)
    guard var workflow = try fields.object("workflow").map({ FieldReader($0, path: "workflow.") }) else {
      throw RequestError.missingField("workflow")
    }
    try refuseUnavailable(ofWorkflow: &workflow)
    let query = try workflow.requiredString("sqlQuery")
    let inputParameters = try workflow.array("inputParameters").map(JSONValue.array)
    _ = try workflow.string("workflowId")
    try workflow.finish()
    let draft = ExecutionDraft(
      query: query, window: try window(&fields),
      parameterValues: JSONValue.object(try fields.object("parameterValues") ?? [:]),
      inputParameters: inputParameters, isDryRun: try fields.boolean("dryRun") ?? false,
      timeoutSeconds: try fields.integer("workflowExecutionTimeoutSeconds"),
      requiresSyntheticData: try fields.boolean("requireSyntheticData") ?? false)
    // Results are never published anywhere by themselves, so that both values mean the same.
    _ = try fields.boolean("skipPublish")
    _ = try fields.boolean("ignoreDataGaps")
    try fields.finish()
    return draft
  }

  private static func window(_ fields: inout FieldReader) throws(RequestError) -> ExecutionWindow {
    var type = ExecutionWindowType.mostRecentDay
    if let text = try fields.string("timeWindowType") {
      guard let known = ExecutionWindowType(rawValue: text) else {
        let names = ExecutionWindowType.allCases.map(\.rawValue).joined(separator: ", ")
        throw .wrongType("timeWindowType", expected: "one of \(names)")
      }
      type = known
    }
    return ExecutionWindow(
      type: type, start: try fields.string("timeWindowStart"), end: try fields.string("timeWindowEnd"),
      timeZone: try fields.string("timeWindowTimeZone"))
  }

  /// Fields that AMC has and that would change the result: better no answer than a wrong one.
  private static func refuseUnavailable(_ fields: inout FieldReader) throws {
    for name in ["workflowId", "maxCertifiedTime", "maxDimensionTime"] where try fields.string(name) != nil {
      throw CleanRoomError.unavailable(feature: name)
    }
    for name in ["advertisers", "additionalAcrResultsReceivers"] {
      if let elements = try fields.array(name), !elements.isEmpty { throw CleanRoomError.unavailable(feature: name) }
    }
    if try fields.boolean("disableAggregationControls") == true {
      throw CleanRoomError.invalidField(
        name: "disableAggregationControls", reason: "cannot be true: a result always holds the thresholds.")
    }
  }

  private static func refuseUnavailable(ofWorkflow fields: inout FieldReader) throws {
    let names = [
      "query", "inputSchema", "outputColumns", "outputFormat", "privacyFilteringBehavior",
      "filteredMetricsDiscriminatorColumn", "distinctUserCountColumn", "filteredReasonColumn",
    ]
    for name in names where fields.value(name) != nil {
      throw CleanRoomError.unavailable(feature: "workflow.\(name)")
    }
  }
}
