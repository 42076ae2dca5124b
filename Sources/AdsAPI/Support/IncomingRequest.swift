import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird

/// A request as handlers read it.
protocol IncomingRequest: Sendable {
  var http: Request { get }
  var context: APIRequestContext { get }
}

/// A public request.
struct PublicRequest: IncomingRequest {
  let http: Request
  let context: APIRequestContext

  /// The fields of a form (`application/x-www-form-urlencoded`).
  ///
  /// - Throws: `RequestError.bodyNotAForm`, also if a field occurs more than once.
  func form(limit: Int) async throws -> [String: String] {
    let data = try await BodyReader.data(of: http, limit: limit)
    guard let text = String(data: data, encoding: .utf8),
      let fields = try? URLEncodedFormDecoder().decode([String: String].self, from: text)
    else { throw RequestError.bodyNotAForm }
    return fields
  }
}

extension IncomingRequest {
  var headers: HTTPFields { http.headers }
  var query: QueryParameters { QueryParameters(http.uri) }

  /// A part of the path, by its name in `endpoints.tsv`.
  func path(_ name: String) -> String { context.parameters.get(name) ?? "" }
}

extension AuthorizedRequest {
  // MARK: Bodies

  /// All bytes of the body.
  ///
  /// - Parameter limit: The largest number of bytes that the operation accepts.
  func data(limit: Int = BodyReader.sizeLimit) async throws -> Data {
    try await BodyReader.data(of: http, limit: limit)
  }

  /// The members of a body that has to be a JSON object.
  func members() async throws -> [String: JSONValue] { try BodyReader.object(try await data(), of: http) }

  /// The fields of a body that has to be a JSON object; none if the body is missing and not required.
  ///
  /// - Parameter limit: The largest number of bytes that the operation accepts.
  func fields(limit: Int = BodyReader.sizeLimit, isRequired: Bool = true) async throws -> FieldReader {
    let data = try await data(limit: limit)
    guard isRequired || !data.isEmpty else { return FieldReader([:]) }
    try BodyReader.requireJSONType(of: http, or: endpoint.mediaTypes.own)
    return FieldReader(try BodyReader.members(of: data))
  }

  // MARK: Responses

  /// A response in JSON, of the media type that the client accepts.
  func respond(with body: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    try Response.json(body, status: status, mediaType: mediaType.name)
  }

  /// A response with these members; without any for an operation that is done.
  func respond(object: JSONObject = [:], status: HTTPResponse.Status = .ok) throws -> Response {
    try respond(with: object, status: status)
  }
}

extension Response {
  /// A response in JSON. The keys are in order, so the same response has the same bytes.
  static func json(
    _ body: some Encodable, status: HTTPResponse.Status = .ok, mediaType: String = "application/json"
  ) throws -> Response {
    let data = try JSONEncoder.canonical.encode(body)
    return Response(
      status: status, headers: [.contentType: mediaType], body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}
