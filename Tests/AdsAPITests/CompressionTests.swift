@testable import AdsAPI
import CCodecs
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ServerTestSupport
import TestSupport
import Testing

/// Long responses in text or JSON are compressed for clients that accept gzip; nothing else is.
@Suite(.hangLimit)
struct CompressionTests {
  private static let acceptEncoding = "Accept-Encoding"
  private static let dataSources = "/amc/reporting/\(Fixtures.setup.instanceID)/dataSources"

  /// The bytes of a response through the router: its body as text would be damaged.
  private static func bytes(
    of server: TestServer, _ path: String, method: HTTPRequest.Method = .get, accepting encoding: String?
  ) async throws -> (headers: HTTPFields, body: [UInt8]) {
    let grant = try await server.components.login.grant(server.request(for: server.credentials), at: server.clock.now)
    var fields: HTTPFields = [.authorization: "Bearer \(grant.accessToken)", .clientID: server.credentials.clientID]
    fields[.advertiserID] = Fixtures.setup.accountID
    fields[.marketplaceID] = Fixtures.setup.marketplaceID
    fields[.acceptEncoding] = encoding
    let application = server.components.application(host: "127.0.0.1", port: 0, logger: server.log.logger)
    return try await application.test(.router) { [fields] client in
      let response = try await client.executeRequest(uri: path, method: method, headers: fields, body: nil)
      return (response.headers, [UInt8](response.body.readableBytesView))
    }
  }

  private static func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
    let unpacker = try #require(adyton_unpacker_make(ADYTON_CODEC_GZIP))
    defer { adyton_unpacker_destroy(unpacker) }
    var (room, used, written) = ([UInt8](repeating: 0, count: 4 << 20), 0, 0)
    let state = adyton_unpacker_step(unpacker, bytes, bytes.count, &room, room.count, &used, &written)
    #expect(state == ADYTON_CODEC_END)
    #expect(used == bytes.count)
    return Array(room[..<written])
  }

  @Test(arguments: ["gzip", "deflate, gzip;q=0.8", "*", "x-gzip", "GZIP", "identity;q=0.5, gzip;q=0.5", "br, *;q=0.1"])
  func aLongResponseIsCompressed(_ encoding: String) async throws {
    let server = try await TestServer()
    let plain = try await Self.bytes(of: server, Self.dataSources, accepting: nil)
    let packed = try await Self.bytes(of: server, Self.dataSources, accepting: encoding)
    #expect(packed.headers[.contentEncoding] == "gzip")
    #expect(packed.headers[.contentLength] == "\(packed.body.count)")
    #expect(packed.body.count < plain.body.count / 4)
    #expect(try Self.unpacked(packed.body) == plain.body)
    #expect(packed.headers[.contentType] == plain.headers[.contentType])
    for headers in [plain.headers, packed.headers] { #expect(headers[.vary] == "Accept-Encoding") }
    #expect(plain.headers[.contentEncoding] == nil)
  }

  @Test(arguments: ["gzip;q=0", "identity", "br", "*;q=0", "gzip;q=0, *", "identity, gzip;q=0.5", ""])
  func aClientThatDoesNotWantGzipGetsPlainBytes(_ encoding: String) async throws {
    let server = try await TestServer()
    let answer = try await Self.bytes(of: server, Self.dataSources, accepting: encoding)
    #expect(answer.headers[.contentEncoding] == nil)
    #expect(answer.body.first == UInt8(ascii: "{"))
  }

  @Test func shortResponsesAndThoseWithoutABodyStayAsTheyAre() async throws {
    let server = try await TestServer()
    let short = try await Self.bytes(of: server, "/health", accepting: "gzip")
    #expect(short.headers[.contentEncoding] == nil)
    #expect(short.headers[.vary] == nil)
    let head = try await Self.bytes(of: server, Self.dataSources, method: .head, accepting: "gzip")
    #expect(head.headers[.contentEncoding] == nil)
    #expect(head.body.isEmpty)
    // A server that compressed through its connection ended itself here.
    let unknown = try await Self.bytes(of: server, "/nothing", accepting: "gzip")
    #expect(unknown.headers[.contentEncoding] == nil)
    #expect(unknown.body.first == UInt8(ascii: "{"))
  }

  /// A body of the size, through the middleware alone.
  private static func answer(_ response: Response) async throws -> HTTPFields {
    let router = Router(context: APIRequestContext.self)
    router.add(middleware: CompressionMiddleware())
    router.get("/") { _, _ in response }
    return try await Application(router: router).test(.router) { client in
      try await client.executeRequest(uri: "/", method: .get, headers: [.acceptEncoding: "gzip"], body: nil).headers
    }
  }

  @Test func onlyTextAndJSONInMemoryIsCompressed() async throws {
    let body = ResponseBody(byteBuffer: ByteBuffer(string: String(repeating: "a", count: 1024)))
    func encoding(_ fields: HTTPFields, _ body: ResponseBody, _ status: HTTPResponse.Status = .ok) async throws
      -> String?
    {
      try await Self.answer(Response(status: status, headers: fields, body: body))[.contentEncoding]
    }
    for type in ["text/plain", "application/json; charset=utf-8", "application/vnd.amcworkflows.v1+json"] {
      #expect(try await encoding([.contentType: type], body) == "gzip")
    }
    #expect(try await encoding([.contentType: "application/vnd.apache.parquet"], body) == nil)
    #expect(try await encoding([.contentType: "application/json", .contentEncoding: "br"], body) == "br")
    #expect(try await encoding([.contentType: "application/json", .cacheControl: "no-store"], body) == nil)
    #expect(try await encoding([.contentType: "text/csv", .contentDisposition: "attachment"], body) == nil)
    let short = ResponseBody(byteBuffer: ByteBuffer(string: String(repeating: "a", count: 1023)))
    #expect(try await encoding([.contentType: "application/json"], short) == nil)
    let stream = ResponseBody { writer in
      try await writer.write(ByteBuffer(string: String(repeating: "a", count: 4096)))
      try await writer.finish(nil)
    }
    #expect(try await encoding([.contentType: "application/json"], stream) == nil)
    // Bytes without any repetition would only become longer.
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<2048).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(try await encoding([.contentType: "text/plain"], ResponseBody(byteBuffer: ByteBuffer(bytes: noise))) == nil)
  }
}
