import Measurement
import CleanRoom
import Hummingbird

/// Saved workflows: `/amc/reporting/{instanceId}/workflows`.
struct WorkflowRoutes: Sendable {
  let entrance: ReportingEntrance
  let workflows: WorkflowService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/reporting/{instanceId}/workflows")
      .add(middleware: ErrorMiddleware(bodies: ReportingErrors(WorkflowMediaType.v1)))
      .get { request, context in try await self.list(request, context) }
      .post { request, context in try await self.create(request, context) }
      .get("{workflowId}") { request, context in try await self.show(request, context) }
      .put("{workflowId}") { request, context in try await self.update(request, context) }
      .delete("{workflowId}") { request, context in try await self.delete(request, context) }
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .listWorkflows, WorkflowMediaType.v1)
    let page = try entrance.page(request, entry)
    let found = try await workflows.workflows(
      instanceID: entry.instance.id, afterSequence: try entrance.start(of: page, from: 0), limit: page.limit + 1)
    return try Response.json(
      WorkflowResponses.List(
        workflows: found.prefix(page.limit).map(WorkflowResponses.Definition.init),
        nextToken: try entrance.nextToken(after: page, positions: found.map(\.sequence))),
      mediaType: entry.mediaType)
  }

  private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .createWorkflow, WorkflowMediaType.v1)
    let data = try await BodyReader.data(of: request)
    let draft = try WorkflowRequests.creation(of: try BodyReader.object(data, of: request))
    try await workflows.create(draft, in: entry.instance)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getWorkflow, WorkflowMediaType.v1)
    let workflow = try await workflows.workflow(
      id: context.pathParameter("workflowId"), instanceID: entry.instance.id)
    return try Response.json(
      WorkflowResponses.Single(workflow: WorkflowResponses.Definition(workflow)), mediaType: entry.mediaType)
  }

  private func update(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .updateWorkflow, WorkflowMediaType.v1)
    let id = context.pathParameter("workflowId")
    _ = try await workflows.workflow(id: id, instanceID: entry.instance.id)
    let data = try await BodyReader.data(of: request)
    let draft = try WorkflowRequests.update(of: try BodyReader.object(data, of: request), id: id)
    try await workflows.update(draft, in: entry.instance)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }

  private func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .deleteWorkflow, WorkflowMediaType.v1)
    try await workflows.delete(id: context.pathParameter("workflowId"), instanceID: entry.instance.id)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }
}
