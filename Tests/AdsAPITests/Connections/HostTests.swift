import Foundation
import HTTPTypes
import Hummingbird
import NIOEmbedded
import ServerTestSupport
import TestSupport
import Testing

@testable import AdsAPI

/// A request names one host.
@Suite(.hangLimit) struct HostTests {
  /// The code of the refusal; nil if the request goes on.
  private func refusal(_ authority: String?, more: [String] = []) async throws -> String? {
    var request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/health")
    let name = try #require(HTTPField.Name("Host"))
    for host in more { request.headerFields.append(HTTPField(name: name, value: host)) }
    let context = APIRequestContext(
      source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: LineLog().logger))
    do {
      _ = try await HostMiddleware().handle(
        Request(head: request, body: RequestBody(buffer: ByteBuffer())), context: context
      ) { _, _ in Response(status: .ok) }
      return nil
    } catch let error as RequestError {
      #expect(error.status == .badRequest)
      return error.code
    }
  }

  @Test(arguments: ["localhost", "localhost:8080", "192.0.2.7", "[2001:db8::7]:80", "amc.example.com"])
  func oneHostIsFine(_ host: String) async throws {
    #expect(try await refusal(host) == nil)
  }

  @Test func noHostIsRefused() async throws {
    #expect(try await refusal(nil) == "missing_header")
    #expect(try await refusal("") == "missing_header")
  }

  @Test func severalHostsAreRefused() async throws {
    #expect(try await refusal("a.example.com", more: ["b.example.com"]) == "repeated_header")
    #expect(try await refusal("a.example.com", more: ["a.example.com"]) == "repeated_header")
  }

  @Test(arguments: [
    "a.example.com, b.example.com", "a b", "a/b", "user@a", "a?b", "a#b", String(repeating: "a", count: 513),
  ])
  func textsThatAreNoHostAreRefused(_ host: String) async throws {
    #expect(try await refusal(host) == "malformed_header")
  }

  @Test(arguments: Door.allCases)
  func everyRouteAsksForOneHost(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for path in ["/health", "/auth/o2/token", "/amc/accounts", "/nothing"] {
        let answer = try await client.send(.get, path, headers: ["Host": "other.example.com"])
        #expect(answer.status == 400, "\(path)")
        #expect(answer.errorCode == "repeated_header", "\(path)")
      }
    }
  }
}
