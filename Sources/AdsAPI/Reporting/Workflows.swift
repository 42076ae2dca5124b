import CleanRoom
import Measurement
import Privacy
import Queries

/// Saved workflows: `/amc/reporting/{instanceId}/workflows`.
struct WorkflowRoutes {
  let workflows: WorkflowService

  func add(to routes: Routes) {
    routes.instance("listWorkflows") { request in
      let page = try request.page()
      let found = try await workflows.workflows(
        instanceID: request.instance.id, afterSequence: try page.number(first: 0), limit: page.fetchLimit)
      return try request.respond(
        object: page.list("workflows", of: found, at: \.sequence) { Definition(workflow: $0) })
    }
    routes.instance("createWorkflow") { request in
      try await workflows.create(try Self.draft(of: try await request.fields()), in: request.instance)
      return try request.respond()
    }
    routes.instance("getWorkflow") { request in
      let workflow = try await workflows.workflow(id: request.path("workflowId"), instanceID: request.instance.id)
      return try request.respond(object: ["workflow": Definition(workflow: workflow)])
    }
    routes.instance("updateWorkflow") { request in
      let id = request.path("workflowId")
      _ = try await workflows.workflow(id: id, instanceID: request.instance.id)
      let draft = try Self.draft(of: try await request.fields())
      guard draft.id == id else { throw CleanRoomError.unchangeableField(name: "workflowId") }
      try await workflows.update(draft, in: request.instance)
      return try request.respond()
    }
    routes.instance("deleteWorkflow") { request in
      try await workflows.delete(id: request.path("workflowId"), instanceID: request.instance.id)
      return try request.respond()
    }
  }

  // MARK: Requests

  /// The body of a POST or a PUT. Types are checked here, their meaning in `WorkflowService`.
  private static func draft(of body: FieldReader) throws -> WorkflowDraft {
    var fields = body
    let id = try fields.requiredString("workflowId")
    let definition = try definition(&fields)
    try fields.finish()
    return WorkflowDraft(id: id, definition: definition)
  }

  /// The definition of a workflow, alone or inside an execution.
  static func definition(_ fields: inout FieldReader, path: String = "") throws -> WorkflowDefinition {
    let query = try fields.string("sqlQuery", byteLimit: .max)
    // If both are given, AMC takes the SQL.
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

  // MARK: Responses, as the published OpenAPI file has them

  /// A workflow: its definition, and its id beside it.
  private struct Definition: Encodable {
    let workflow: Measurement.Workflow

    private enum CodingKeys: String, CodingKey {
      case workflowId
    }

    func encode(to encoder: any Encoder) throws {
      try workflow.definition.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(workflow.id, forKey: .workflowId)
    }
  }
}
