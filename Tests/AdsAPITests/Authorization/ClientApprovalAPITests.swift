import Foundation
import Login
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// The scopes that the operator approves for a client.
@Suite(.hangLimit)
struct ClientApprovalAPITests {
  private static let audiences = "advertising::audiences"
  private static let campaigns = "advertising::campaign_management"

  private func token(
    _ client: APIClient, _ credentials: ClientCredentials, scope: String? = nil
  ) async throws -> Answer {
    var fields = [
      "grant_type": "refresh_token", "refresh_token": credentials.refreshToken, "client_id": credentials.clientID,
      "client_secret": credentials.clientSecret,
    ]
    fields["scope"] = scope
    return try await client.send(
      .post, "/auth/o2/token", body: String(decoding: try JSONEncoder().encode(fields), as: UTF8.self),
      headers: ["Content-Type": "application/json"])
  }

  private func consent(_ server: TestServer, _ client: APIClient, scope: String) async throws -> String? {
    var url = URLComponents()
    url.path = "/ap/oa"
    url.queryItems = [
      URLQueryItem(name: "client_id", value: server.credentials.clientID), URLQueryItem(name: "scope", value: scope),
      URLQueryItem(name: "response_type", value: "code"),
      URLQueryItem(name: "redirect_uri", value: TestServer.returnURL),
    ]
    let answer = try await client.send(.get, try #require(url.string))
    guard let location = answer.headers[.location] else {
      #expect(answer.status == 200)
      return nil
    }
    return URLComponents(string: location)?.queryItems?.first { $0.name == "error" }?.value
  }

  private func approve(_ scopes: Scopes?, _ server: TestServer) async throws {
    try await server.components.login.approve(scopes, clientID: server.credentials.clientID, at: server.now)
  }

  @Test(arguments: Door.allCases)
  func aGrantHasTheApprovedScopesAlone(_ door: Door) async throws {
    let server = try await TestServer()
    try await approve(Scopes([.audiences]), server)
    try await server.run(door) { client in
      let all = try await token(client, server.credentials)
      #expect(all.status == 200)
      var own = client
      own.token = all.text("access_token")
      #expect(try await own.account(.get, "/amc/accounts").errorCode == "insufficient_scope")
      #expect(try await own.account(.get, "/amc/audiences/connections/terms").status == 200)

      #expect(try await token(client, server.credentials, scope: Self.audiences).status == 200)
      for scope in [Self.campaigns, "\(Self.audiences) \(Self.campaigns)", "cpc_advertising:campaign_management"] {
        let refused = try await token(client, server.credentials, scope: scope)
        #expect(refused.status == 400, "\(scope)")
        #expect(refused.text("error") == "invalid_scope", "\(scope)")
      }
    }
  }

  @Test func aClientWithoutApprovalGetsNoToken() async throws {
    let server = try await TestServer()
    let applicant = try await server.components.login.registerClient(
      name: "applicant", approvedScopes: nil, at: server.now)
    try await server.run(.router) { client in
      #expect(try await token(client, applicant).text("error") == "invalid_scope")
      try await server.components.login.approve(.every, clientID: applicant.clientID, at: server.now)
      #expect(try await token(client, applicant).status == 200)
    }
  }

  @Test func anApprovalThatIsTakenBackEndsItsTokens() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      #expect(try await client.account(.get, "/amc/accounts").status == 200)
      try await approve(Scopes([.audiences]), server)
      let narrowed = try await client.account(.get, "/amc/accounts")
      #expect(narrowed.status == 403)
      #expect(narrowed.errorCode == "insufficient_scope")
      try await approve(.every, server)
      #expect(try await client.account(.get, "/amc/accounts").status == 200)
    }
    let acts = try await server.components.store.read { try $0.auditRecords(accountID: nil, after: 0, limit: 100) }
      .filter { $0.action == "client.approve" }
    #expect(acts.map(\.details) == [#"{"scopes":"\#(Self.audiences)"}"#, #"{"scopes":"\#(Scopes.every.text)"}"#])
  }

  @Test func theConsentPageAsksForApprovedScopesOnly() async throws {
    let server = try await TestServer()
    try await server.components.login.setReturnURLs(
      [TestServer.returnURL], clientID: server.credentials.clientID, at: server.now)
    try await approve(Scopes([.audiences]), server)
    try await server.run(.router) { client in
      #expect(try await consent(server, client, scope: Self.audiences) == nil)
      #expect(try await consent(server, client, scope: "\(Self.audiences) \(Self.campaigns)") == "invalid_scope")
      #expect(try await consent(server, client, scope: Self.campaigns) == "invalid_scope")
      try await approve(nil, server)
      #expect(try await consent(server, client, scope: Self.audiences) == "invalid_scope")
    }
  }

  @Test func aConsentFromBeforeGivesWhatIsApprovedWhenItIsUsed() async throws {
    let server = try await TestServer()
    let user = try await server.addUser("ada@example.com", [Fixtures.setup.accountID: .admin])
    let grant = try await server.consent(of: user)
    #expect(grant.scopes == .every)
    try await approve(Scopes([.campaignManagement]), server)
    var request = TokenRequest(
      grantType: "refresh_token", refreshToken: grant.refreshToken, clientID: server.credentials.clientID,
      clientSecret: server.credentials.clientSecret)
    #expect(try await server.components.login.grant(request, at: server.now).scopes == Scopes([.campaignManagement]))
    request.scope = Self.audiences
    let narrow = request
    await #expect(throws: LoginError.invalidScope) {
      try await server.components.login.grant(narrow, at: server.now)
    }
  }

  // MARK: Names of scopes

  /// Requests of clients of several services, and their responses.
  static let requests: [(asked: String, granted: String)] = [
    ("cpc_advertising:campaign_management", campaigns),
    ("cpc_advertising:campaign_management advertising::audiences", "\(audiences) \(campaigns)"),
    ("advertising::campaign_management advertising::test:create_account", campaigns),
    ("profile advertising::audiences postal_code", audiences),
  ]

  @Test(arguments: requests.indices)
  func olderNamesAreKnownAndUnknownOnesDropped(_ index: Int) async throws {
    let (asked, granted) = Self.requests[index]
    let server = try await TestServer()
    try await server.components.login.setReturnURLs(
      [TestServer.returnURL], clientID: server.credentials.clientID, at: server.now)
    try await server.run(.router) { client in
      let answer = try await token(client, server.credentials, scope: asked)
      #expect(answer.status == 200)
      #expect(answer.text("scope") == granted)
      #expect(try await token(client, server.credentials)["scope"] == .null)
      let identity = try await server.components.login.authenticate(
        accessToken: answer.text("access_token"), clientID: server.credentials.clientID, at: server.now)
      #expect(identity.scopes.text == granted)
      #expect(try await consent(server, client, scope: asked) == nil)
      // Unknown ones alone give nothing.
      #expect(try await token(client, server.credentials, scope: "profile").text("error") == "invalid_scope")
    }
  }
}
