import Measurement
import Catalog
import CleanRoom
import Foundation
import Metadata

/// The media type of workflow executions.
enum ExecutionMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcworkflowexecutions.v1+json"
}

/// Reads what requests about executions hold. Shapes and types are checked here, their sense in `ExecutionService`.
enum ExecutionRequests {
  /// The body of a POST: of a saved workflow, or ad hoc.
  static func creation(of members: [String: JSONValue]) throws -> ExecutionDraft {
    var fields = FieldReader(members)
    try refuseUnavailable(&fields)
    var draft = ExecutionDraft(try source(&fields), window: try window(&fields))
    draft.parameterValues = JSONValue.object(try fields.object("parameterValues") ?? [:])
    draft.isDryRun = try fields.boolean("dryRun") ?? false
    draft.skipsPublish = try fields.boolean("skipPublish") ?? false
    draft.timeoutSeconds = try fields.integer("workflowExecutionTimeoutSeconds")
    draft.advertisers = try AdvertiserIdentifier.list(from: try fields.array("advertisers"))
    draft.requiresSyntheticData = try fields.boolean("requireSyntheticData") ?? false
    draft.disablesAggregationControls = try fields.boolean("disableAggregationControls") ?? false
    _ = try fields.boolean("ignoreDataGaps")
    try fields.finish()
    return draft
  }

  private static func source(_ fields: inout FieldReader) throws -> ExecutionDraft.Source {
    let id = try fields.string("workflowId")
    let workflow = try fields.object("workflow")
    switch (id, workflow) {
    case (nil, nil): throw RequestError.missingField("workflowId or workflow")
    case (.some, .some):
      throw CleanRoomError.invalidField(name: "workflowId", reason: "and workflow are both given; give one of them.")
    case (.some(let id), nil): return .saved(workflowID: id)
    case (nil, .some(let members)):
      var workflow = FieldReader(members, path: "workflow.")
      // An ad hoc execution has an id of its own, whatever its workflow is called.
      _ = try workflow.string("workflowId")
      let definition = try WorkflowRequests.definition(&workflow, path: "workflow.")
      try workflow.finish()
      return .adHoc(definition)
    }
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
    for name in ["maxCertifiedTime", "maxDimensionTime"] where try fields.string(name) != nil {
      throw CleanRoomError.unavailable(feature: name)
    }
    if let receivers = try fields.array("additionalAcrResultsReceivers"), !receivers.isEmpty {
      throw CleanRoomError.unavailable(feature: "additionalAcrResultsReceivers")
    }
  }

  // MARK: Cancelling

  /// The fields of an execution, which clients may send back as they got them.
  private static let executionFieldNames = [
    "acrCollaborationId", "acrCustomerMembershipId", "acrDetailPageUrl", "acrProtectedQueryId", "advertisers",
    "createTime", "dataGaps", "disableAggregationControls", "executionCategory", "expireTime", "ignoreDataGaps",
    "invalidationOffsetSecs", "lastUpdatedTime", "outputChannels", "outputS3URI", "parameterValues",
    "requireSyntheticData", "sqlQuery", "statusReason", "timeWindowEnd", "timeWindowEndOriginal", "timeWindowStart",
    "timeWindowStartOriginal", "timeWindowTimeZoneOriginal", "waitUntil", "workflowExecutionId",
    "workflowExecutionTimeoutSeconds", "workflowId",
  ]

  /// Throws unless the body of a PUT asks for a cancellation, which is all that can be changed about an execution.
  static func requireCancellation(of members: [String: JSONValue]) throws {
    var fields = FieldReader(members)
    let status = try fields.requiredString("status")
    for name in executionFieldNames { _ = fields.value(name) }
    try fields.finish()
    guard status == ExecutionRecord.Status.cancelled.rawValue else {
      throw CleanRoomError.invalidField(
        name: "status", reason: "must be CANCELLED: an execution can be cancelled, and not changed otherwise.")
    }
  }
}
