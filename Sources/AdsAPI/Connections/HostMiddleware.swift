import HTTPTypes
import Hummingbird

/// Refuses requests that do not name one host, as RFC 9112 (section 3.2) has it: a proxy before the server could take
/// another one of several for it.
struct HostMiddleware: RouterMiddleware {
  private static let allowed = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:[]%!$&'()*+;=".utf8)
  private static let lengthLimit = 512

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    guard let host = request.head.authority, !host.isEmpty else { throw RequestError.missingHeader("Host") }
    // The first one is the authority of the request, and no longer among its headers.
    if let name = HTTPField.Name("Host"), !request.headers[values: name].isEmpty {
      throw RequestError.repeatedHeader("Host")
    }
    guard host.utf8.count <= Self.lengthLimit, host.utf8.allSatisfy(Self.allowed.contains) else {
      throw RequestError.malformedHeader("Host", reason: "must be a host and, where there is one, a port.")
    }
    return try await next(request, context)
  }
}
