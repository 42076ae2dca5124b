import Base
import Catalog
import CleanRoom
import Foundation
import Measurement
import Metadata

/// Reads requests about executions. Shapes and types are checked here, their meaning in `ExecutionService`.
enum ExecutionRequests {
  /// The body of a POST: an execution of a saved workflow, or ad hoc.
  static func creation(of body: FieldReader) throws -> ExecutionDraft {
    var fields = body
    try refuseUnavailable(&fields)
    guard fields.value("sqlQuery") == nil else {
      throw CleanRoomError.invalidField(
        name: "sqlQuery", reason: #"belongs into the workflow: {"workflow": {"sqlQuery": "SELECT …"}}."#)
    }
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
      // An ad hoc execution has its own id, whatever its workflow is called.
      _ = try workflow.string("workflowId")
      let definition = try WorkflowRoutes.definition(&workflow, path: "workflow.")
      try workflow.finish()
      return .adHoc(definition)
    }
  }

  private static func window(_ fields: inout FieldReader) throws(RequestError) -> ExecutionWindow {
    ExecutionWindow(
      type: try fields.choice("timeWindowType", ExecutionWindowType.self) ?? .mostRecentDay,
      start: try fields.string("timeWindowStart"), end: try fields.string("timeWindowEnd"),
      timeZone: try fields.string("timeWindowTimeZone"))
  }

  /// Refuses fields that AMC has and that would change the result: no result is better than a wrong one.
  private static func refuseUnavailable(_ fields: inout FieldReader) throws {
    for name in ["maxCertifiedTime", "maxDimensionTime"] where try fields.string(name) != nil {
      throw CleanRoomError.unavailable(feature: name)
    }
    if let receivers = try fields.array("additionalAcrResultsReceivers"), !receivers.isEmpty {
      throw CleanRoomError.unavailable(feature: "additionalAcrResultsReceivers")
    }
  }

  // MARK: Cancelling

  /// The fields of an execution, which clients may send back as they received them.
  private static let executionFieldNames = [
    "acrCollaborationId", "acrCustomerMembershipId", "acrDetailPageUrl", "acrProtectedQueryId", "advertisers",
    "createTime", "dataGaps", "disableAggregationControls", "executionCategory", "expireTime", "ignoreDataGaps",
    "invalidationOffsetSecs", "lastUpdatedTime", "outputChannels", "outputS3URI", "parameterValues",
    "requireSyntheticData", "sqlQuery", "statusReason", "timeWindowEnd", "timeWindowEndOriginal", "timeWindowStart",
    "timeWindowStartOriginal", "timeWindowTimeZoneOriginal", "waitUntil", "workflowExecutionId",
    "workflowExecutionTimeoutSeconds", "workflowId",
  ]

  /// Whether the body of a PUT asks for a cancellation, the only change of an execution. As published, a missing status
  /// stays as it is.
  static func asksForCancellation(_ body: FieldReader) throws -> Bool {
    var fields = body
    let isRequired = !RequestReading.current.isLenient
    let status = isRequired ? try fields.requiredString("status") : try fields.string("status")
    for name in executionFieldNames { _ = fields.value(name) }
    try fields.finish()
    guard let status else { return false }
    guard status == ExecutionRecord.Status.cancelled.rawValue else {
      throw CleanRoomError.invalidField(
        name: "status", reason: "must be CANCELLED: an execution can be cancelled, and not changed otherwise.")
    }
    return true
  }
}

/// The filters of a list of executions.
struct ExecutionListRequest: Sendable {
  var filter: ExecutionFilter
  var isAscending: Bool
  var includesWorkflow: Bool
  /// The filters that a page token is bound to.
  var tokenSubject: [String]

  init(_ parameters: QueryParameters, instanceID: String) throws(RequestError) {
    let zone = try Self.timeZone(parameters)
    let minimum = try Self.time(parameters, "minCreationTime", in: zone)
    let maximum = try Self.time(parameters, "maxCreationTime", in: zone)
    let workflowID = try parameters.string("workflowId")
    guard minimum != nil || workflowID != nil else {
      throw .unprocessableQueryParameter("minCreationTime", reason: "is needed where there is no workflowId.")
    }
    if let minimum, let maximum, maximum < minimum {
      throw .unprocessableQueryParameter("maxCreationTime", reason: "must not be before minCreationTime.")
    }
    filter = ExecutionFilter(instanceID: instanceID)
    filter.workflowID = workflowID
    filter.createdFrom = minimum
    // Times are shown and given in whole seconds: all of the last second counts.
    filter.createdUpTo = maximum?.addingTimeInterval(0.999)
    filter.includesCancelled = try parameters.boolean("includeCancelled", default: false)
    isAscending = try parameters.boolean("sortAscending", default: false)
    includesWorkflow = try parameters.boolean("includeWorkflow", default: false)
    tokenSubject = [
      workflowID ?? "", "\(minimum?.timeIntervalSince1970 ?? 0)", "\(maximum?.timeIntervalSince1970 ?? 0)",
      "\(filter.includesCancelled)", "\(isAscending)",
    ]
  }

  private static func timeZone(_ parameters: QueryParameters) throws(RequestError) -> TimeZone {
    guard let name = try parameters.string("timeZone") else { return .gmt }
    guard !name.isEmpty, name.utf8.count <= IdentifierShape.lengthLimit, let zone = TimeZone(identifier: name) else {
      throw .unprocessableQueryParameter("timeZone", reason: "must be the name of a time zone, such as UTC.")
    }
    return zone
  }

  private static func time(
    _ parameters: QueryParameters, _ name: String, in zone: TimeZone
  ) throws(RequestError) -> Date? {
    guard let text = try parameters.string(name) else { return nil }
    guard let date = Timestamp.date(local: text, in: zone) else {
      throw .invalidQueryParameter(name, reason: "must be a time such as 2025-05-20T00:00:00.")
    }
    return date
  }
}
