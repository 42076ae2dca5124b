import HTTPTypes
import Hummingbird

/// Finds the origin of each request. It comes before every middleware and handler that reads
/// `APIRequestContext.clientAddress`.
struct RequestOriginMiddleware: RouterMiddleware {
  let proxies: TrustedProxies
  /// Whether the server itself speaks TLS.
  let isSecure: Bool

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.origin = proxies.origin(of: request.headers, from: context.origin.client, isSecure: isSecure)
    return try await next(request, context)
  }
}

extension APIRequestContext {
  /// The network address of the client, behind the proxies that the operator trusts; nil if there is none. Limits,
  /// sign-in and the log use this one and no other.
  var clientAddress: String? { origin.client?.description }

  /// Whether the client reached the server, or its proxy, over TLS.
  var isSecure: Bool { origin.isSecure }
}
