import Base
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@testable import AdsAPI

/// Rates of operations without a token, and of refused credentials.
@Suite(.hangLimit) struct PublicRateTests {
  private func limitedServer() async throws -> TestServer {
    var options = TestServer.Options()
    options.limitsRates = true
    return try await TestServer(options)
  }

  private func tokenForm(_ server: TestServer, secret: String? = nil) -> String {
    let fields = [
      ("grant_type", "refresh_token"), ("refresh_token", server.credentials.refreshToken),
      ("client_id", server.credentials.clientID), ("client_secret", secret ?? server.credentials.clientSecret),
    ]
    return fields.map { "\($0.0)=\($0.1.replacing("|", with: "%7C"))" }.joined(separator: "&")
  }

  private static let formType: APIClient.Headers = ["Content-Type": "application/x-www-form-urlencoded"]

  @Test func everyOperationHasARate() throws {
    // What is at the operator's own address is for nobody else.
    for endpoint in try EndpointTable.load().values where endpoint.role.rawValue != "operator" {
      #expect(endpoint.rateLimit != nil, "\(endpoint.operation)")
    }
  }

  @Test func aClientGetsNoMoreTokensThanItsRate() async throws {
    let server = try await limitedServer()
    // The router has no network address, so the client's own rate counts alone.
    try await server.run(.router) { client in
      for _ in 1...50 {
        #expect(
          try await client.send(.post, "/auth/o2/token", body: tokenForm(server), headers: Self.formType).status == 200)
      }
      let tooMany = try await client.send(.post, "/auth/o2/token", body: tokenForm(server), headers: Self.formType)
      #expect(tooMany.status == 429)
      #expect(tooMany.errorCode == "too_many_requests")
      #expect(tooMany.headers[.retryAfter] == "1")
      // Nobody else can use up a client's calls: they count once its secret is right.
      let wrong = try await client.send(
        .post, "/auth/o2/token", body: tokenForm(server, secret: "wrong"), headers: Self.formType)
      #expect(wrong.status == 401)
      server.clock.advance(bySeconds: 1)
      #expect(
        try await client.send(.post, "/auth/o2/token", body: tokenForm(server), headers: Self.formType).status == 200)
    }
  }

  @Test func anAddressHasARateOnPublicOperations() async throws {
    let server = try await limitedServer()
    try await server.run(.live) { client in
      for _ in 1...50 {
        #expect(try await client.send(.post, "/auth/o2/token", body: "x", headers: Self.formType).status == 400)
      }
      let tooMany = try await client.send(.post, "/auth/o2/token", body: "x", headers: Self.formType)
      #expect(tooMany.status == 429)
      for _ in 1...20 { #expect(try await client.send(.get, "/ap/oa").status == 400) }
      #expect(try await client.send(.get, "/ap/oa").status == 429)
      // Operations count on their own.
      #expect(try await client.send(.get, "/health").status == 200)
      server.clock.advance(bySeconds: 1)
      #expect(try await client.send(.get, "/ap/oa").status == 400)
    }
  }

  @Test func refusedCredentialsOfAnAddressAreLimited() async throws {
    let server = try await limitedServer()
    try await server.run(.live) { client in
      let wrong: APIClient.Headers = ["Authorization": "Bearer wrong"]
      for _ in 1...100 { #expect(try await client.audiences(.get, headers: wrong).status == 401) }
      let tooMany = try await client.audiences(.get, headers: wrong)
      #expect(tooMany.status == 429)
      #expect(try await client.audiences(.get).status == 200)
    }
  }

  @Test func callersThatAreFullAgainAreForgotten() throws {
    let clock = ManualClock(Fixtures.now)
    let limiter = RateLimiter(limits: ["health": RateLimit(perSecond: 1, burst: 1)], clock: clock)
    for number in 0..<RateLimiter.bucketLimit { try limiter.admit(network: "\(number)", operation: "health") }
    #expect(throws: RequestError.tooManyRequests(retryAfterSeconds: 1)) {
      try limiter.admit(network: "one more", operation: "health")
    }
    clock.advance(bySeconds: 1)
    #expect(throws: Never.self) { try limiter.admit(network: "one more", operation: "health") }
  }

  // MARK: Texts

  @Test(arguments: Door.allCases)
  func textsOfFieldsAreLimited(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let path = "/amc/instances/\(Fixtures.setup.instanceID)"
      let long = String(repeating: "a", count: 8_193)
      let refused = try await client.account(.put, path, body: #"{"advertiserName": "\#(long)"}"#)
      #expect(refused.status == 400)
      #expect(refused.text("details") == "The field advertiserName must be a string of at most 8192 bytes.")
      // A query may be as long as a body.
      let query = "SELECT COUNT(*) AS n FROM dsp_impressions -- \(long)"
      let workflow = try await client.account(
        .post, "/amc/reporting/\(Fixtures.setup.instanceID)/workflows",
        body: #"{"workflowId": "long", "sqlQuery": "\#(query)"}"#)
      #expect(workflow.status == 200, "\(workflow.body)")
    }
  }
}
