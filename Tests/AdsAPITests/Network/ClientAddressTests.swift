@testable import AdsAPI
import Base
import ServerTestSupport
import TestSupport
import Testing

/// The address and the protocol of a client reach the log and the URLs of answers, and nobody can make them up.
@Suite(.hangLimit) struct ClientAddressTests {
  private static let headers: APIClient.Headers = [
    "X-Forwarded-For": "1.2.3.4, 198.51.100.7", "X-Forwarded-Proto": "https",
  ]
  private static let path = "/amc/instances/\(Fixtures.setup.instanceID)"

  /// - Parameter trusted: The addresses of trusted proxies. The test's client connects from this machine.
  private static func server(trusting trusted: [String]) async throws -> TestServer {
    try await TestServer(configure: { dependencies, _ in
      dependencies.apiSettings.trustedProxies = TrustedProxies(trusted.compactMap { NetworkRange($0) })
    })
  }

  @Test func aTrustedProxySaysWhoAsks() async throws {
    let server = try await Self.server(trusting: ["127.0.0.0/8", "::1"])
    try await server.run(.live) { client in
      let answer = try await client.account(.get, Self.path, headers: Self.headers)
      #expect(answer.text("instance", "apiEndpoint").hasPrefix("https://"), "\(answer.body)")
    }
    #expect(server.log.text.contains(#""address":"198.51.100.7""#), "\(server.log.text)")
    #expect(!server.log.text.contains("1.2.3.4"))
  }

  @Test(arguments: [[], ["10.0.0.0/8", "2001:db8::/32"]])
  func nobodyElseIsBelieved(_ trusted: [String]) async throws {
    let server = try await Self.server(trusting: trusted)
    try await server.run(.live) { client in
      let answer = try await client.account(.get, Self.path, headers: Self.headers)
      #expect(answer.text("instance", "apiEndpoint").hasPrefix("http://"), "\(answer.body)")
    }
    #expect(!server.log.text.contains("198.51.100.7") && !server.log.text.contains("1.2.3.4"))
    #expect(server.log.text.contains(#/"address":"(127\.0\.0\.1|::1)"/#), "\(server.log.text)")
  }
}
