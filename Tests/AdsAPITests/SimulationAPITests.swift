import Base
import CleanRoom
import Foundation
import HTTPTypes
import Metadata
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// A server that imitates AMC: `GET` and `POST /adyton/simulation`, and what they lead to.
@Suite(.hangLimit)
struct SimulationAPITests {
  private static let path = "/adyton/simulation"
  private static let clock = "/adyton/clock"
  private static let workflows = "/amc/reporting/\(Fixtures.setup.instanceID)/workflows"
  private static let executions = "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions"

  private func server(_ simulation: String) async throws -> TestServer {
    let simulation = try SimulationFile.simulation(of: Data(simulation.utf8))
    return try await TestServer(
      hasMovableClock: true, configure: { dependencies, _ in dependencies.simulation = SimulationService(simulation) })
  }

  private func execute(_ client: APIClient) async throws -> String {
    let made = try await client.account(
      .post, Self.executions,
      body: #"{"workflow": {"sqlQuery": "SELECT COUNT(DISTINCT user_id) FROM dsp_impressions"}, "#
        + #""timeWindowType": "MOST_RECENT_WEEK", "requireSyntheticData": true}"#)
    #expect(made.status == 200, "\(made.body)")
    return made.text("workflowExecutionId")
  }

  private func status(_ client: APIClient, _ id: String) async throws -> String {
    try await client.account(.get, "\(Self.executions)/\(id)").text("status")
  }

  private func advance(_ client: APIClient, seconds: Int) async throws -> Answer {
    try await client.account(.post, Self.clock, body: #"{"advanceSeconds": \#(seconds)}"#)
  }

  // MARK: Waits

  @Test(arguments: Door.allCases)
  func anExecutionTakesItsTimeOnTheMovableClock(_ door: Door) async throws {
    let server = try await server(#"{"executions": {"pendingSeconds": 60, "runningSeconds": 840}}"#)
    try await server.run(door) { client in
      let id = try await execute(client)
      #expect(try await status(client, id) == "PENDING")
      #expect(try await client.account(.get, "\(Self.executions)/\(id)/downloadUrls").status == 400)
      let early = try await advance(client, seconds: 59)
      // A job that waits for its time is not work that is due.
      #expect(early["unfinishedJobs"] == .integer(0), "\(early.body)")
      #expect(try await status(client, id) == "PENDING")
      _ = try await advance(client, seconds: 1)
      #expect(try await status(client, id) == "RUNNING")
      _ = try await advance(client, seconds: 839)
      #expect(try await status(client, id) == "RUNNING")
      #expect(server.queries.runs.isEmpty)
      _ = try await advance(client, seconds: 1)
      await server.jobs.waitUntilFinished(id)
      #expect(try await status(client, id) == "SUCCEEDED")
      #expect(try await client.account(.get, "\(Self.executions)/\(id)/downloadUrls").status == 200)
    }
  }

  @Test func aWaitingExecutionCanBeCancelled() async throws {
    let server = try await server(#"{"executions": {"runningSeconds": 840}}"#)
    try await server.run(.router) { client in
      let id = try await execute(client)
      _ = try await advance(client, seconds: 60)
      #expect(try await status(client, id) == "RUNNING")
      let cancelled = try await client.account(
        .put, "\(Self.executions)/\(id)", body: #"{"status": "CANCELLED"}"#)
      #expect(cancelled.status == 200, "\(cancelled.body)")
      _ = try await advance(client, seconds: 900)
      #expect(try await status(client, id) == "CANCELLED")
      #expect(server.queries.runs.isEmpty)
    }
  }

  @Test(arguments: Door.allCases)
  func anAudienceReachesTheAccountAfterItsTime(_ door: Door) async throws {
    let server = try await server(#"{"audiences": {"pendingSeconds": 300, "runningSeconds": [600, 1200]}}"#)
    try await server.run(door) { client in
      let id = try await client.createAudience()
      let list = "/audiences/list?advertiserId=\(Fixtures.setup.displayAdvertiserID)"
      #expect(try await client.audiences(.get, "/\(id)").text("status") == "PENDING")
      _ = try await advance(client, seconds: 300)
      #expect(try await client.audiences(.get, "/\(id)").text("status") == "RUNNING")
      _ = try await advance(client, seconds: 599)
      #expect(try await client.audiences(.get, "/\(id)").text("status") == "RUNNING")
      #expect(try await client.activation(list, body: "{}")["matchCount"] == .integer(0))
      _ = try await advance(client, seconds: 601)
      await server.jobs.waitUntilFinished(id)
      #expect(try await client.audiences(.get, "/\(id)").text("status") == "SUCCEEDED")
      #expect(try await client.activation(list, body: "{}")["matchCount"] == .integer(1))
    }
  }

  @Test func jobsFollowAChangeOfTheSimulationAtOnce() async throws {
    let server = try await server(#"{"executions": {"runningSeconds": 2678400}}"#)
    try await server.run(.router) { client in
      let id = try await execute(client)
      let changed = try await client.account(.post, Self.path, body: "{}")
      #expect(changed.status == 200)
      await server.jobs.waitUntilFinished(id)
      #expect(try await status(client, id) == "SUCCEEDED")
    }
  }

  // MARK: Faults

  /// The statuses of some requests under a simulation.
  private func statuses(_ simulation: String, count: Int = 60) async throws -> [Int] {
    let server = try await server(simulation)
    let found = Mutex<[Int]>([])
    try await server.run(.router) { client in
      for _ in 0..<count {
        let status = try await client.account(.get, Self.workflows).status
        found.withLock { $0.append(status) }
      }
      // The server's own operations and the login are never failed.
      #expect(try await client.account(.get, Self.path).status == 200)
      #expect(try await client.account(.get, Self.clock).status == 200)
    }
    return found.withLock { $0 }
  }

  @Test func aShareOfTheRequestsFailsTheSameWayEachTime() async throws {
    let simulation = #"{"seed": 7, "errors": {"429": 0.2, "500": 0.1, "503": 0.2}}"#
    let first = try await statuses(simulation)
    #expect(Set(first) == [200, 429, 500, 503])
    #expect(try await statuses(simulation) == first)
    #expect(try await statuses(simulation.replacing("7", with: "8")) != first)
    #expect(try await statuses("{}", count: 5) == Array(repeating: 200, count: 5))
  }

  @Test func faultsLookLikeRealOnes() async throws {
    for (status, code, retryAfter) in [
      (429, "too_many_requests", "1"), (500, "internal_error", nil), (503, "service_unavailable", "1"),
    ] {
      let server = try await server(#"{"errors": {"\#(status)": 1}}"#)
      try await server.run(.router) { client in
        let answer = try await client.account(.get, Self.workflows)
        #expect(answer.status == status)
        #expect(answer.errorCode == code)
        #expect(answer.text("code") == "\(status)")
        #expect(answer.headers[.retryAfter] == retryAfter)
      }
    }
  }

  // MARK: Downloads and signals

  @Test func downloadURLsExpireEarly() async throws {
    let server = try await server(#"{"downloadUrls": {"lifetimeSeconds": 30}}"#)
    try await server.run(.router) { client in
      let id = try await execute(client)
      await server.jobs.waitUntilFinished(id)
      let urls = try await client.account(.get, "\(Self.executions)/\(id)/downloadUrls")
      let url = try #require(URL(string: urls.text("downloadUrls", "0")))
      let path = "\(url.path)?\(url.query ?? "")"
      #expect(try await client.send(.get, path).status == 200)
      _ = try await advance(client, seconds: 30)
      #expect(try await client.send(.get, path).errorCode == "expired_signature")
      _ = try await client.account(.post, Self.path, body: #"{"downloadUrls": {"lifetimeSeconds": 0}}"#)
      let expired = try await client.account(.get, "\(Self.executions)/\(id)/downloadUrls")
      let other = try #require(URL(string: expired.text("downloadUrls", "0")))
      #expect(try await client.send(.get, "\(other.path)?\(other.query ?? "")").errorCode == "expired_signature")
    }
  }

  /// It is noon of 1 June: signals of the last two days have not arrived.
  @Test func lateSignalsAreGapsThatQueriesDoNotSee() async throws {
    let server = try await server(#"{"signals": {"lateSeconds": 172800}}"#)
    try await server.run(.router) { client in
      let id = try await execute(client)
      await server.jobs.waitUntilFinished(id)
      let shown = try await client.account(.get, "\(Self.executions)/\(id)")
      #expect(shown["dataGaps"] == .array([.string("2025-05-30T12:00:00Z/2025-06-01T00:00:00Z")]), "\(shown.body)")
      #expect(server.queries.runs.last?.request.signalsEnd == Fixtures.now.addingTimeInterval(-172_800))
      let audience = try await client.createAudience()
      await server.jobs.waitUntilFinished(audience)
      #expect(server.queries.runs.last?.request.signalsEnd == Fixtures.now.addingTimeInterval(-172_800))
      _ = try await client.account(.post, Self.path, body: "{}")
      let whole = try await execute(client)
      await server.jobs.waitUntilFinished(whole)
      #expect(try await client.account(.get, "\(Self.executions)/\(whole)")["dataGaps"] == .array([]))
      // The execution before keeps the gap that it had.
      #expect(try await client.account(.get, "\(Self.executions)/\(id)")["dataGaps"].elements.count == 1)
    }
  }

  // MARK: The endpoint

  @Test(arguments: Door.allCases)
  func clientsReadAndReplaceTheSimulation(_ door: Door) async throws {
    let server = try await server("{}")
    try await server.run(door) { client in
      let body = #"{"audiences": {"runningSeconds": [7200, 86400]}, "errors": {"429": 0.25}, "seed": 3}"#
      let set = try await client.account(.post, Self.path, body: body)
      #expect(set.status == 200, "\(set.body)")
      let shown = try await client.account(.get, Self.path)
      #expect(
        try shown.json()
          == .object([
            "seed": .integer(3),
            "audiences": .object([
              "pendingSeconds": .array([.integer(0), .integer(0)]),
              "runningSeconds": .array([.integer(7200), .integer(86_400)]),
            ]),
            "errors": .object(["429": .decimal(0.25), "500": .integer(0), "503": .integer(0)]),
            "signals": .object(["lateSeconds": .integer(0)]),
          ]), "\(shown.body)")
      #expect(try await client.account(.post, Self.path, body: shown.body).status == 200)
    }
  }

  static let mistakes: [(body: String, name: String)] = [
    (#"{"executions": {"runningSeconds": -1}}"#, "executions.runningSeconds"),
    (#"{"executions": {"runningSeconds": [5, 1]}}"#, "executions.runningSeconds"),
    (#"{"audiences": {"pendingSeconds": "soon"}}"#, "audiences.pendingSeconds"),
    (#"{"audiences": {"pendingSeconds": 2678401}}"#, "audiences.pendingSeconds"),
    (#"{"errors": {"429": 1.5}}"#, "errors.429"), (#"{"errors": {"429": 0.6, "500": 0.6}}"#, "errors"),
    (#"{"errors": {"404": 0.1}}"#, "errors.404"), (#"{"downloadUrls": {"lifetimeSeconds": -5}}"#, "downloadUrls"),
    (#"{"signals": {"lateSeconds": 1.5}}"#, "signals.lateSeconds"), (#"{"delays": {}}"#, "delays"),
  ]

  @Test func mistakesAreNamedAndChangeNothing() async throws {
    let server = try await server(#"{"seed": 5}"#)
    try await server.run(.router) { client in
      for mistake in Self.mistakes {
        let answer = try await client.account(.post, Self.path, body: mistake.body)
        #expect(answer.status == 400, "\(mistake.body)")
        #expect(answer.errorCode == "invalid_field", "\(mistake.body) \(answer.body)")
        #expect(answer.text("details").contains(mistake.name), "\(mistake.body) \(answer.body)")
      }
      #expect(try await client.account(.get, Self.path)["seed"] == .integer(5))
    }
    #expect(throws: CleanRoomError.self) { try SimulationFile.simulation(of: Data("[]".utf8)) }
    #expect(throws: CleanRoomError.self) { try SimulationFile.simulation(of: Data("{".utf8)) }
  }

  @Test func usualServersLackThePath() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      for method in [HTTPRequest.Method.get, .post] {
        let answer = try await client.account(method, Self.path, body: method == .post ? "{}" : nil)
        #expect(answer.errorCode == "unknown_path")
      }
    }
  }
}
