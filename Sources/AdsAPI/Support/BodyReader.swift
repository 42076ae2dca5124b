import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird

/// A request's body, read within limits.
enum BodyReader {
  /// The largest size of a body in bytes, unless an operation accepts more.
  static let sizeLimit = 512 * 1024
  /// The largest depth of a body.
  static let depthLimit = JSONValue.depthLimit

  /// All bytes of the body. A body that ends early, or breaks the rules of HTTP, is the client's fault.
  ///
  /// - Parameter limit: The largest number of bytes that the operation accepts.
  static func data(of request: Request, limit: Int = sizeLimit) async throws -> Data {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw RequestError.bodyTooLarge(limit: limit)
    }
    var data = Data()
    var chunks = request.body.makeAsyncIterator()
    while let chunk = try await next(&chunks) {
      guard data.count + chunk.readableBytes <= limit else { throw RequestError.bodyTooLarge(limit: limit) }
      data.append(contentsOf: chunk.readableBytesView)
    }
    return data
  }

  static func next(
    _ chunks: inout RequestBody.AsyncIterator
  ) async throws(RequestError) -> ByteBuffer? {
    do { return try await chunks.next() } catch { throw .bodyUnreadable }
  }

  /// The members of a body that has to be a JSON object.
  static func object(_ data: Data, of request: Request) throws(RequestError) -> [String: JSONValue] {
    try requireJSONType(of: request)
    return try members(of: data)
  }

  /// The members of a JSON object.
  static func members(of data: Data) throws(RequestError) -> [String: JSONValue] {
    guard case .object(let members) = try value(of: data) else { throw .bodyNotAnObject }
    return members
  }

  /// Any JSON value.
  static func value(of data: Data) throws(RequestError) -> JSONValue {
    guard !data.isEmpty else { throw .bodyMissing }
    do throws(JSONValue.Failure) {
      return try JSONValue(parsing: data)
    } catch {
      switch error {
      case .notJSON: throw .bodyNotJSON
      case .tooDeep: throw .bodyTooDeep
      case .nulCharacter: throw .bodyWithNUL
      }
    }
  }

  /// Accepts JSON and AMC's own types, and the type that curl sends by default, as in AMC's published examples. Where
  /// reading is lenient, any other type is ignored.
  ///
  /// - Parameter mediaType: A further type that the operation accepts.
  static func requireJSONType(of request: Request, or mediaType: String? = nil) throws(RequestError) {
    let reading = RequestReading.current
    do throws(RequestError) {
      try refuseOtherTypes(of: request, than: mediaType)
    } catch {
      guard reading.isLenient else { throw error }
      reading.ignore(HTTPField.Name.contentType.rawName)
    }
  }

  private static func refuseOtherTypes(of request: Request, than mediaType: String?) throws(RequestError) {
    guard let header = try request.headers.single(.contentType) else { return }
    let type = header.split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() } ?? ""
    let isJSON =
      type == "application/json" || type == mediaType?.lowercased()
      || (type.hasPrefix("application/vnd.amc") && type.hasSuffix("+json"))
    guard isJSON || type == "application/x-www-form-urlencoded" else {
      throw .malformedHeader("Content-Type", reason: "must be application/json.")
    }
  }
}
