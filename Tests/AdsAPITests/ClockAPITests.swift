import AdsAPI
import Base
import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// `GET` and `POST /adyton/clock`.
@Suite(.hangLimit)
struct ClockAPITests {
  private static let path = "/adyton/clock"

  @Test(arguments: Door.allCases)
  func serversWithoutAMovableClockLackThePath(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for method in [HTTPRequest.Method.get, .post] {
        let answer = try await client.account(method, Self.path, body: method == .post ? "{}" : nil)
        #expect(answer.status == 404)
        #expect(answer.errorCode == "unknown_path")
      }
    }
  }

  @Test(arguments: Door.allCases)
  func clientsMoveTheClock(_ door: Door) async throws {
    let server = try await TestServer(hasMovableClock: true)
    try await server.run(door) { client in
      let before = try await client.account(.get, Self.path)
      #expect(before.status == 200)
      #expect(before.text("now") == "2025-06-01T12:00:00Z")
      #expect(before["unfinishedJobs"] == .integer(0))

      let id = try await client.createAudience()
      await server.jobs.waitUntilFinished(id)
      let moved = try await client.account(.post, Self.path, body: #"{"advanceSeconds": 86400}"#)
      #expect(moved.status == 200, "\(moved.body)")
      #expect(moved.text("now") == "2025-06-02T12:00:00Z")
      // The token has had its hour.
      #expect(try await client.account(.get, Self.path).status == 401)

      let client = try await renewed(client, server)
      await server.jobs.waitUntilFinished(id, times: 2)
      let audience = try await client.audiences(.get, "/\(id)")
      #expect(audience.text("lastRefreshedTime") == "2025-06-02T12:00:00Z")
      #expect(audience.text("timeWindowStart") == "2025-05-26T00:00:00Z")
      #expect(audience.text("timeWindowEnd") == "2025-05-28T01:00:00Z")
      #expect(audience.text("createTime") == "2025-06-01T12:00:00Z")
      #expect(audience.text("status") == "SUCCEEDED")

      let set = try await client.account(.post, Self.path, body: #"{"now": "2025-06-03T00:00:00Z"}"#)
      #expect(set.text("now") == "2025-06-03T00:00:00Z")
    }
  }

  /// The same client with a token of the server's time.
  private func renewed(_ client: APIClient, _ server: TestServer) async throws -> APIClient {
    var client = client
    client.token = try await server.components.login.grant(
      server.request(for: server.credentials), at: server.now
    ).accessToken
    return client
  }

  @Test(arguments: Door.allCases)
  func schedulesRunAndAudiencesAreDeactivated(_ door: Door) async throws {
    let server = try await TestServer(hasMovableClock: true)
    try await server.run(door) { client in
      let id = try await client.createAudience(["refreshRateDays": "0"])
      await server.jobs.waitUntilFinished(id)
      let workflow = try await client.account(
        .post, "/amc/reporting/\(Fixtures.setup.instanceID)/workflows",
        body: #"{"workflowId": "w", "sqlQuery": "SELECT COUNT(user_id) AS c FROM dsp_impressions"}"#)
      #expect(workflow.status == 200, "\(workflow.body)")
      let schedule = try await client.account(
        .post, "/amc/reporting/\(Fixtures.setup.instanceID)/schedules",
        body: #"{"scheduleId": "s", "workflowId": "w", "aggregationPeriod": "Daily", "requireSyntheticData": true}"#)
      try #require(schedule.status == 200, "\(schedule.body)")
      let moved = try await client.account(.post, Self.path, body: #"{"advanceSeconds": 2592000}"#)
      #expect(moved.status == 200)
      await server.jobs.waitUntilFinished(count: 3)
      let client = try await renewed(client, server)
      for version in ["v1", "v1.1", "v1.2"] {
        let audience = try await client.audiences(
          .get, "/\(id)", headers: ["Accept": "application/vnd.amcquerybasedaudience.\(version)+json"])
        #expect(audience.text("status") == "DEACTIVATED")
        #expect(audience.text("statusReason").hasPrefix("The audience was deactivated 30 days after"))
        #expect(audience.text("lastRefreshedTime") == "2025-06-01T12:00:00Z")
        #expect(audience["audienceCount"] == (version == "v1" ? .null : .integer(0)))
      }
      let list = try await client.account(
        .get, "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions?workflowId=w")
      #expect(list["executions"].elements.count == 1, "\(list.body)")
      #expect(try await client.account(.get, Self.path)["unfinishedJobs"] == .integer(0))
    }
  }

  static let refused: [(body: String, code: String, words: String)] = [
    ("{}", "invalid_field", "advanceSeconds is missing"),
    (#"{"advanceSeconds": 1, "now": "2030-01-01T00:00:00Z"}"#, "invalid_field", "both given"),
    (#"{"advanceSeconds": -1}"#, "invalid_field", "advanceSeconds must not move the clock backwards."),
    (#"{"now": "2025-06-01T11:59:59Z"}"#, "invalid_field", "now must not move the clock backwards."),
    (#"{"now": "2099-01-01T00:00:00Z"}"#, "invalid_field", "3650 days"),
    (#"{"advanceSeconds": 9223372036854775807}"#, "invalid_field", "3650 days"),
    (#"{"now": "tomorrow"}"#, "wrong_type", "now"),
    (#"{"advanceSeconds": "1"}"#, "wrong_type", "advanceSeconds"),
    (#"{"advance": 1}"#, "unknown_field", "advance"),
  ]

  @Test(arguments: refused.indices)
  func invalidMovesAreRefused(_ index: Int) async throws {
    let server = try await TestServer(hasMovableClock: true)
    try await server.run(.router) { client in
      let answer = try await client.account(.post, Self.path, body: Self.refused[index].body)
      #expect(answer.status == 400)
      #expect(answer.errorCode == Self.refused[index].code, "\(answer.body)")
      #expect(answer.body.contains(Self.refused[index].words), "\(answer.body)")
      #expect(try await client.account(.get, Self.path).text("now") == "2025-06-01T12:00:00Z")
    }
  }

  @Test func movingTheClockNeedsAToken() async throws {
    let server = try await TestServer(hasMovableClock: true)
    try await server.run(.router) { client in
      for method in [HTTPRequest.Method.get, .post] {
        let answer = try await client.account(
          method, Self.path, body: method == .post ? #"{"advanceSeconds": 1}"# : nil, headers: ["Authorization": nil])
        #expect(answer.status == 401)
      }
    }
  }

  @Test func theClockSurvivesARestart() async throws {
    let folder = try TemporaryFolder()
    let store = try MetadataStore(path: folder.file("metadata.sqlite"))
    let machine = ManualClock(Fixtures.now)
    let start = Fixtures.now.addingTimeInterval(-86_400)
    let first = try await ClockService.clock(of: store, start: start, base: machine)
    #expect(first.now == start)
    let service = ClockService(clock: first, store: store, afterMove: {}, waitingCount: { 0 })
    _ = try await service.advance(bySeconds: 10 * 86_400, field: "advanceSeconds")
    machine.advance(bySeconds: 60)
    let expected = start.addingTimeInterval(10 * 86_400 + 60)
    #expect(first.now == expected)
    // Another start says nothing to a folder that has its clock.
    let second = try await ClockService.clock(of: store, start: start, base: machine)
    #expect(second.now == expected)
  }

  @Test func concurrentAdvancesAddUp() async throws {
    let folder = try TemporaryFolder()
    let store = try MetadataStore(path: folder.file("metadata.sqlite"))
    let clock = try await ClockService.clock(of: store, start: nil, base: ManualClock(Fixtures.now))
    let service = ClockService(clock: clock, store: store, afterMove: {}, waitingCount: { 0 })
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...20 { group.addTask { _ = try await service.advance(bySeconds: 60, field: "advanceSeconds") } }
      try await group.waitForAll()
    }
    #expect(clock.now == Fixtures.now.addingTimeInterval(1200))
  }
}
