import HTTPTypes
import Hummingbird
import Logging
import Migration

/// Leaves out the body of every response to HEAD, errors included: a client does not wait for one.
struct HeadMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    return request.method == .head ? response.createHeadResponse() : response
  }
}

/// Writes one line for each request, and gives the response its request id.
///
/// The line has the template of the route, never the path: paths and queries hold identifiers and signatures.
struct RequestLogMiddleware: RouterMiddleware {
  private static let knownMethods: Set<HTTPRequest.Method> = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
  ]

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var response = try await next(request, context)
    response.headers[.requestID] = context.requestID
    let duration = ContinuousClock.now - start
    context.logger.info(
      "Request.",
      metadata: [
        "requestId": "\(context.requestID)",
        "method": "\(Self.knownMethods.contains(request.method) ? request.method.rawValue : "other")",
        "route": "\(context.endpointPath ?? (RetiredAPI.isRetired(request.uri.path) ? "retired" : "none"))",
        "status": "\(response.status.code)",
        "durationMs": "\(duration / .milliseconds(1))",
      ])
    return response
  }
}
