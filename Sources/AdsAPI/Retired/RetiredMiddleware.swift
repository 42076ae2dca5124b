import CleanRoom
import HTTPTypes
import Hummingbird
import Migration

/// Answers every call of the retired instance-level API with 410 and its replacement.
///
/// No login is needed: old clients sign their requests with AWS keys, which say nothing here. Nothing is looked up and
/// the body is not read, so a response costs almost nothing. Any method is answered, and any path below the old ones,
/// whether or not the old API had it.
struct RetiredMiddleware: RouterMiddleware {
  let retired: RetiredAPI

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    guard RetiredAPI.isRetired(request.uri.path) else { return try await next(request, context) }
    let answer = RetiredResponse(
      method: request.method.rawValue, path: request.uri.path, host: request.head.authority ?? "",
      requestID: context.requestID, retired: retired)
    var response = try Response.json(answer, status: .gone)
    response.headers[.errorType] = RetiredResponse.errorCode
    response.headers[.sunset] = RetiredAPI.sunset
    response.headers[.link] = "<\(RetiredAPI.documentation)>; rel=\"sunset\""
    return response
  }
}

extension HTTPField.Name {
  /// RFC 8594: the date since which a resource is gone.
  fileprivate static var sunset: Self? { Self("Sunset") }
  fileprivate static var link: Self? { Self("Link") }
}

extension HTTPFields {
  fileprivate subscript(_ name: HTTPField.Name?) -> String? {
    get { name.flatMap { self[$0] } }
    set { if let name { self[name] = newValue } }
  }
}
