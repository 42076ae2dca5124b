import Measurement
import CleanRoom
import Hummingbird
import Metadata

/// Executions of workflows: `/amc/reporting/{instanceId}/workflowExecutions`.
struct ExecutionRoutes: Sendable {
  let entrance: ReportingEntrance
  let executions: ExecutionService
  let downloads: DownloadRoutes

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/reporting/{instanceId}/workflowExecutions")
      .add(middleware: ErrorMiddleware(bodies: ReportingErrors(ExecutionMediaType.v1)))
      .get { request, context in try await self.list(request, context) }
      .post { request, context in try await self.create(request, context) }
      .get("{workflowExecutionId}") { request, context in try await self.show(request, context) }
      .put("{workflowExecutionId}") { request, context in try await self.cancel(request, context) }
      .delete("{workflowExecutionId}") { request, context in try await self.delete(request, context) }
      .get("{workflowExecutionId}/downloadUrls") { request, context in
        try await self.downloadAddresses(request, context)
      }
  }

  private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .createWorkflowExecution, ExecutionMediaType.v1)
    let data = try await BodyReader.data(of: request)
    let draft = try ExecutionRequests.creation(of: try BodyReader.object(data, of: request))
    let execution = try await executions.create(draft, in: entry.instance)
    return try answer(with: execution, includesQuery: false, entry)
  }

  private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .listWorkflowExecutions, ExecutionMediaType.v1)
    let list = try ExecutionListRequest(request, instanceID: entry.instance.id)
    let page = try entrance.page(request, entry, filters: list.tokenSubject)
    let found = try await executions.executions(
      list.filter, isAscending: list.isAscending,
      behind: try entrance.start(of: page, from: list.isAscending ? 0 : .max), limit: page.limit + 1)
    let shown = try found.prefix(page.limit).map {
      try ExecutionResponses.Execution($0, includesQuery: list.includesWorkflow)
    }
    return try Response.json(
      ExecutionResponses.List(
        executions: shown,
        nextToken: try entrance.nextToken(after: page, positions: found.map { $0.sequence ?? 0 })),
      mediaType: entry.mediaType)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getWorkflowExecution, ExecutionMediaType.v1)
    let includesQuery = try QueryParameters(request).boolean("includeWorkflow", default: false)
    return try answer(with: try await execution(context, entry), includesQuery: includesQuery, entry)
  }

  private func cancel(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .updateWorkflowExecution, ExecutionMediaType.v1)
    let execution = try await execution(context, entry)
    let data = try await BodyReader.data(of: request)
    try ExecutionRequests.requireCancellation(of: try BodyReader.object(data, of: request))
    try await executions.cancel(id: execution.id, instanceID: entry.instance.id)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }

  private func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .deleteWorkflowExecution, ExecutionMediaType.v1)
    try await executions.delete(
      id: context.pathParameter("workflowExecutionId"), instanceID: entry.instance.id)
    return try Response.json(EmptyAnswer(), mediaType: entry.mediaType)
  }

  private func downloadAddresses(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await entrance.enter(request, context, .getWorkflowExecutionDownloadUrls, ExecutionMediaType.v1)
    let format = try Self.format(request)
    let keys = try executions.resultKeys(of: try await execution(context, entry), format)
    let id = context.pathParameter("workflowExecutionId")
    return try Response.json(
      ExecutionResponses.DownloadAddresses(
        downloadUrls: try downloads.addresses(of: keys.results, executionID: id, for: request),
        metadataDownloadUrls: try downloads.addresses(of: keys.metadata, executionID: id, for: request)),
      mediaType: entry.mediaType)
  }

  /// The published API has no such parameter: without it the files are CSV, as AMC's are.
  private static func format(_ request: Request) throws(RequestError) -> ExecutionService.ResultFormat {
    guard let text = try QueryParameters(request).string("format") else { return .csv }
    guard let format = ExecutionService.ResultFormat(rawValue: text.uppercased()) else {
      throw .invalidQueryParameter("format", reason: "must be CSV or PARQUET.")
    }
    return format
  }

  private func execution(
    _ context: APIRequestContext, _ entry: ReportingEntrance.Entry
  ) async throws -> ExecutionRecord {
    try await executions.execution(
      id: context.pathParameter("workflowExecutionId"), instanceID: entry.instance.id)
  }

  private func answer(
    with execution: ExecutionRecord, includesQuery: Bool, _ entry: ReportingEntrance.Entry
  ) throws -> Response {
    let body = ExecutionResponses.Single(
      execution: try ExecutionResponses.Execution(execution, includesQuery: includesQuery))
    return try Response.json(body, mediaType: entry.mediaType)
  }
}
