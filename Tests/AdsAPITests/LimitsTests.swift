import Base
@testable import AdsAPI
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
  func aBurstIsAnsweredAndThenTheRate(_ door: Door) async throws {
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
  func operationsAndClientsDoNotShare(_ door: Door) async throws {
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

  @Test func aRequestThatIsNotLetInCostsNobodyAnything() async throws {
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

  @Test func aBucketHoldsNoMoreThanItsBurst() throws {
    let clock = ManualClock(Fixtures.now)
    let limiter = RateLimiter(limits: [.listInstances: RateLimit(perSecond: 5, burst: 10)], clock: clock)
    clock.advance(bySeconds: 86_400)
    for _ in 1...10 { try limiter.admit(clientID: "a", operation: .listInstances) }
    #expect(throws: RequestError.tooManyRequests(retryAfterSeconds: 1)) {
      try limiter.admit(clientID: "a", operation: .listInstances)
    }
    // A clock that is set back gives nothing, and does not lock anyone out.
    clock.advance(bySeconds: -3600)
    #expect(throws: RequestError.self) { try limiter.admit(clientID: "a", operation: .listInstances) }
    clock.advance(bySeconds: 0.2)
    #expect(throws: Never.self) { try limiter.admit(clientID: "a", operation: .listInstances) }
  }

  @Test func slowRatesSayHowLongToWait() throws {
    let limiter = RateLimiter(
      limits: [.listInstances: RateLimit(perSecond: 0.1, burst: 1)], clock: ManualClock(Fixtures.now))
    try limiter.admit(clientID: "a", operation: .listInstances)
    #expect(throws: RequestError.tooManyRequests(retryAfterSeconds: 10)) {
      try limiter.admit(clientID: "a", operation: .listInstances)
    }
  }

  // MARK: The table of endpoints

  @Test func theTableHasAMCsNumbers() throws {
    let table = try EndpointTable.load()
    #expect(table[.createQueryBasedAudience]?.rateLimit == RateLimit(perSecond: 5, burst: 5))
    #expect(table[.getAllQueryBasedAudiencesByInstanceId]?.rateLimit == RateLimit(perSecond: 5, burst: 10))
    #expect(
      table[.getQueryBasedAudienceByAudienceExecutionId]?.rateLimit == RateLimit(perSecond: 5, burst: 10))
  }

  @Test func theTableAndTheRoutesAreTheSame() async throws {
    let server = try await TestServer()
    let listed = try EndpointTable.load().values.map { "\($0.method) \($0.path)" }.sorted()
    let ofTheClock = listed.filter { $0.contains("/adyton/clock") }
    #expect(ofTheClock.count == 2)
    #expect(server.components.answeredRoutes == listed.filter { !ofTheClock.contains($0) })
    let movable = try await TestServer(hasMovableClock: true)
    #expect(movable.components.answeredRoutes == listed)
  }

  @Test(arguments: [
    "", "operation\n", "x\ny\n", "operation\tmethod\nnothing\tGET\t/x\t1\t1\n",
    "operation\ntoken\tPOST\t/auth\t0\t1\n", "operation\ntoken\tPOST\t/auth\t1\t0\n",
    "operation\ntoken\tPOST\t/auth\t-\t-\ntoken\tPOST\t/auth\t-\t-\n",
  ])
  func aDamagedTableIsRefused(_ text: String) {
    #expect(throws: EndpointTable.Damaged.self) { try EndpointTable.parse(text) }
  }
}
