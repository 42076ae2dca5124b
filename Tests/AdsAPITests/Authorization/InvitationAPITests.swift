import AdsAPI
import CleanRoom
import Foundation
import HTTPTypes
import Login
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// Invitations over HTTP, the page behind their links, and what roles and regions come to.
@Suite(.hangLimit)
struct InvitationAPITests {
  private static let account: APIClient.Headers = ["Amazon-Ads-AccountId": Fixtures.setup.accountID]

  private func server(_ configure: (inout ServerComponents.Dependencies) -> Void = { _ in }) async throws -> TestServer
  {
    try await TestServer(configure: { dependencies, _ in
      dependencies.passwordCost = TestServer.cheapPasswords
      configure(&dependencies)
    })
  }

  private func send(
    _ client: APIClient, _ method: HTTPRequest.Method, _ path: String = "", _ body: String? = nil
  ) async throws -> Answer {
    try await client.account(method, "/user-invitations" + path, body: body, headers: Self.account)
  }

  private func invitation(_ emailAddress: String, _ role: String) -> String {
    """
    {"user": {"emailAddress": "\(emailAddress)", "userName": "Ada <Lovelace>"},
     "permissionSet": {"type": "ROLE", "role": {"name": "\(role)"}}}
    """
  }

  private func batch(_ elements: String...) -> String {
    "{\"userInvitationRequests\": [\(elements.joined(separator: ","))], \"notifyInvitedUsers\": true}"
  }

  @Test(arguments: Door.allCases)
  func anInvitationIsMadeShownAndAccepted(_ door: Door) async throws {
    let server = try await server()
    let service = InvitationService(store: server.components.store)
    try await server.run(door) { client in
      let made = try await send(
        client, .post, "", batch(invitation("ada@example.com", "viewer"), invitation("nobody", "admin")))
      #expect(made.status == 207)
      #expect(made.text("error", "0", "code") == "unfit_email_address")
      #expect(made["error", "0", "index"] == .integer(1))
      let id = made.text("success", "0", "invitationId")
      let shown = try await send(client, .get, "/\(id)")
      #expect(shown.text("state") == "PENDING")
      #expect(shown.text("permissionSet", "role", "name") == "viewer")
      #expect(try await send(client, .post, "/list", "{}")["userInvitations"].elements.count == 1)

      let token = try await service.makeLink(id: id, at: server.clock.now, by: .operatorAtMachine)
      let path = OneTimeLinkAddress.path(token: token)
      let page = try await client.send(.get, path)
      #expect(page.status == 200)
      #expect(page.body.contains("Ada &lt;Lovelace&gt;"))
      #expect(page.body.contains("name=\"terms\""))
      let form = "password=correct+horse+battery&again=correct+horse+battery"
      let type: APIClient.Headers = ["Content-Type": "application/x-www-form-urlencoded"]
      let refused = try await client.send(.post, path, body: form, headers: type)
      #expect(refused.status == 422)
      #expect(refused.errorCode == "user_terms_not_accepted")
      #expect(try await client.send(.post, path, body: form + "&terms=accepted", headers: type).status == 200)
      #expect(try await send(client, .get, "/\(id)").text("state") == "REDEEMED")
      let again = try await client.send(.get, path)
      #expect(again.status == 404)
      #expect(again.errorCode == "unknown_link")
      #expect(!server.log.text.contains(token))
    }
  }

  @Test(arguments: Door.allCases)
  func invitationsAreRevokedAndSentAgain(_ door: Door) async throws {
    let server = try await server()
    try await server.run(door) { client in
      let made = try await send(client, .post, "", batch(invitation("ada@example.com", "admin")))
      let id = made.text("success", "0", "invitationId")
      func update(_ state: String) async throws -> Answer {
        try await send(
          client, .put, "",
          "{\"userInvitationUpdateRequests\": [{\"invitationId\": \"\(id)\", \"state\": \"\(state)\"}]}")
      }
      server.clock.advance(bySeconds: 1000)
      #expect(try await update("PENDING").text("success", "0", "invitationId") == id)
      #expect(try await send(client, .get, "/\(id)").text("expirationDateTime") == "2025-06-15T12:16:40Z")
      #expect(try await update("REVOKED").text("success", "0", "invitationId") == id)
      #expect(try await update("PENDING").text("error", "0", "code") == "invitation_not_pending")
      #expect(try await update("OTHER").errorCode == "wrong_type")
      #expect(try await send(client, .post, "/list")["userInvitations"].elements.isEmpty)
      #expect(try await send(client, .get, "/unknown").errorCode == "unknown_invitation")
    }
  }

