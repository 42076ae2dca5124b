import AdsAPI
import Base
import CleanRoom
import Foundation
import Login
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// An account that was made for a user, who alone completes its onboarding.
@Suite(.hangLimit)
struct OnboardingAPITests {
  private static let creatorAddress = "ada@example.com"
  private static let account = Fixtures.setup.accountID

  /// A server whose account waits for its creator.
  private func server() async throws -> (TestServer, creator: UserRecord) {
    let server = try await TestServer()
    try await server.components.store.write { transaction in
      var account = try #require(try transaction.find(AccountRecord.self, id: Self.account))
      account.onboardedAt = nil
      try transaction.update(account)
    }
    let creator = try await UserService(store: server.components.store).setCreator(
      emailAddress: Self.creatorAddress, name: "Ada", accountID: Self.account, at: server.now)
    return (server, creator)
  }

  private func client(of user: UserRecord, _ server: TestServer, _ client: APIClient) async throws -> APIClient {
    var own = client
    own.token = try await server.consent(of: user).accessToken
    return own
  }

  private func statuses(_ client: APIClient) async throws -> [String?] {
    let path = "/amc/reporting/\(Fixtures.setup.instanceID)/workflows"
    let listed = "/audiences/list?advertiserId=\(Fixtures.setup.displayAdvertiserID)"
    return [
      try await client.account(.get, "/amc/instances"), try await client.account(.get, path),
      try await client.audiences(.get), try await client.activation(listed, body: "{}"),
    ].map { $0.status == 200 ? nil : $0.errorCode }
  }

  @Test(arguments: Door.allCases)
  func anAccountWaitsForTheConsentOfItsCreatorAlone(_ door: Door) async throws {
    let (server, creator) = try await server()
    let other = try await server.addUser("grace@example.com", [Self.account: .admin])
    try await server.run(door) { client in
      // Neither another admin nor the operator's own client can use it, or complete it.
      for caller in [client, try await self.client(of: other, server, client)] {
        let refused = try await caller.account(.get, "/amc/instances")
        #expect(refused.status == 403)
        #expect(refused.body.contains("Terms and conditions must be accepted to continue"))
        #expect(Set(try await statuses(caller)) == ["onboarding_incomplete"])
        // The account can be found.
        let accounts = try await caller.send(.get, "/amc/accounts", headers: caller.credentials)
        #expect(try accounts.json()["amcAccounts"].elements.map { $0["accountId"] } == [.string(Self.account)])
        let list = try await caller.send(.post, "/adsAccounts/list", body: "{}", headers: caller.credentials)
        let shown = try #require(try list.json()["adsAccounts"].elements.first)
        #expect(shown["status"] == .string("PENDING"))
        #expect(shown["countryCodes"].elements.isEmpty)
        let profiles = try await caller.send(.get, "/v2/profiles", headers: caller.credentials)
        #expect(try profiles.json().elements.isEmpty)
      }
      let own = try await self.client(of: creator, server, client)
      for caller in [own, client] {
        #expect(try await statuses(caller) == [nil, nil, nil, nil])
        let list = try await caller.send(.post, "/adsAccounts/list", body: "{}", headers: caller.credentials)
        #expect(try list.json()["adsAccounts"].elements.map { $0["status"] } == [.string("CREATED")])
      }
    }
    let actions = try await server.components.store.read {
      try $0.auditRecords(accountID: Self.account, after: 0, limit: 100)
    }
    #expect(actions.contains { $0.action == "account.onboard" && $0.actorID == creator.id })
  }

  @Test func aCreatorWhoIsNoAdminAnyMoreCompletesNothing() async throws {
    let (server, creator) = try await server()
    _ = try await server.addUser("grace@example.com", [Self.account: .admin])
    try await UserService(store: server.components.store).setRole(
      .viewer, emailAddress: Self.creatorAddress, accountID: Self.account, at: server.now)
    try await server.run(.router) { client in
      let own = try await self.client(of: creator, server, client)
      #expect(try await own.account(.get, "/amc/instances").errorCode == "onboarding_incomplete")
    }
  }

  @Test func aCreatorOfAnotherRegionDoesNotCompleteIt() async throws {
    let (server, creator) = try await server()
    let store = server.components.store
    let consent = ConsentService(store: store)
    try await server.components.login.setReturnURLs(
      [TestServer.returnURL], clientID: server.credentials.clientID, at: server.now)
    let asked = try await consent.request(
      AuthorizationParameters([
        (name: "client_id", value: server.credentials.clientID), (name: "response_type", value: "code"),
        (name: "redirect_uri", value: TestServer.returnURL), (name: "scope", value: Scopes.every.text),
      ]))
    func isOnboarded() async throws -> Bool? {
      try await store.read { try $0.find(AccountRecord.self, id: Self.account)?.isOnboarded }
    }
    _ = try await consent.allow(
      asked, form: .unused(), userID: creator.id, acceptsTerms: true, region: .europe,
      outside: Marketplace.ids(outside: .europe),
      at: server.now)
    #expect(try await isOnboarded() == false)
    _ = try await consent.allow(
      asked, form: .unused(), userID: creator.id, acceptsTerms: true, region: .northAmerica,
      outside: Marketplace.ids(outside: .northAmerica), at: server.now)
    #expect(try await isOnboarded() == true)
  }

  @Test func theConsentPageSaysWhoCompletesAnAccount() async throws {
    let (server, creator) = try await server()
    let other = try await server.addUser("grace@example.com", [Self.account: .viewer])
    let consent = ConsentService(store: server.components.store)
    func onboarding(of user: UserRecord) async throws -> [ConsentService.Signatory.Onboarding] {
      try await consent.signatory(userID: user.id, region: .northAmerica).accounts.map(\.onboarding)
    }
    #expect(try await onboarding(of: creator) == [.awaitsUser])
    #expect(try await onboarding(of: other) == [.awaitsCreator])
    _ = try await server.consent(of: creator)
    #expect(try await onboarding(of: creator) == [.completed])
  }

  @Test func anotherCreatorCanBeNamedUntilTheAccountIsInUse() async throws {
    let (server, first) = try await server()
    let users = UserService(store: server.components.store)
    let second = try await users.setCreator(
      emailAddress: "grace@example.com", name: "Grace", accountID: Self.account, at: server.now)
    try await server.run(.router) { client in
      let own = try await self.client(of: first, server, client)
      #expect(try await own.account(.get, "/amc/instances").errorCode == "onboarding_incomplete")
      _ = try await server.consent(of: second)
      #expect(try await own.account(.get, "/amc/instances").status == 200)
    }
    await #expect(throws: LoginRefusal.accountIsOnboarded) {
      try await users.setCreator(
        emailAddress: Self.creatorAddress, name: "Ada", accountID: Self.account, at: server.now)
    }
  }
}
