import HTTPTypes
import Hummingbird

/// Lets pages of the origins that the operator names call the API from a browser (Fetch standard, CORS).
///
/// Cookies are no part of the API, so credentials are never allowed: a page has to have a token itself. Pages of other
/// origins get the responses of a server without this setting, which browsers keep from them.
struct OriginMiddleware: RouterMiddleware {
  /// The time for which browsers remember what is allowed, in hours.
  private static let rememberedHours: Int64 = 1

  private let origins: Set<String>
  private let allowing: CORSMiddleware<APIRequestContext>

  init(origins: [String]) {
    self.origins = Set(origins)
    allowing = CORSMiddleware(
      // Only requests of named origins get there.
      allowOrigin: .originBased, allowHeaders: HTTPField.Name.ofRequests,
      allowMethods: [.get, .head, .post, .put, .patch, .delete], allowCredentials: false,
      exposedHeaders: HTTPField.Name.ofResponses.map(\.rawName), maxAge: .hours(Self.rememberedHours))
  }

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    let isPreflight = request.headers[.accessControlRequestMethod] != nil
    guard let origin = request.headers[.origin], origins.contains(origin), request.method != .options || isPreflight
    else {
      var response = try await next(request, context)
      response.headers.addVary("Origin")
      return response
    }
    return try await allowing.handle(request, context: context, next: next)
  }
}

extension HTTPFields {
  /// Adds a header of requests on which the response depends.
  mutating func addVary(_ name: String) {
    self[.vary] = self[.vary].map { "\($0), \(name)" } ?? name
  }
}
