@testable import AdsAPI
import Base
import CleanRoom
import Foundation
import HTTPTypes
import Login
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// Every operation of `endpoints.tsv`, called by everyone who may not: status and stable code of each refusal.
@Suite(.hangLimit)
struct AuthorizationMatrixTests {
  /// A request of an operation as its rightful client would send it.
  private struct Call {
    let operation: String
    let scope: Scope?
    let isForAdmins: Bool
    let method: HTTPRequest.Method
    let path: String
    let address: RequestAddress

    init(_ endpoint: Endpoint) throws {
      operation = endpoint.operation
      scope = endpoint.scope
      isForAdmins = [.change, .administrator].contains(endpoint.role)
      method = endpoint.method
      address = try #require(AuthorizationMatrix.addresses[endpoint.operation])
      path = endpoint.path.split(separator: "/", omittingEmptySubsequences: false).map { part in
        switch part {
        case "{instanceId}": Fixtures.setup.instanceID
        case "{profileId}": Fixtures.setup.profileID
        case "{advertiserId}": Fixtures.setup.displayAdvertiserID
        case _ where part.hasPrefix("{"): "1"
        default: String(part)
        }
      }.joined(separator: "/")
    }
  }

  /// The operations that ask for a token.
  private func guarded() throws -> [Call] {
    try EndpointTable.load().values.map { try Call($0) }.filter { $0.address != .open }
      .sorted { $0.operation < $1.operation }
  }

  private func server() async throws -> TestServer {
    try await TestServer(configure: { dependencies, _ in
      dependencies.movableClock = MovableClock(base: dependencies.clock, offsetSeconds: 0)
      dependencies.simulation = SimulationService()
      dependencies.passwordCost = TestServer.cheapPasswords
    })
  }

  private func ask(
    _ call: Call, _ client: APIClient, token: String?, headers: [String: String] = [:],
    path: String? = nil
  ) async throws -> Answer {
    var fields: APIClient.Headers = [
      "Amazon-Advertising-API-ClientId": client.clientID, "Amazon-Ads-ClientId": client.clientID,
      "Content-Type": "application/json",
    ]
    if let token { fields["Authorization"] = "Bearer \(token)" }
    for (name, value) in call.address.headers.merging(headers, uniquingKeysWith: { $1 }) { fields[name] = value }
    let body = [.post, .put, .patch].contains(call.method) ? "{}" : nil
    return try await client.send(call.method, path ?? call.path, body: body, headers: fields)
  }

