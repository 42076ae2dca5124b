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
  /// The network address of the client, behind the proxies that the operator trusts; nil if there is none. The log
  /// names this one.
  var clientAddress: String? { origin.client?.description }

  /// The network of that address, which limits of requests and of sign-in tries count for.
  var clientNetwork: String? { origin.client?.network }

  /// Whether the client reached the server, or its proxy, over TLS.
  var isSecure: Bool { origin.isSecure }
}
