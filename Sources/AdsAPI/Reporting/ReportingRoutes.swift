import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Ad hoc executions and their results: `/amc/reporting/{instanceId}/workflowExecutions`.
struct ReportingRoutes: Sendable {
  let gate: Gate
  let instances: InstanceService
  let executions: ExecutionService
  let signer: DownloadSigner
  let addresses: PublicAddresses
  let clock: any WallClock

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/amc/reporting/{instanceId}/workflowExecutions")
      .add(middleware: ErrorMiddleware(bodies: ReportingErrors()))
      .post { request, context in try await self.create(request, context) }
      .get("{workflowExecutionId}") { request, context in try await self.show(request, context) }
      .get("{workflowExecutionId}/downloadUrls") { request, context in
        try await self.downloadAddresses(request, context)
      }
    router.group("/downloads/{workflowExecutionId}/report.csv")
      .add(middleware: ErrorMiddleware(bodies: GeneralErrors()))
      .get { request, context in try await self.download(request, context) }
  }

  // MARK: Operations

  private func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await enter(request, context, .createWorkflowExecution)
    let data = try await BodyReader.data(of: request)
    let draft = try ReportingRequests.creation(of: try BodyReader.object(data, of: request))
    let execution = try await executions.create(draft, in: entry.instance)
    return try answer(with: execution, includesQuery: false, entry)
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await enter(request, context, .getWorkflowExecution)
    let includesQuery = try QueryParameters(request).boolean("includeWorkflow", default: false)
    let execution = try await executions.execution(
      id: context.pathParameter("workflowExecutionId"), instanceID: entry.instance.id)
    return try answer(with: execution, includesQuery: includesQuery, entry)
  }

  private func downloadAddresses(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let entry = try await enter(request, context, .getWorkflowExecutionDownloadUrls)
    let execution = try await executions.execution(
      id: context.pathParameter("workflowExecutionId"), instanceID: entry.instance.id)
    _ = try await executions.report(executionID: execution.id)
    let path = signer.signedPath(Self.reportPath(executionID: execution.id), at: clock.now)
    return try Response.json(
      ReportingResponses.DownloadAddresses(downloadUrls: [addresses.base(for: request) + path]),
      mediaType: entry.mediaType)
  }

  /// Answers with the result itself. The signature is the permission: it takes no token.
  private func download(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = context.pathParameter("workflowExecutionId")
    let parameters = QueryParameters(request)
    try signer.verify(
      Self.reportPath(executionID: id), expires: try parameters.string("expires"),
      signature: try parameters.string("signature"), at: clock.now)
    let report = try await executions.report(executionID: id)
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8", .cacheControl: "private, no-store",
        .contentDisposition: "attachment; filename=\"report.csv\"",
      ], body: Self.body(of: report))
  }

  private static func body(of report: ReportFile) -> ResponseBody {
    ResponseBody(contentLength: report.byteCount) { writer in
      for offset in report.offsets {
        try await writer.write(ByteBuffer(bytes: try await report.piece(at: offset)))
      }
      try await writer.finish(nil)
    }
  }

  static func reportPath(executionID: String) -> String {
    "/downloads/\(executionID)/report.csv"
  }

  // MARK: What they share

  private struct Entry: Sendable {
    let instance: InstanceRecord
    let mediaType: String
  }

  private func enter(
    _ request: Request, _ context: APIRequestContext, _ operation: Operation
  ) async throws -> Entry {
    let caller = try await gate.admit(request, to: operation)
    let choice = try MediaTypes<ExecutionMediaType>(newest: .v1).choose(
      for: request.headers[.accept], preferred: .v1)
    let scope = try AccountHeaders(request.headers)
    let account = try await instances.account(
      id: scope.accountID, marketplaceID: scope.marketplaceID, clientID: caller.clientID)
    let instance = try await instances.instance(
      id: context.pathParameter("instanceId"), accountID: account.id, clientID: caller.clientID)
    return Entry(instance: instance, mediaType: choice.mediaType)
  }

  private func answer(
    with execution: ExecutionRecord, includesQuery: Bool, _ entry: Entry
  ) throws -> Response {
    let body = ReportingResponses.SingleExecution(
      workflowExecution: try ReportingResponses.Execution(execution, includesQuery: includesQuery))
    return try Response.json(body, mediaType: entry.mediaType)
  }
}
