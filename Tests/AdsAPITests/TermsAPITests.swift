import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Testing

@Suite struct TermsAPITests {
  private static let path = "/amc/audiences/connections/terms"

  private func agreement(_ token: String, _ hasAccepted: String = "true") -> String {
    #"{"agreementToken": "\#(token)", "hasAccepted": \#(hasAccepted)}"#
  }

  /// A server whose client has accepted nothing yet.
  private func server(_ options: TestServer.Options = TestServer.Options()) async throws -> TestServer {
    let server = try await TestServer(options)
    let clientID = server.credentials.clientID
    try await server.components.store.write { try $0.delete(TermsAcceptanceRecord.self, id: clientID) }
    return server
  }

  @Test(arguments: Door.allCases)
  func termsAreAcceptedOnce(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      let terms = try await client.account(.get, Self.path)
      #expect(terms.status == 200)
      #expect(terms["hasAccepted"] == .boolean(false))
      #expect(terms.text("agreementContent").hasPrefix("<h1>"))
      await #expect(throws: CleanRoomError.termsNotAccepted) {
        try await server.components.terms.requireAccepted(clientID: client.clientID)
      }
      let answer = try await client.account(.patch, Self.path, body: agreement(terms.text("agreementToken")))
      #expect(answer.status == 204)
      #expect(try await client.account(.get, Self.path).body == #"{"hasAccepted":true}"#)
      try await server.components.terms.requireAccepted(clientID: client.clientID)
    }
  }

  @Test func acceptanceCanBeWithdrawn() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let token = try await client.account(.get, Self.path).text("agreementToken")
      for text in ["true", "false"] {
        #expect(try await client.account(.patch, Self.path, body: agreement(token, text)).status == 204)
      }
      await #expect(throws: CleanRoomError.termsNotAccepted) {
        try await server.components.terms.requireAccepted(clientID: client.clientID)
      }
    }
  }

  @Test func agreementTokensAreBoundToClientAndText() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let foreign = try await server.components.terms.terms(clientID: server.otherCredentials.clientID)
      for token in [foreign.agreementToken, "", String(repeating: "0", count: 64)] {
        let answer = try await client.account(.patch, Self.path, body: agreement(token))
        #expect(answer.status == 400)
        #expect(answer.text("message").contains("agreementToken"))
      }
      // A client that accepted another text is asked again.
      let earlier = TermsAcceptanceRecord(
        clientID: client.clientID, agreementToken: "earlier", acceptedAt: Fixtures.now)
      try await server.components.store.write { try $0.save(earlier) }
      #expect(try await client.account(.get, Self.path)["hasAccepted"] == .boolean(false))
    }
  }

  @Test(arguments: [
    (#"{"hasAccepted": true}"#, "agreementToken"), (#"{"agreementToken": "x"}"#, "hasAccepted"),
    (#"{"agreementToken": 1, "hasAccepted": true}"#, "agreementToken"),
    (#"{"agreementToken": "x", "hasAccepted": "yes"}"#, "hasAccepted"),
    (#"{"agreementToken": "x", "hasAccepted": true, "more": 1}"#, "more"), ("[]", "object"), ("", "missing"),
  ])
  func refusalsNameTheField(_ body: String, _ name: String) async throws {
    let server = try await server(.strict)
    try await server.run(.router) { client in
      let answer = try await client.account(.patch, Self.path, body: body)
      #expect(answer.status == 400)
      #expect(answer.text("message").contains(name), "\(answer.body)")
    }
  }

  @Test func theOperatorCanAcceptForAClient() async throws {
    let server = try await server()
    #expect(try await server.components.terms.accept(clientID: server.credentials.clientID))
    try await server.components.terms.requireAccepted(clientID: server.credentials.clientID)
    #expect(try await !server.components.terms.accept(clientID: "nobody"))
  }
}
