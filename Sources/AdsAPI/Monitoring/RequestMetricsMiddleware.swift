import HTTPTypes
import Hummingbird
import Migration

/// Counts requests. An operation is known by its template, so that nothing of a path becomes a label.
struct RequestMetricsMiddleware: RouterMiddleware {
  private struct Route: Hashable {
    let method: HTTPRequest.Method
    let path: String
  }

  private let metrics: ServerMetrics
  private let operations: [Route: Endpoint]

  init(metrics: ServerMetrics, endpoints: [Endpoint]) {
    self.metrics = metrics
    operations = Dictionary(endpoints.map { (Route(method: $0.method, path: $0.path), $0) }) { first, _ in first }
  }

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.requestBegan()
    do {
      let response = try await next(request, context)
      note(request, context, response.status.code, code: response.headers[.errorType], since: start)
      return response
    } catch {
      note(request, context, HTTPResponse.Status.internalServerError.code, code: "internal_error", since: start)
      throw error
    }
  }

  private func note(
    _ request: Request, _ context: APIRequestContext, _ status: Int, code: String?, since start: ContinuousClock.Instant
  ) {
    // A request without its body is answered by the operation that gives the body.
    let method = request.method == .head ? .get : request.method
    let endpoint = context.endpointPath.flatMap { operations[Route(method: method, path: $0)] }
    let none = RetiredAPI.isRetired(request.uri.path) ? "retired" : "none"
    metrics.requestEnded(
      area: endpoint?.area ?? none, operation: endpoint?.operation ?? none, status: status, code: code,
      duration: ContinuousClock.now - start)
  }
}

extension Endpoint {
  /// The first part of the path, without what all operations of AMC have in common.
  var area: String {
    let parts = path.split(separator: "/")
    return String((parts.first == "amc" ? parts.dropFirst().first : parts.first) ?? "none")
  }
}
