@testable import AdsAPI
import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// The line of a request names client, user, instance and the id that the answer has, as far as they are checked.
@Suite(.hangLimit) struct RequestLogTests {
  private static let path = "/amc/instances/\(Fixtures.setup.instanceID)"

  /// The line of the request with that answer.
  private static func line(of answer: Answer, in server: TestServer) throws -> [String: String] {
    let name = try #require(HTTPField.Name("x-amzn-RequestId"))
    let id = try #require(answer.headers[name])
    let lines = try server.log.text.split(separator: "\n").map {
      try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
    }
    return try #require(lines.first { $0["requestId"] == id && $0["message"] == "Request." })
  }

  @Test func aClientsOwnRequestIsNamed() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let line = try Self.line(of: try await client.account(.get, Self.path), in: server)
      #expect(line["client"] == server.credentials.clientID)
      #expect(line["instance"] == Fixtures.setup.instanceID)
      #expect(line["user"] == nil)
      #expect(line["status"] == "200" && line["route"] == "/amc/instances/{instanceId}")
    }
    #expect(!server.log.text.contains("Atza"))
  }

  @Test func aUsersRequestIsNamed() async throws {
    let server = try await TestServer()
    let user = try await server.addUser("ada@example.com", [Fixtures.setup.accountID: .admin])
    try await server.run(.router) { client in
      var client = client
      client.token = try await server.consent(of: user).accessToken
      let line = try Self.line(of: try await client.account(.get, Self.path), in: server)
      #expect(line["user"] == user.id && line["client"] == server.credentials.clientID)
    }
    #expect(!server.log.text.contains("ada@example.com"))
  }

  @Test func whatIsOnlyClaimedIsNotLogged() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let wrong = try await client.account(.get, Self.path, headers: ["Authorization": "Bearer Atza|made-up"])
      let line = try Self.line(of: wrong, in: server)
      #expect(line["status"] == "401" && line["code"] == "invalid_token")
      #expect(line["client"] == nil && line["instance"] == nil && line["user"] == nil)
      // The caller is known here, and the instance is another one's.
      let forbidden = try await client.account(.get, "/amc/instances/\(Fixtures.otherSetup.instanceID)")
      let second = try Self.line(of: forbidden, in: server)
      #expect(second["client"] == server.credentials.clientID && second["instance"] == nil, "\(second)")
      _ = try await client.send(.get, "/amc/instances/secret-name?q=secret-value")
    }
    #expect(!server.log.text.contains("made-up") && !server.log.text.contains("secret-"))
  }
}
