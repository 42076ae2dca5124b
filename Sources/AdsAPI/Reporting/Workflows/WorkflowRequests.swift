import Measurement
import Queries
import CleanRoom
import Privacy

/// The media type of workflows.
enum WorkflowMediaType: String, CaseIterable, Sendable {
  case v1 = "application/vnd.amcworkflows.v1+json"
}

/// Reads what workflow requests hold. Shapes and types are checked here, their sense in `WorkflowService`.
enum WorkflowRequests {
  /// The body of a POST.
  static func creation(of members: [String: JSONValue]) throws -> WorkflowDraft {
    var fields = FieldReader(members)
    let id = try fields.requiredString("workflowId")
    let definition = try definition(&fields)
    try fields.finish()
    return WorkflowDraft(id: id, definition: definition)
  }

  /// The body of a PUT, which names the same workflow as the path.
  static func update(of members: [String: JSONValue], id: String) throws -> WorkflowDraft {
    let draft = try creation(of: members)
    guard draft.id == id else { throw CleanRoomError.unchangeableField(name: "workflowId") }
    return draft
  }

  /// The definition of a workflow, alone or inside an execution.
  static func definition(_ fields: inout FieldReader, path: String = "") throws -> WorkflowDefinition {
    let query = try fields.string("sqlQuery")
    // AMC takes the SQL where both are given.
    let operations = fields.value("query")
    guard let query else {
      throw operations == nil
        ? RequestError.missingField("\(path)sqlQuery") : CleanRoomError.unavailable(feature: "\(path)query")
    }
    if try fields.string("inputSchema") != nil { throw CleanRoomError.unavailable(feature: "\(path)inputSchema") }
    var definition = WorkflowDefinition(sqlQuery: query)
    definition.inputParameters = try InputParameter.list(
      from: fields.value("inputParameters"), path: "\(path)inputParameters")
    definition.outputColumns = try OutputColumn.list(
      from: fields.value("outputColumns"), path: "\(path)outputColumns")
    definition.outputFormat = try OutputFormat(from: fields.value("outputFormat"), path: "\(path)outputFormat")
    definition.filteredMetricsDiscriminatorColumn = try fields.string("filteredMetricsDiscriminatorColumn")
    definition.distinctUserCountColumn = try fields.string("distinctUserCountColumn")
    definition.filteredReasonColumn = try fields.string("filteredReasonColumn")
    definition.privacyFilteringBehavior = try fields.choice(
      "privacyFilteringBehavior", AggregationControls.Filtering.self)
    return definition
  }
}
