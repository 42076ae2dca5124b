import Base
import HTTPTypes
import Hummingbird
import Logging
import Migration

/// Leaves out the body of every response to HEAD, including errors: clients do not wait for one.
struct HeadMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    return request.method == .head ? response.createHeadResponse() : response
  }
}

/// Sets how leniently a request is read, and names what was ignored in the response.
///
/// Requests about the server itself are always read strictly: AMC has none of them.
struct ReadingMiddleware: RouterMiddleware {
  /// The beginning of the paths that AMC does not have.
  private static let ownPaths = "/adyton/"

  let isStrict: Bool

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    guard !isStrict, !request.uri.path.hasPrefix(Self.ownPaths) else { return try await next(request, context) }
    return try await RequestReading.$current.withValue(.lenient()) {
      var response = try await next(request, context)
      let reading = RequestReading.current
      // An operation that refuses a request may not have looked at all parameters.
      if response.status.kind == .successful {
        reading.ignoreUnexpected(parameters: QueryParameters(request.uri).names)
      }
      let names = reading.ignoredNames
      if !names.isEmpty { response.headers[.ignored] = names.joined(separator: ", ") }
      return response
    }
  }
}

/// Writes a log line for each request, and adds the request id to the response.
///
/// The line names the client, the user and the instance as far as the server has checked them, and the client's
/// address. It has the template of the route, never the path: paths and queries contain identifiers and signatures. It
/// has the names of what was ignored, never the values.
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
    var metadata: Logger.Metadata = [
      "requestId": "\(context.requestID)",
      "method": "\(Self.knownMethods.contains(request.method) ? request.method.rawValue : "other")",
      "route": "\(context.endpointPath ?? (RetiredAPI.isRetired(request.uri.path) ? "retired" : "none"))",
      "status": "\(response.status.code)",
      "durationMs": "\(duration / .milliseconds(1))",
    ]
    let parties = context.parties.values
    metadata["client"] = parties.clientID.map { "\($0)" }
    metadata["user"] = parties.userID.map { "\($0)" }
    metadata["instance"] = parties.instanceID.map { "\($0)" }
    metadata["address"] = context.clientAddress.map { "\($0)" }
    metadata["code"] = response.headers[.errorType].map { "\($0)" }
    metadata["ignored"] = response.headers[.ignored].map { "\($0)" }
    context.logger.info("Request.", metadata: metadata)
    return response
  }
}
