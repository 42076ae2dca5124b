import Base
import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct ScheduleAPITests {
  private static let root = "/amc/reporting/\(Fixtures.setup.instanceID)"
  private static let path = "\(root)/schedules"

  /// AMC's documented request for a sandbox, with some fields replaced by other JSON texts, or taken away by an empty
  /// one.
  private static func body(_ fields: [String: String] = [:]) -> String {
    let usual = [
      "scheduleId": #""my-sandbox-schedule""#, "workflowId": #""w""#, "aggregationHourUtc": "12",
      "aggregationPeriod": #""Weekly""#, "aggregationStartDay": #""Monday""#, "scheduleEnabled": "true",
      "requireSyntheticData": "true", "disableAggregationControls": "true",
    ]
    let members = usual.merging(fields) { $1 }.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    return "{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }

  private func withWorkflow(
    _ door: Door, _ options: TestServer.Options = TestServer.Options(),
    _ body: @Sendable (TestServer, APIClient) async throws -> Void
  ) async throws {
    let server = try await TestServer(options)
    try await server.run(door) { client in
      let workflow = #"{"workflowId": "w", "sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions"}"#
      #expect(try await client.account(.post, "\(Self.root)/workflows", body: workflow).status == 200)
      try await body(server, client)
    }
  }

  @Test(arguments: Door.allCases)
  func aScheduleIsMadeShownChangedAndDeleted(_ door: Door) async throws {
    try await withWorkflow(door) { _, client in
      let created = try await client.account(.post, Self.path, body: Self.body(["marketplaceId": #""M""#]))
      #expect(created.status == 200)
      #expect(created.body == "{}")
      #expect(created.headers[.contentType] == "application/vnd.amcschedules.v1+json")
      let shown = try await client.account(.get, "\(Self.path)/my-sandbox-schedule")
      #expect(shown["schedule"] == (try JSONValue(parsing: Data(Self.body().utf8))))
      let list = try await client.account(.get, Self.path)
      #expect(list["schedules"].elements == [shown["schedule"]])
      let change = Self.body(["aggregationPeriod": #""Daily""#, "scheduleId": "", "scheduleEnabled": "false"])
      #expect(try await client.account(.put, "\(Self.path)/my-sandbox-schedule", body: change).status == 200)
      let changed = try await client.account(.get, "\(Self.path)/my-sandbox-schedule")
      #expect(changed.text("schedule", "aggregationPeriod") == "Daily")
      #expect(changed["schedule", "scheduleEnabled"] == .boolean(false))
      let inUse = try await client.account(.delete, "\(Self.root)/workflows/w")
      #expect(inUse.status == 400)
      #expect(inUse.errorCode == "workflow_in_use")
      #expect(inUse.text("details").contains("my-sandbox-schedule"))
      let deleted = try await client.account(.delete, "\(Self.path)/my-sandbox-schedule")
      #expect(deleted.status == 200)
      #expect(deleted.body == "{}")
      #expect(try await client.account(.get, "\(Self.path)/my-sandbox-schedule").errorCode == "unknown_schedule")
      #expect(try await client.account(.put, "\(Self.path)/my-sandbox-schedule", body: change).status == 404)
      #expect(try await client.account(.delete, "\(Self.root)/workflows/w").status == 200)
    }
  }

  @Test(arguments: Door.allCases)
  func missingFieldsHaveDefaults(_ door: Door) async throws {
    try await withWorkflow(door) { _, client in
      let body = #"{"scheduleId": "s", "workflowId": "w", "aggregationPeriod": "Weekly", "requireSyntheticData": true}"#
      #expect(try await client.account(.post, Self.path, body: body).status == 200)
      let shown = try await client.account(.get, "\(Self.path)/s")
      // It is made on a Sunday.
      #expect(shown.text("schedule", "aggregationStartDay") == "Sunday")
      #expect(shown["schedule", "aggregationHourUtc"] == .integer(0))
      #expect(shown["schedule", "scheduleEnabled"] == .boolean(true))
    }
  }

  @Test(arguments: Door.allCases)
  func aDueScheduleRunsItsWorkflow(_ door: Door) async throws {
    try await withWorkflow(door) { server, client in
      let body = Self.body([
        "aggregationPeriod": #""Daily""#, "aggregationStartDay": "", "aggregationHourUtc": "14",
      ])
      #expect(try await client.account(.post, Self.path, body: body).status == 200)
      server.clock.advance(bySeconds: 2 * 3600)
      #expect(try await server.components.scheduleRunner.runDue() == 1)
      await server.jobs.waitUntilFinished(count: 1)
      // The token of before has expired meanwhile.
      let client = try await server.renewed(client)
      let list = try await client.account(.get, "\(Self.root)/workflowExecutions?workflowId=w")
      let execution = list["executions"]["0"]
      #expect(execution["executionCategory"] == .string("SCHEDULED"))
      #expect(execution["status"] == .string("SUCCEEDED"))
      #expect(execution["timeWindowStart"] == .string("2025-05-31T14:00:00Z"))
      #expect(execution["timeWindowEnd"] == .string("2025-06-01T14:00:00Z"))
      #expect(execution["disableAggregationControls"] == .boolean(true))
    }
  }

  /// Fields that are refused, the code of the error and what it names.
  static let refusals: [(fields: [String: String], code: String, names: String)] = [
    (["scheduleId": ""], "missing_field", "scheduleId"), (["workflowId": ""], "missing_field", "workflowId"),
    (["aggregationPeriod": ""], "missing_field", "aggregationPeriod"),
    (["aggregationPeriod": #""Hourly""#], "wrong_type", "aggregationPeriod"),
    (["aggregationStartDay": #""monday""#], "wrong_type", "aggregationStartDay"),
    (["aggregationHourUtc": "24"], "invalid_field", "aggregationHourUtc"),
    (["aggregationHourUtc": #""1""#], "wrong_type", "aggregationHourUtc"),
    (["scheduleEnabled": "1"], "wrong_type", "scheduleEnabled"),
    (["scheduleId": #""a/b""#], "invalid_field", "scheduleId"),
    (["workflowId": #""none""#], "invalid_field", "workflowId"),
    (["requireSyntheticData": "false"], "invalid_field", "requireSyntheticData"),
    (["requireSyntheticData": ""], "invalid_field", "requireSyntheticData"),
    (["surprise": "1"], "unknown_field", "surprise"),
  ]

  @Test(arguments: Door.allCases)
  func eachWrongFieldIsNamed(_ door: Door) async throws {
    try await withWorkflow(door, .strict) { _, client in
      for refusal in Self.refusals {
        let answer = try await client.account(.post, Self.path, body: Self.body(refusal.fields))
        #expect(answer.status == 400, "\(refusal.fields)")
        #expect(answer.errorCode == refusal.code, "\(refusal.fields)")
        #expect(answer.text("details").contains(refusal.names), "\(answer.body)")
      }
      #expect(try await client.account(.post, Self.path, body: Self.body()).status == 200)
      let again = try await client.account(.post, Self.path, body: Self.body())
      #expect(again.text("details") == "Schedule with ID my-sandbox-schedule already exists.")
      let other = try await client.account(
        .put, "\(Self.path)/my-sandbox-schedule", body: Self.body(["scheduleId": #""other""#]))
      #expect(other.errorCode == "unchangeable_field")
    }
  }

  @Test(arguments: Door.allCases)
  func listsComeInPages(_ door: Door) async throws {
    try await withWorkflow(door) { _, client in
      for id in ["b", "c", "a"] {
        let body = Self.body(["scheduleId": "\"\(id)\""])
        #expect(try await client.account(.post, Self.path, body: body).status == 200)
      }
      let first = try await client.account(.get, "\(Self.path)?limit=2&marketplaceId=M")
      #expect(first["schedules"].elements.map { $0["scheduleId"] } == [.string("b"), .string("c")])
      let second = try await client.account(.get, "\(Self.path)?limit=2&nextToken=\(first.text("nextToken"))")
      #expect(second["schedules"].elements.map { $0["scheduleId"] } == [.string("a")])
      #expect(second["nextToken"] == .null)
    }
  }
}
