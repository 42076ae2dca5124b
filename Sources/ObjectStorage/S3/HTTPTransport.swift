import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// S3 over HTTP/1.1 or HTTP/2, with connections that are used again.
struct HTTPTransport: S3Transport {
  /// The longest time to get a connection, in seconds.
  static let connectSeconds: Int64 = 10
  /// The longest silence of a connection within a response, in seconds.
  static let silenceSeconds: Int64 = 60
  /// The longest time for a request and its response, in seconds. No request carries more than one part of an upload.
  static let requestSeconds: Int64 = 600

  /// One for the whole process, which ends with it. Redirections are not followed, as the signature names the host.
  private static let client = HTTPClient(
    eventLoopGroupProvider: .singleton,
    configuration: .init(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(connectSeconds), read: .seconds(silenceSeconds))))

  func send(_ message: S3Message) async throws -> S3Response {
    var request = HTTPClientRequest(url: message.url)
    request.method = HTTPMethod(rawValue: message.method)
    for (name, value) in message.headers { request.headers.add(name: name, value: value) }
    if !message.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: message.body)) }
    let response = try await Self.client.execute(request, timeout: .seconds(Self.requestSeconds))
    var body = Data()
    for try await chunk in response.body { body.append(contentsOf: chunk.readableBytesView) }
    var headers: [String: String] = [:]
    for (name, value) in response.headers { headers[name.lowercased()] = value }
    return S3Response(status: Int(response.status.code), headers: headers, body: body)
  }
}
