import CCodecs
import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// Compresses responses for clients that accept gzip.
///
/// Only text and JSON are compressed, from a size on at which it saves something. Files of results are streams, and
/// stay as they are, like responses that must not be stored: those have secrets, whose length would tell something.
struct CompressionMiddleware: RouterMiddleware {
  /// The sizes of bodies that are compressed, in bytes.
  static let byteCounts = 1024...(2 << 20)

  func handle(
    _ request: Request, context: APIRequestContext,
    next: (Request, APIRequestContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard request.method != .head, Self.isSuitable(response) else { return response }
    response.headers.addVary("Accept-Encoding")
    guard Self.acceptsGzip(request.headers), let packed = Gzip.packed(try await BodyCollector.bytes(of: response.body))
    else { return response }
    response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: packed))
    response.headers[.contentEncoding] = "gzip"
    return response
  }

  private static func isSuitable(_ response: Response) -> Bool {
    guard let byteCount = response.body.contentLength, byteCounts.contains(byteCount),
      response.status != .noContent, response.status != .notModified,
      response.headers[.contentEncoding] == nil, response.headers[.contentDisposition] == nil,
      response.headers[.cacheControl]?.contains("no-store") != true
    else { return false }
    let type = response.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
    return type.hasPrefix("text/") || type == "application/json" || type.hasSuffix("+json")
  }

  /// Whether the client prefers gzip to plain bodies, or takes both alike (RFC 9110, section 12.5.3).
  static func acceptsGzip(_ headers: HTTPFields) -> Bool {
    let ranges = MediaRange.list(headers[values: .acceptEncoding].joined(separator: ","))
    func quality(_ names: Set<String>) -> Double? { ranges.first { names.contains($0.type) }?.quality }
    guard let gzip = quality(["gzip", "x-gzip"]) ?? quality(["*"]), gzip > 0 else { return false }
    return gzip >= quality(["identity"]) ?? 0
  }
}

/// Packs bytes as gzip.
enum Gzip {
  /// The bytes as one gzip member; nil if that would not be smaller.
  static func packed(_ bytes: [UInt8]) -> [UInt8]? {
    let packed = [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
      count = bytes.withUnsafeBufferPointer { input in
        adyton_gzip_pack(input.baseAddress, input.count, room.baseAddress, room.count)
      }
    }
    return packed.isEmpty ? nil : packed
  }
}

/// Collects a body that is whole in memory anyway.
private struct BodyCollector: ResponseBodyWriter {
  private final class Bytes: Sendable {
    let collected = Mutex<[UInt8]>([])
  }

  private let bytes: Bytes

  static func bytes(of body: ResponseBody) async throws -> [UInt8] {
    let bytes = Bytes()
    try await body.write(BodyCollector(bytes: bytes))
    return bytes.collected.withLock { $0 }
  }

  mutating func write(_ buffer: ByteBuffer) async throws {
    bytes.collected.withLock { $0.append(contentsOf: buffer.readableBytesView) }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
