import Base
import CleanRoom
import Measurement
import Metadata
import Privacy
import Queries

import struct Foundation.Data

/// The reason why an exported item can't be one here.
struct ExportedItemError: Error, Hashable {
  let code: String
  let text: String

  static func invalid(_ text: String) -> ExportedItemError { ExportedItemError(code: "invalid_field", text: text) }

  /// A schedule that runs at times at which none can run here.
  static func unsupportedSchedule(_ text: String) -> ExportedItemError {
    ExportedItemError(code: "unsupported_schedule", text: text)
  }
}

extension ExportedItem {
  /// The members that only answers have, and those that nothing here reads: they are not imported.
  func leftOut(knowing names: Set<String>) -> [String] {
    (json.members ?? []).map(\.name).filter { !names.contains($0) && CallTarget.isName($0) }
  }

  private static func value(_ node: JSONNode) throws(ExportedItemError) -> JSONValue {
    do {
      return try JSONValue(parsing: Data(node.text.utf8))
    } catch {
      throw .invalid("The item is nested too deeply, or has the character U+0000.")
    }
  }

  // MARK: Workflows

  static let workflowMembers: Set = [
    "workflowId", "sqlQuery", "inputParameters", "outputColumns", "outputFormat", "filteredMetricsDiscriminatorColumn",
    "distinctUserCountColumn", "filteredReasonColumn", "privacyFilteringBehavior",
  ]

  /// The workflow as one of this server.
  func workflow() throws -> WorkflowDraft {
    guard let id else { throw ExportedItemError.invalid("workflowId is missing.") }
    guard let query = json["sqlQuery"]?.string else {
      throw ExportedItemError.invalid(
        json["query"] == nil
          ? "sqlQuery is missing: lists of the old API may leave it out; export each workflow."
          : "The workflow has operations (query) and no sqlQuery.")
    }
    var definition = WorkflowDefinition(sqlQuery: query)
    definition.inputParameters = try InputParameter.list(from: value("inputParameters"))
    definition.outputColumns = try OutputColumn.list(from: value("outputColumns"))
    definition.outputFormat = try OutputFormat(from: value("outputFormat"))
    definition.filteredMetricsDiscriminatorColumn = json["filteredMetricsDiscriminatorColumn"]?.string
    definition.distinctUserCountColumn = json["distinctUserCountColumn"]?.string
    definition.filteredReasonColumn = json["filteredReasonColumn"]?.string
    if let text = json["privacyFilteringBehavior"]?.string {
      guard let behavior = AggregationControls.Filtering(rawValue: text) else {
        throw ExportedItemError.invalid("privacyFilteringBehavior is none that is known.")
      }
      definition.privacyFilteringBehavior = behavior
    }
    // An empty list declares nothing: the old API put it out where nothing was declared.
    if definition.inputParameters?.isEmpty == true { definition.inputParameters = nil }
    if definition.outputColumns?.isEmpty == true { definition.outputColumns = nil }
    return WorkflowDraft(id: id, definition: definition)
  }

  private func value(_ name: String) throws(ExportedItemError) -> JSONValue? {
    guard let node = json[name] else { return nil }
    return try Self.value(node)
  }

  // MARK: Schedules

  static let scheduleMembers: Set = [
    "scheduleId", "workflowId", "aggregationPeriod", "aggregationStartDay", "aggregationHourUtc", "scheduleEnabled",
    "requireSyntheticData", "disableAggregationControls", "scheduleExpression", "schedule_expression", "cron",
  ]

  /// The schedule as one of this server.
  func schedule() throws(ExportedItemError) -> ScheduleDraft {
    guard let id else { throw .invalid("scheduleId is missing.") }
    guard let workflowID = json["workflowId"]?.string else { throw .invalid("workflowId is missing.") }
    var draft = ScheduleDraft(id: id, workflowID: workflowID, period: .daily)
    if let text = json["aggregationPeriod"]?.string {
      draft.period = try ScheduleTimes.period(text)
      draft.startDay = try json["aggregationStartDay"].flatMap(\.scalarText).map(ScheduleTimes.weekday)
      draft.hourUTC = try json["aggregationHourUtc"].flatMap(\.scalarText).map(ScheduleTimes.hour)
    } else if let text = (json["scheduleExpression"] ?? json["schedule_expression"] ?? json["cron"])?.string {
      let times = try ScheduleTimes(expression: text)
      (draft.period, draft.startDay, draft.hourUTC) = (times.period, times.startDay, times.hourUTC)
    } else {
      throw .invalid("aggregationPeriod is missing.")
    }
    draft.isEnabled = try flag("scheduleEnabled")
    draft.requiresSyntheticData = try flag("requireSyntheticData") ?? false
    draft.disablesAggregationControls = try flag("disableAggregationControls") ?? false
    return draft
  }

  private func flag(_ name: String) throws(ExportedItemError) -> Bool? {
    switch json[name] {
    case nil, .null?: return nil
    case .boolean(let value)?: return value
    case .string(let text)? where ["true", "false"].contains(text.lowercased()): return text.lowercased() == "true"
    case .string?, .number?, .array?, .object?: throw .invalid("\(name) must be true or false.")
    }
  }

  static let dataSetMembers: Set = ["dataSetId"]
}

extension JSONNode {
  /// A text, or a number as it is written.
  fileprivate var scalarText: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .null, .boolean, .array, .object: nil
    }
  }
}
