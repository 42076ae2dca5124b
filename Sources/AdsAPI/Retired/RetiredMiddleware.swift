import CleanRoom
import HTTPTypes
import Hummingbird
import Migration

/// Answers every call of the retired instance-level API with 410 and what is called now in its place.
///
/// Nobody has to show who they are: old clients sign their requests with AWS's keys, which say nothing here. Nothing is
/// looked up and the body is not read, so that a response costs next to nothing. Any method is answered, and so is any
/// path below the old ones, whether or not the old API had it.
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
  /// RFC 8594: since when something is no more.
  fileprivate static var sunset: Self? { Self("Sunset") }
  fileprivate static var link: Self? { Self("Link") }
}

extension HTTPFields {
  fileprivate subscript(_ name: HTTPField.Name?) -> String? {
    get { name.flatMap { self[$0] } }
    set { if let name { self[name] = newValue } }
  }
}
