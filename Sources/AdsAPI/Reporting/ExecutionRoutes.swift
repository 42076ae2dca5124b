import CleanRoom
import Hummingbird
import Measurement
import Metadata

/// Executions of workflows: `/amc/reporting/{instanceId}/workflowExecutions`.
struct ExecutionRoutes {
  let executions: ExecutionService
  let downloads: DownloadRoutes

  func add(to routes: Routes) {
    routes.instance("listWorkflowExecutions", list)
    routes.instance("createWorkflowExecution") { request in
      let draft = try ExecutionRequests.creation(of: try await request.fields())
      let execution = try await executions.create(draft, in: request.instance)
      return try request.respond(object: ExecutionResponses.single(execution, includesQuery: false))
    }
    routes.instance("getWorkflowExecution") { request in
      let includesQuery = try request.query.boolean("includeWorkflow", default: false)
      return try request.respond(
        object: ExecutionResponses.single(try await execution(request), includesQuery: includesQuery))
    }
    routes.instance("updateWorkflowExecution") { request in
      let execution = try await execution(request)
      if try ExecutionRequests.asksForCancellation(try await request.fields()) {
        try await executions.cancel(id: execution.id, instanceID: request.instance.id)
      }
      return try request.respond()
    }
    routes.instance("deleteWorkflowExecution") { request in
      try await executions.delete(id: request.path("workflowExecutionId"), instanceID: request.instance.id)
      return try request.respond()
    }
    routes.instance("getWorkflowExecutionDownloadUrls") { request in
      // The published API has no such parameter. Without it the files are CSV, as at AMC.
      let format = try Self.format(request.query)
      let execution = try await execution(request)
      let keys = try executions.resultKeys(of: execution, format)
      return try request.respond(
        object: [
          "downloadUrls": try downloads.urls(of: keys.results, executionID: execution.id, for: request),
          "metadataDownloadUrls": try downloads.urls(of: keys.metadata, executionID: execution.id, for: request),
        ])
    }
  }

  private func list(_ request: AuthorizedRequest<InstanceRecord>) async throws -> Response {
    let list = try ExecutionListRequest(request.query, instanceID: request.instance.id)
    let page = try request.page(filters: list.tokenSubject)
    let found = try await executions.executions(
      list.filter, isAscending: list.isAscending, behind: try page.number(first: list.isAscending ? 0 : .max),
      limit: page.fetchLimit)
    return try request.respond(
      object: page.list("executions", of: found, at: { $0.sequence ?? 0 }) {
        try ExecutionResponses.execution($0, includesQuery: list.includesWorkflow)
      })
  }

  private func execution(_ request: AuthorizedRequest<InstanceRecord>) async throws -> ExecutionRecord {
    try await executions.execution(id: request.path("workflowExecutionId"), instanceID: request.instance.id)
  }

  private static func format(_ query: QueryParameters) throws(RequestError) -> ExecutionService.ResultFormat {
    guard let text = try query.string("format") else { return .csv }
    guard let format = ExecutionService.ResultFormat(rawValue: text.uppercased()) else {
      throw .invalidQueryParameter("format", reason: "must be CSV or PARQUET.")
    }
    return format
  }
}
