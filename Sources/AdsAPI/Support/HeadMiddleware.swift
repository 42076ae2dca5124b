import Hummingbird

/// Leaves out the body of every answer to HEAD, errors included: a client does not wait for one.
struct HeadMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    return request.method == .head ? response.createHeadResponse() : response
  }
}
