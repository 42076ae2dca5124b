import Foundation
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct LoginAPITests {
  private static let formType = ["Content-Type": "application/x-www-form-urlencoded"] as APIClient.Headers

  private func form(_ fields: [String: String]) -> String {
    fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.replacing("|", with: "%7C"))" }
      .joined(separator: "&")
  }

  private func usual(_ server: TestServer) -> [String: String] {
    [
      "grant_type": "refresh_token", "refresh_token": server.credentials.refreshToken,
      "client_id": server.credentials.clientID, "client_secret": server.credentials.clientSecret,
    ]
  }

  @Test(arguments: Door.allCases)
  func credentialsInTheBodyGiveAToken(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.send(
        .post, "/auth/o2/token", body: form(usual(server)), headers: Self.formType)
      #expect(answer.status == 200)
      #expect(answer.text("access_token").hasPrefix("Atza|"))
      #expect(answer.text("refresh_token") == server.credentials.refreshToken)
      #expect(answer.text("token_type") == "bearer")
      #expect(answer["expires_in"] == .integer(3600))
      #expect(answer.headers[.cacheControl] == "no-store")
    }
  }

  @Test(arguments: Door.allCases)
  func credentialsInAHeaderGiveAToken(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let pair = Data("\(server.credentials.clientID):\(server.credentials.clientSecret)".utf8)
      let fields = usual(server).filter { !$0.key.hasPrefix("client") }
      let answer = try await client.send(
        .post, "/auth/o2/token", body: form(fields),
        headers: Self.formType.merging(["Authorization": "Basic \(pair.base64EncodedString())"]) { $1 })
      #expect(answer.status == 200)
    }
  }

  /// The changes of the form, and the status and code of the response.
  static let refusals: [(change: [String: String?], status: Int, error: String)] = [
    (["grant_type": nil], 400, "invalid_request"),
    (["grant_type": ""], 400, "invalid_request"),
    (["grant_type": "password"], 400, "unsupported_grant_type"),
    (["refresh_token": nil], 400, "invalid_request"),
    (["refresh_token": "Atzr|wrong"], 400, "invalid_grant"),
    (["client_id": nil], 400, "invalid_request"),
    (["client_secret": nil], 400, "invalid_request"),
    (["client_id": "wrong"], 401, "invalid_client"),
    (["client_secret": "wrong"], 401, "invalid_client"),
  ]

  @Test(arguments: Door.allCases)
  func refusalsMatchLoginWithAmazon(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let fields = usual(server).merging(refusal.change.compactMapValues { $0 }) { $1 }
          .filter { refusal.change[$0.key] != .some(nil) }
        let answer = try await client.send(.post, "/auth/o2/token", body: form(fields), headers: Self.formType)
        #expect(answer.status == refusal.status, "\(refusal.change)")
        #expect(answer.text("error") == refusal.error, "\(refusal.change)")
        #expect(!answer.text("error_description").isEmpty)
        #expect(!answer.text("request_id").isEmpty)
      }
    }
  }

  @Test(arguments: Door.allCases)
  func malformedFormsAreRefused(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      let twice = form(usual(server)) + "&client_id=again"
      let basic = Self.formType.merging(["Authorization": "Basic %%%"]) { $1 }
      let attempts: [(String, APIClient.Headers)] = [
        ("{}", ["Content-Type": "application/json"]), (form(usual(server)), [:]), (twice, Self.formType),
        (form(usual(server)), basic), ("&&&===", Self.formType), ("%", Self.formType), ("", Self.formType),
      ]
      for (body, headers) in attempts {
        let answer = try await client.send(.post, "/auth/o2/token", body: body, headers: headers)
        #expect(answer.status == 400, "\(body.prefix(20))")
        #expect(answer.text("error") == "invalid_request", "\(body.prefix(20))")
      }
    }
  }

  @Test(arguments: Door.allCases)
  func expiredTokensAreRefused(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      #expect(try await client.audiences(.get).status == 200)
      server.clock.advance(bySeconds: 3600)
      let answer = try await client.audiences(.get)
      #expect(answer.status == 401)
      #expect(answer.text("details").contains("Authorization"))
      #expect(answer.errorCode == "invalid_token")
    }
  }
}
