import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird

/// How an area of the API writes its errors.
protocol ErrorBodies: Sendable {
  associatedtype Body: Encodable

  /// The media type of errors, unless the client asked for `application/json`.
  var mediaType: String { get }

  func body(of failure: APIFailure, requestID: String) -> Body
}

/// Turns what handlers throw into answers in the words of their area.
struct ErrorMiddleware<Bodies: ErrorBodies>: RouterMiddleware {
  let bodies: Bodies

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let failure = APIFailure(error, in: context)
      return try response(to: request, failure: failure, requestID: context.requestID)
    }
  }

  private func response(to request: Request, failure: APIFailure, requestID: String) throws -> Response {
    let asksForPlainJSON = request.headers[.accept].map { MediaRange.list($0).first?.type == "application/json" }
    var response = try Response.json(
      bodies.body(of: failure, requestID: requestID), status: failure.status,
      mediaType: asksForPlainJSON == true ? "application/json" : bodies.mediaType)
    response.headers.append(contentsOf: failure.headers)
    response.headers[.errorType] = failure.code
    return response
  }
}

/// The body of errors outside every area.
struct GeneralErrors: ErrorBodies {
  struct Body: Encodable {
    let code: String
    let details: String
    let requestId: String
  }

  let mediaType = "application/json"

  func body(of failure: APIFailure, requestID: String) -> Body {
    Body(code: String(failure.status.code), details: failure.details, requestId: requestID)
  }
}

extension Response {
  /// A JSON answer; the keys are in order, so that the same answer has the same bytes.
  static func json(
    _ body: some Encodable, status: HTTPResponse.Status = .ok, mediaType: String = "application/json"
  ) throws -> Response {
    let data = try JSONText.encoder.encode(body)
    return Response(
      status: status, headers: [.contentType: mediaType], body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}

enum JSONText {
  /// Slashes stay as they are, so that addresses can be read.
  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
