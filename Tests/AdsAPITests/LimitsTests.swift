@testable import AdsAPI
import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct LimitsTests {
  private func limitedServer() async throws -> TestServer {
    var options = TestServer.Options()
    options.limitsRates = true
    return try await TestServer(options)
  }

  @Test(arguments: Door.allCases)
  func burstsAreAllowedThenTheRateApplies(_ door: Door) async throws {
    let server = try await limitedServer()
    try await server.run(door) { client in
      for _ in 1...10 { #expect(try await client.audiences(.get).status == 200) }
      let tooMany = try await client.audiences(.get)
      #expect(tooMany.status == 429)
      #expect(tooMany.text("code") == "429")
      #expect(tooMany.errorCode == "too_many_requests")
      #expect(tooMany.headers[.retryAfter] == "1")
      // Five come back each second.
      server.clock.advance(bySeconds: 1)
      for _ in 1...5 { #expect(try await client.audiences(.get).status == 200) }
      #expect(try await client.audiences(.get).status == 429)
    }
  }

  @Test(arguments: Door.allCases)
  func operationsAndClientsHaveSeparateLimits(_ door: Door) async throws {
    let server = try await limitedServer()
    try await server.run(door) { client in
      for _ in 1...5 { #expect(try await client.audiences(.post, body: "{}").status == 400) }
      #expect(try await client.audiences(.post, body: "{}").status == 429)
      #expect(try await client.audiences(.get).status == 200)
      #expect(try await client.audiences(.get, "/unknown").status == 404)
      let other = try await server.otherClient(client)
      #expect(try await other.audiences(.post, body: "{}").status == 403)
    }
  }

  @Test func unauthorisedRequestsDoNotCount() async throws {
    let server = try await limitedServer()
    try await server.run(.router) { client in
      for _ in 1...50 {
        let refused = try await client.audiences(.get, headers: ["Authorization": "Bearer wrong"])
        #expect(refused.status == 401)
      }
      let answer = try await client.audiences(.get)
      #expect(answer.status == 200)
    }
  }

  @Test func bucketsNeverExceedTheirBurst() throws {
    let clock = ManualClock(Fixtures.now)
    let limiter = RateLimiter(limits: ["listInstances": RateLimit(perSecond: 5, burst: 10)], clock: clock)
    clock.advance(bySeconds: 86_400)
    for _ in 1...10 { try limiter.admit(clientID: "a", operation: "listInstances") }
    #expect(throws: RequestError.tooManyRequests(retryAfterSeconds: 1)) {
      try limiter.admit(clientID: "a", operation: "listInstances")
    }
    // A clock that is set back adds nothing, and does not lock anyone out.
    clock.advance(bySeconds: -3600)
    #expect(throws: RequestError.self) { try limiter.admit(clientID: "a", operation: "listInstances") }
    clock.advance(bySeconds: 0.2)
    #expect(throws: Never.self) { try limiter.admit(clientID: "a", operation: "listInstances") }
  }

  @Test func slowRatesReportTheWait() throws {
    let limiter = RateLimiter(
      limits: ["listInstances": RateLimit(perSecond: 0.1, burst: 1)], clock: ManualClock(Fixtures.now))
    try limiter.admit(clientID: "a", operation: "listInstances")
    #expect(throws: RequestError.tooManyRequests(retryAfterSeconds: 10)) {
      try limiter.admit(clientID: "a", operation: "listInstances")
    }
  }

  // MARK: The table of endpoints

  @Test func theTableHasAMCsRates() throws {
    let table = try EndpointTable.load()
    #expect(table["createQueryBasedAudience"]?.rateLimit == RateLimit(perSecond: 5, burst: 5))
    #expect(table["getAllQueryBasedAudiencesByInstanceId"]?.rateLimit == RateLimit(perSecond: 5, burst: 10))
    #expect(
      table["getQueryBasedAudienceByAudienceExecutionId"]?.rateLimit == RateLimit(perSecond: 5, burst: 10))
  }

  @Test func tableAndRoutesMatch() async throws {
    let server = try await TestServer()
    let listed = try EndpointTable.load().values.map { "\($0.method) \($0.path)" }.sorted()
    let forTests = listed.filter { $0.contains("/adyton/clock") || $0.contains("/adyton/simulation") }
    #expect(forTests.count == 4)
    #expect(server.components.answeredRoutes == listed.filter { !forTests.contains($0) })
    let movable = try await TestServer(hasMovableClock: true)
    #expect(movable.components.answeredRoutes == listed)
  }

  /// A table of one operation that can be used, in the order of the columns.
  private static let good = [
    "operation": "getThing", "method": "GET", "path": "/things/{instanceId}",
    "scope": "advertising::campaign_management", "role": "view", "subject": "instance", "terms": "-",
    "errors": "general", "media_types": "-", "rate_per_s": "1", "burst": "1",
  ]
  private static let columns = [
    "operation", "method", "path", "scope", "role", "subject", "terms", "errors", "media_types", "rate_per_s", "burst",
  ]

  /// A table of the good operation with some cells changed, and the same line again where it is asked for.
  private static func table(_ changes: [String: String] = [:], times: Int = 1) -> String {
    let row = columns.map { changes[$0] ?? good[$0] ?? "" }.joined(separator: "\t")
    return ([columns.joined(separator: "\t")] + Array(repeating: row, count: times)).joined(separator: "\n")
  }

  @Test func aValidTableIsRead() throws {
    let endpoint = try #require(EndpointTable.parse(Self.table())["getThing"])
    #expect(endpoint.role == .view && endpoint.subject == .instance && endpoint.scope == .campaignManagement)
    #expect(endpoint.rateLimit == RateLimit(perSecond: 1, burst: 1))
  }

  @Test(arguments: [
    "", "operation\n", "x\ny\n", "operation\tmethod\nnothing\tGET\t/x\t1\t1\n", table(["rate_per_s": "0"]),
    table(["burst": "0"]), table(times: 2), table(["method": "not one"]), table(["path": "things/{instanceId}"]),
    table(["role": "owner"]), table(["scope": "everything"]), table(["subject": "planet"]), table(["errors": "loud"]),
    // Nothing is public by half, and a subject of the path is in the path.
    table(["role": "public"]), table(["scope": "-"]), table(["subject": "-"]), table(["path": "/things"]),
    table(["subject": "profile_in_path"]),
  ])
  func aDamagedTableIsRefused(_ text: String) {
    #expect(throws: TabSeparatedTableError.self) { try EndpointTable.parse(text) }
  }
}