  @Test func batchesHaveTheirLimit() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let bodies = [
        "{}", "{\"userInvitationRequests\": []}", "{\"userInvitationRequests\": [1]}",
        "{\"userInvitationRequests\": [\((0...50).map { _ in "{}" }.joined(separator: ","))]}",
        batch("{\"user\": {\"emailAddress\": \"a@b\"}}"), batch(invitation("a@b", "owner")),
      ]
      for body in bodies {
        let answer = try await send(client, .post, "", body)
        #expect(answer.status == 400, "\(body.prefix(60))")
      }
    }
  }

  // MARK: Roles and regions

  @Test func aRoleThatIsLostIsLostAtOnce() async throws {
    let server = try await server()
    let user = try await server.addUser("ada@example.com", [Fixtures.setup.accountID: .admin])
    _ = try await server.addUser("bob@example.com", [Fixtures.setup.accountID: .admin])
    let users = UserService(store: server.components.store)
    try await server.run(.router) { client in
      var own = client
      own.token = try await server.consent(of: user).accessToken
      let body = AudienceBody.json()
      #expect(try await own.audiences(.post, body: body).status == 200)
      try await users.setRole(
        .viewer, emailAddress: user.emailAddress, accountID: Fixtures.setup.accountID, at: server.clock.now)
      #expect(try await own.audiences(.post, body: body).errorCode == "viewer_forbidden")
      #expect(try await own.audiences(.get).status == 200)
      try await users.remove(
        emailAddress: user.emailAddress, accountID: Fixtures.setup.accountID, at: server.clock.now)
      #expect(try await own.audiences(.get).errorCode == "instance_forbidden")
      #expect(try await own.account(.get, "/amc/accounts")["amcAccounts"].elements.isEmpty)
    }
  }

  @Test func accountsOfOtherRegionsAreNotSeen() async throws {
    let server = try await server { $0.apiSettings.region = .europe }
    try await server.components.instances.grantAccess(
      clientID: server.credentials.clientID, accountID: Fixtures.otherSetup.accountID, at: server.clock.now)
    try await server.run(.router) { client in
      let accounts = try await client.account(.get, "/amc/accounts")
      #expect(accounts["amcAccounts"].elements.count == 1)
      #expect(accounts.text("amcAccounts", "0", "accountId") == Fixtures.otherSetup.accountID)
      #expect(try await client.account(.get, "/amc/instances").errorCode == "account_forbidden")
      #expect(try await client.audiences(.get).errorCode == "instance_forbidden")
      #expect(try await client.activation("/audiences/list", body: "{}").errorCode == "profile_forbidden")
    }
  }

  @Test(arguments: [
    ("advertising-api.amazon.com", Region.northAmerica), ("ADVERTISING-API-EU.amazon.com:443", .europe),
    ("advertising-api-fe.amazon.com", .farEast), ("eu.account.amazon.com", .europe), ("api.amazon.co.jp", .farEast),
  ])
  func hostNamesSayTheRegion(_ host: String, _ region: Region) {
    #expect(HostNames.region(host) == region)
    #expect(HostNames.region("amc.example.com") == nil)
    #expect(HostNames.region("") == nil)
  }

  /// Connections belong to a client, and each of its users gets to their own.
  @Test func usersOfAClientDoNotSeeEachOthersConnections() async throws {
    let server = try await server()
    let ada = try await server.addUser("ada@example.com", [Fixtures.setup.accountID: .admin])
    let bob = try await server.addUser("bob@example.com", [Fixtures.otherSetup.accountID: .admin])
    try await server.run(.router) { client in
      var (adas, bobs) = (client, client)
      adas.token = try await server.consent(of: ada).accessToken
      bobs.token = try await server.consent(of: bob).accessToken
      let path = "/amc/audiences/connections"
      let body =
        "{\"amcAccountId\": \"\(Fixtures.setup.accountID)\", \"amcInstanceId\": \"\(Fixtures.setup.instanceID)\"}"
      #expect(try await bobs.account(.post, path, body: body).errorCode == "account_forbidden")
      let made = try await adas.account(.post, path, body: body)
      #expect(made.status == 201, "\(made.body)")
      let id = made.text("connectionId")
      #expect(try await adas.account(.get, path)["connections"].elements.count == 1)
      #expect(try await bobs.account(.get, path)["connections"].elements.isEmpty)
      #expect(try await bobs.account(.delete, path + "?connectionId=\(id)").errorCode == "unknown_connection")
      #expect(try await bobs.account(.delete, path).status == 204)
      #expect(try await adas.account(.get, path)["connections"].elements.count == 1)
    }
  }
}
