import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

/// A failed audience is corrected by what was wrong with it alone: AMC documents seven parameters of an update.
@Suite(.hangLimit)
struct AudienceUpdateTests {
  /// A parameter with its value, and the members of the audience that it changes; all others stay.
  private static let parameters: [(body: String, shown: [String: String])] = [
    (#"{"query": "SELECT user_id FROM dsp_clicks_for_audiences"}"#, ["query": "dsp_clicks"]),
    (#"{"workflowId": "buyers"}"#, ["query": "dsp_views"]),
    (#"{"timeWindowStart": "2025-05-24T00:00:00Z"}"#, ["timeWindowStart": "2025-05-24T00:00:00Z"]),
    (#"{"timeWindowEnd": "2025-05-28T00:00:00Z"}"#, ["timeWindowEnd": "2025-05-28T00:00:00Z"]),
    (#"{"timeWindowRelative": "FALSE"}"#, ["timeWindowRelative": "false"]),
    (#"{"inputParameters": [{"name": "n", "dataType": "INTEGER", "defaultValue": "2"}]}"#, ["inputParameters": "n"]),
    (#"{"parameterValues": {"n": 3}}"#, ["parameterValues": "3"]),
  ]

  private static let kept = [
    "audienceName", "audienceDescription", "advertiserId", "query", "timeWindowStart", "timeWindowEnd",
    "timeWindowRelative", "inputParameters", "parameterValues",
  ]

  @Test(arguments: Door.allCases)
  func eachDocumentedParameterIsChangedAlone(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    try await server.run(door) { client in
      let saved = try await client.account(
        .post, "/amc/reporting/\(Fixtures.setup.instanceID)/workflows",
        body: #"{"workflowId": "buyers", "sqlQuery": "SELECT user_id FROM dsp_views_for_audiences"}"#)
      try #require(saved.status == 200, "\(saved.body)")
      for (body, shown) in Self.parameters {
        let id = try await client.createAudience([
          "query": #""SELECT bad""#, "inputParameters": #"[{"name": "n", "dataType": "INTEGER", "defaultValue": "1"}]"#,
          "parameterValues": #"{"n": 1}"#,
        ])
        await server.jobs.waitUntilFinished(id)
        let before = try await client.audiences(.get, "/\(id)")
        try #require(before.text("status") == "FAILED")
        let updated = try await client.audiences(.put, "/\(id)", body: body)
        #expect(updated.status == 200, "\(body): \(updated.body)")
        #expect(updated.text("audienceExecutionId") == id)
        await server.jobs.waitUntilFinished(id, times: 2)
        let after = try await client.audiences(.get, "/\(id)")
        for name in Self.kept {
          if let part = shown[name] {
            #expect("\(after[name])".contains(part), "\(body): \(after.body)")
            #expect(after[name] != before[name], "\(body)")
          } else if !(name == "inputParameters" && shown["query"] == "dsp_views") {
            #expect(after[name] == before[name], "\(body): \(name)")
          }
        }
      }
    }
  }

  @Test(arguments: Door.allCases)
  func aChangeIsCheckedLikeAWholeUpdate(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    try await server.run(door) { client in
      let id = try await client.createAudience(["query": #""SELECT bad""#])
      await server.jobs.waitUntilFinished(id)
      let refusals = [
        (#"{"audienceName": "Other"}"#, "audienceName"), (#"{"audienceDescription": "Other"}"#, "audienceDescription"),
        (#"{"audienceType": "LOOKALIKE"}"#, "audienceType"),
        (#"{"advertiserId": "ENTITY2BB2BB22BBB2"}"#, "advertiserId"),
        (#"{"timeWindowStart": "2025-05-29T00:00:00Z"}"#, "timeWindowStart"), (#"{"query": " "}"#, "query"),
        (#"{"workflowId": "none"}"#, "workflowId"), (#"{"query": "SELECT 1", "workflowId": "buyers"}"#, "workflowId"),
        (#"{"lookalikeAudienceExpectedReach": "BROAD"}"#, "lookalikeAudienceExpectedReach"),
      ]
      for (body, name) in refusals {
        let answer = try await client.audiences(.put, "/\(id)", body: body)
        #expect(answer.status == 400, "\(body)")
        #expect(answer.text("details").contains(name), "\(body): \(answer.body)")
      }
      #expect(try await client.audiences(.get, "/\(id)").text("status") == "FAILED")
    }
  }

  @Test func aWholeUpdateResetsWhatItLeavesOut() async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    try await server.run(.router) { client in
      let id = try await client.createAudience(["query": #""SELECT bad""#, "parameterValues": #"{"n": 1}"#])
      await server.jobs.waitUntilFinished(id)
      let body = AudienceBody.update(["timeWindowRelative": ""])
      #expect(try await client.audiences(.put, "/\(id)", body: body).status == 200)
      let after = try await client.audiences(.get, "/\(id)")
      #expect(after["timeWindowRelative"] == .boolean(false))
      #expect(after["parameterValues"] == .object([:]), "\(after.body)")
    }
  }

  @Test func aStrictServerWantsAllRequiredFields() async throws {
    let server = try await TestServer(.strict)
    server.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    try await server.run(.router) { client in
      let id = try await client.createAudience(["query": #""SELECT bad""#])
      await server.jobs.waitUntilFinished(id)
      let answer = try await client.audiences(.put, "/\(id)", body: #"{"query": "SELECT user_id FROM dsp_views"}"#)
      #expect(answer.errorCode == "missing_field")
    }
  }
}