  private func expect(
    _ answer: Answer, _ status: Int, _ code: String, _ call: Call, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.status == status, "\(call.operation) \(answer.body)", sourceLocation: sourceLocation)
    #expect(answer.errorCode == code, "\(call.operation)", sourceLocation: sourceLocation)
  }

  @Test func everyOperationHasAnAddress() throws {
    let endpoints = try EndpointTable.load()
    #expect(Set(endpoints.keys) == Set(AuthorizationMatrix.addresses.keys))
    for (operation, address) in AuthorizationMatrix.addresses {
      let endpoint = try #require(endpoints[operation])
      #expect(address.subjects.contains(endpoint.subject), "\(operation)")
      #expect((endpoint.role.intent == nil) == (address == .open), "\(operation)")
    }
  }

  /// An operation that only reads is never declared as a change, even where viewers may not use it.
  @Test func readingIsNoChange() throws {
    let reading = try EndpointTable.load().values.filter { $0.method == .get }
    #expect(reading.count > 40)
    #expect(reading.filter { $0.role == .change }.map(\.operation) == [])
    #expect(reading.filter { $0.role == .administrator }.map(\.operation) == ["listAuditRecords"])
  }

  /// An operation without a token that is not for everybody is at the operator's address alone.
  @Test func theOperatorsOperationsAreNamed() throws {
    let operators = try EndpointTable.load().values.filter { $0.role == .operator }
    #expect(operators.map(\.operation) == ["metrics"])
  }

  @Test func invalidTokensAreRefusedEverywhere() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let revoked = try await server.components.login.grant(
        server.request(for: server.credentials), at: server.clock.now)
      try await server.components.login.revoke(
        token: revoked.accessToken, clientID: server.credentials.clientID,
        clientSecret: server.credentials.clientSecret, at: server.clock.now)
      let other = try await server.otherClient(client)
      for call in try guarded() {
        expect(try await ask(call, client, token: nil), 401, "missing_authorization", call)
        expect(try await ask(call, client, token: "Atza|unknown"), 401, "invalid_token", call)
        expect(try await ask(call, client, token: revoked.accessToken), 401, "invalid_token", call)
        expect(try await ask(call, client, token: other.token), 401, "client_mismatch", call)
      }
      server.clock.advance(bySeconds: Double(LoginService.accessTokenLifetimeSeconds))
      for call in try guarded() {
        expect(try await ask(call, client, token: client.token), 401, "invalid_token", call)
      }
    }
  }

  @Test func tokensAreLimitedToTheirScope() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      for call in try guarded() {
        let needed = try #require(call.scope)
        for scope in Scope.allCases {
          var request = server.request(for: server.credentials)
          request.scope = scope.rawValue
          let token = try await server.components.login.grant(request, at: server.clock.now).accessToken
          let answer = try await ask(call, client, token: token)
          if scope == needed {
            #expect(answer.errorCode != "insufficient_scope", "\(call.operation)")
          } else {
            expect(answer, 403, "insufficient_scope", call)
          }
        }
      }
    }
  }

  @Test func viewersCanReadButNotChange() async throws {
    let server = try await server()
    let viewer = try await server.addUser("viewer@example.com", [Fixtures.setup.accountID: .viewer])
    try await server.run(.router) { client in
      let token = try await server.consent(of: viewer).accessToken
      for call in try guarded() {
        let answer = try await ask(call, client, token: token)
        if call.isForAdmins {
          expect(answer, 403, "viewer_forbidden", call)
        } else {
          #expect(![401, 403, 500].contains(answer.status), "\(call.operation) \(answer.status) \(answer.body)")
        }
      }
    }
  }

  /// An admin elsewhere is still a viewer here.
  @Test func anAdminOfAnotherAccountIsAViewerHere() async throws {
    let server = try await server()
    let user = try await server.addUser(
      "both@example.com", [Fixtures.setup.accountID: .viewer, Fixtures.otherSetup.accountID: .admin])
    try await server.run(.router) { client in
      let token = try await server.consent(of: user).accessToken
      for call in try guarded() where call.isForAdmins && call.address != .client {
        expect(try await ask(call, client, token: token), 403, "viewer_forbidden", call)
      }
    }
  }

  @Test func otherAccountsThingsAreForbidden() async throws {
    let server = try await server()
    let admin = try await server.addUser("admin@example.com", [Fixtures.setup.accountID: .admin])
    try await server.run(.router) { client in
      // The operator's own machine, and a user.
      for token in [client.token, try await server.consent(of: admin).accessToken] {
        for call in try guarded() {
          for stranger in call.address.strangers(path: call.path) {
            let answer = try await ask(
              call, client, token: token, headers: stranger.headers, path: stranger.path)
            expect(answer, call.address.strangerStatus, stranger.code, call)
          }
        }
      }
    }
  }

  /// A user has no rights where they are no member, whatever the client may do by itself.
  @Test func usersDoNotGetTheAccountsOfTheirClient() async throws {
    let server = try await server()
    let stranger = try await server.addUser("stranger@example.com", [Fixtures.otherSetup.accountID: .admin])
    try await server.run(.router) { client in
      let token = try await server.consent(of: stranger).accessToken
      for call in try guarded() where call.address != .client {
        let answer = try await ask(call, client, token: token)
        #expect(answer.status == call.address.strangerStatus, "\(call.operation) \(answer.body)")
        #expect(
          ["account_forbidden", "instance_forbidden", "profile_forbidden", "advertiser_forbidden", "unknown_profile"]
            .contains(answer.errorCode), "\(call.operation)")
      }
    }
  }
}
