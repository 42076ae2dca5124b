import Base
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// Noise mode over HTTP: refusals, dry runs, and the budget that users of an instance can ask for.
@Suite(.hangLimit) struct PrivacyBudgetAPITests {
  private static let executions = "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions"
  private static let budget = "/adyton/instances/\(Fixtures.setup.instanceID)/privacyBudget"

  private static func body(_ number: Int, isDryRun: Bool = false) -> String {
    #"{"workflow": {"sqlQuery": "SELECT \#(number) AS reach FROM dsp_impressions"}, "requireSyntheticData": true, "#
      + #""timeWindowType": "MOST_RECENT_WEEK", "dryRun": \#(isDryRun)}"#
  }

  private static func server(queries count: Int) async throws -> TestServer {
    var options = TestServer.Options()
    options.privacy = .noise(population: "people")
    options.settings.noise.limitCharges(to: count)
    let server = try await TestServer(options)
    server.queries.putOut([.init(name: "reach", type: .bigint)])
    return server
  }

  @Test func aSpentBudgetIsRefusedWithAStableCode() async throws {
    let server = try await Self.server(queries: 1)
    try await server.run(.router) { client in
      let first = try await client.account(.post, Self.executions, body: Self.body(1))
      #expect(first.status == 200, "\(first.body)")
      let second = try await client.account(.post, Self.executions, body: Self.body(2))
      #expect(second.status == 400)
      #expect(second.errorCode == "privacy_budget_spent")
      #expect(second.text("details").contains("Enough is left again at 2025-07-01T12:00:00Z"), "\(second.body)")
      let again = try await client.account(.post, Self.executions, body: Self.body(1))
      #expect(again.status == 200, "What was asked before is free. \(again.body)")
    }
  }

  @Test func aDryRunTellsCostAndStandardErrors() async throws {
    let server = try await Self.server(queries: 1)
    try await server.run(.router) { client in
      for number in 1...3 {
        let answer = try await client.account(.post, Self.executions, body: Self.body(number, isDryRun: true))
        #expect(answer.status == 200, "\(answer.body)")
        #expect(answer["workflowExecution", "noise", "columns", "0", "name"] == .string("reach"))
        #expect(answer["workflowExecution", "noise", "columns", "0", "standardError"] == .number(12.5))
        #expect(answer["workflowExecution", "noise", "cost", "epsilon"] != .null)
      }
      let budget = try await client.account(.get, Self.budget)
      #expect(budget["charges"].elements.isEmpty, "\(budget.body)")
    }
  }

  @Test func usersOfAnInstanceSeeTheBudget() async throws {
    let server = try await Self.server(queries: 5)
    try await server.run(.router) { client in
      for number in 1...3 { _ = try await client.account(.post, Self.executions, body: Self.body(number)) }
      let first = try await client.account(.get, "\(Self.budget)?limit=2")
      #expect(first.status == 200, "\(first.body)")
      #expect(first.text("privacyMode") == "noise")
      #expect(first.text("instanceId") == Fixtures.setup.instanceID)
      #expect(first.text("budget", "population") == "people")
      #expect(first["budget", "periodDays"] == .integer(30))
      #expect(first["budget", "queriesLeft"] == .integer(2))
      #expect(first["charges"].elements.count == 2)
      #expect(first.text("charges", "0", "refillsAt") == "2025-07-01T12:00:00Z")
      let token = first.text("nextToken")
      let second = try await client.account(.get, "\(Self.budget)?limit=2&nextToken=\(token)")
      #expect(second["charges"].elements.count == 1)
      #expect(second["nextToken"] == .null || second.text("nextToken").isEmpty)
      // Somebody of another account does not.
      let other = try await server.otherClient(client).account(.get, Self.budget)
      #expect(other.status == 403)
    }
  }

  @Test func aThresholdInstanceHasNoBudget() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let answer = try await client.account(.get, Self.budget)
      #expect(answer.status == 200)
      #expect(answer.text("privacyMode") == "threshold")
      #expect(answer["budget"] == .null)
    }
  }

  /// Time must not be made to pass where it refills the budget of real people.
  @Test func theClockOfRealPeopleCannotBeMoved() async throws {
    var options = TestServer.Options()
    options.privacy = .noise(population: "people")
    let server = try await TestServer(options, hasMovableClock: true)
    // The other instance is a standard one, of real people.
    try await server.run(.router) { client in
      let moved = try await client.account(.post, "/adyton/clock", body: #"{"advanceSeconds": 60}"#)
      #expect(moved.status == 403, "\(moved.body)")
      #expect(moved.errorCode == "clock_fixed")
    }
  }
}
