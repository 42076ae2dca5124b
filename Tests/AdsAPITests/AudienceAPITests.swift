import Base
import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct AudienceAPITests {
  @Test(arguments: Door.allCases)
  func theDocumentedExampleMakesAnAudience(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let created = try await client.audiences(.post, body: AudienceBody.json())
      #expect(created.status == 200)
      #expect(created.text("status") == "PENDING")
      #expect(!created.text("audienceExecutionDescription").isEmpty)
      let id = created.text("audienceExecutionId")
      await server.jobs.waitUntilFinished(id)
      let audience = try await client.audiences(.get, "/\(id)")
      #expect(audience.status == 200)
      let expected: [String: JSONValue] = [
        "advertiserId": .string(Fixtures.setup.displayAdvertiserID), "advertiserType": .string("DISPLAY"),
        "audienceCount": .integer(5000), "audienceDescription": .string("Audience created for Audience Demo"),
        "audienceExecutionId": .string(id), "audienceName": .string("AudienceDemo"),
        "audienceType": .string("RULE_BASED"), "createTime": .string("2025-06-01T12:00:00Z"),
        "instanceId": .string(Fixtures.setup.instanceID), "lastRefreshedTime": .string("2025-06-01T12:00:00Z"),
        "no3pTrackers": .boolean(true), "parameterValues": .object([:]),
        "query": .string("SELECT user_id FROM dsp_impressions_for_audiences"), "refreshRateDays": .integer(1),
        "status": .string("SUCCEEDED"), "timeWindowEnd": .string("2025-05-27T01:00:00Z"),
        "timeWindowRelative": .boolean(true), "timeWindowStart": .string("2025-05-25T00:00:00Z"),
      ]
      var members = try audience.json().members
      #expect(members.removeValue(forKey: "dspAudienceId") != nil)
      #expect(members.removeValue(forKey: "dspCanonicalId") != nil)
      #expect(members == expected)
    }
  }

  @Test(arguments: Door.allCases)
  func everySpellingOfARelativeWindowIsAccepted(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for (text, expected) in [
        ("\"TRUE\"", true), ("\"true\"", true), ("true", true), ("\"FALSE\"", false), ("false", false), ("", false),
        ("null", false),
      ] {
        let id = try await client.createAudience(["timeWindowRelative": text])
        let audience = try await client.audiences(.get, "/\(id)")
        #expect(audience["timeWindowRelative"] == .boolean(expected), "\(text)")
      }
    }
  }

  /// The changed fields, the code of the error, and the name in its text.
  static let refusals: [(fields: [String: String], code: String, names: String)] = [
    (["audienceName": ""], "missing_field", "audienceName"),
    (["audienceName": "null"], "missing_field", "audienceName"),
    (["audienceName": "5"], "wrong_type", "audienceName"),
    (["audienceName": "\"\""], "invalid_field", "audienceName"),
    (["audienceName": "\"\\u0000\""], "body_with_nul", "U+0000"),
    (["audienceName": "\"\\u0007\""], "invalid_field", "audienceName"),
    (["advertiserId": ""], "missing_field", "advertiserId"),
    (["advertiserId": "1234567890123"], "wrong_type", "advertiserId"),
    (["advertiserId": "\"unknown\""], "invalid_field", "advertiserId"),
    (["audienceDescription": "[]"], "wrong_type", "audienceDescription"),
    (["query": ""], "invalid_field", "query"),
    (["query": "\" \""], "invalid_field", "query"),
    (["query": "{}"], "wrong_type", "query"),
    (["workflowId": "\"one\""], "invalid_field", "workflowId"),
    (["query": "", "workflowId": "\"one\""], "invalid_field", "workflowId"),
    (["timeWindowStart": ""], "missing_field", "timeWindowStart"),
    (["timeWindowEnd": "\"tomorrow\""], "wrong_type", "timeWindowEnd"),
    (["timeWindowEnd": "1653436800"], "wrong_type", "timeWindowEnd"),
    (["timeWindowEnd": "\"2025-05-25T00:00:00Z\""], "invalid_field", "timeWindowStart"),
    (["timeWindowRelative": "\"yes\""], "wrong_type", "timeWindowRelative"),
    (["timeWindowRelative": "1"], "wrong_type", "timeWindowRelative"),
    (["refreshRateDays": "22"], "invalid_field", "refreshRateDays"),
    (["refreshRateDays": "-1"], "invalid_field", "refreshRateDays"),
    (["refreshRateDays": "1.5"], "wrong_type", "refreshRateDays"),
    (["refreshRateDays": "99999999999999999999"], "wrong_type", "refreshRateDays"),
    (["refreshRateDays": "\"1\""], "wrong_type", "refreshRateDays"),
    (["parameterValues": "[]"], "wrong_type", "parameterValues"),
    (["parameterValues": "{\"a\": {}}"], "invalid_field", "parameterValues"),
    (["inputParameters": "{}"], "wrong_type", "inputParameters"),
    (["inputParameters": "[{}]"], "invalid_field", "inputParameters"),
    (["audienceNmae": "\"x\""], "unknown_field", "audienceNmae"),
    (["audienceType": "\"RULE_BASED\""], "unknown_field", "audienceType"),
    (["a b": "1"], "unknown_field", "name other than letters"),
  ]

  @Test(arguments: Door.allCases)
  func eachWrongFieldIsNamed(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let answer = try await client.audiences(.post, body: AudienceBody.json(refusal.fields))
        #expect(answer.status == 400, "\(refusal.fields)")
        #expect(answer.errorCode == refusal.code, "\(refusal.fields)")
        #expect(answer.text("details").contains(refusal.names), "\(answer.body)")
      }
      let list = try await client.audiences(.get)
      #expect(list["executionMetadata"].elements.isEmpty)
    }
  }

  @Test(arguments: Door.allCases)
  func malformedBodiesAreRefused(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    let tooLarge = AudienceBody.json(["query": "\"\(String(repeating: "x", count: 600_000))\""])
    let attempts: [(String, String)] = [
      ("", "body_missing"), ("{", "body_not_json"), ("[]", "body_not_an_object"), ("null", "body_not_an_object"),
      (String(repeating: "[", count: 10_000), "body_too_deep"), (tooLarge, "body_too_large"),
    ]
    try await server.run(door) { client in
      for (body, code) in attempts {
        let answer = try await client.audiences(.post, body: body)
        #expect(answer.status == 400, "\(code)")
        #expect(answer.errorCode == code)
      }
      let text = try await client.audiences(.post, body: "{}", headers: ["Content-Type": "text/plain"])
      #expect(text.errorCode == "malformed_header")
      #expect(text.text("details").contains("Content-Type"))
    }
  }

  @Test(arguments: Door.allCases)
  func aFailedAudienceCanBeUpdatedAndDeleted(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    try await server.run(door) { client in
      let id = try await client.createAudience(["query": "\"SELECT bad\""])
      await server.jobs.waitUntilFinished(id)
      let failed = try await client.audiences(.get, "/\(id)")
      #expect(failed.text("status") == "FAILED")
      #expect(failed.text("statusReason") == "Invalid SQL query: 1:8: unknown_column: No.")

      let updated = try await client.audiences(.put, "/\(id)", body: AudienceBody.update())
      #expect(updated.status == 200)
      #expect(updated.text("audienceExecutionId") == id)
      #expect(updated.text("status") == "PENDING")
      await server.jobs.waitUntilFinished(id, times: 2)
      #expect(try await client.audiences(.get, "/\(id)").text("status") == "SUCCEEDED")

      for (method, body) in [(.put, AudienceBody.update()), (.delete, nil)] as [(HTTPRequest.Method, String?)] {
        let answer = try await client.audiences(method, "/\(id)", body: body)
        #expect(answer.status == 400)
        #expect(answer.text("details").contains("SUCCEEDED"))
      }

      let second = try await client.createAudience(["query": "\"SELECT bad\""])
      await server.jobs.waitUntilFinished(second)
      let deleted = try await client.audiences(.delete, "/\(second)")
      #expect(deleted.status == 204)
      #expect(deleted.body.isEmpty)
      #expect(try await client.audiences(.get, "/\(second)").status == 404)
      #expect(try await client.audiences(.delete, "/\(second)").status == 404)
      #expect(try await client.audiences(.put, "/\(second)", body: AudienceBody.update()).status == 404)
    }
  }

  /// The changed fields of an update, and the name in the response.
  static let updateRefusals: [(fields: [String: String], names: String)] = [
    (["audienceName": "\"Other\""], "audienceName"), (["audienceDescription": ""], "audienceDescription"),
    (["audienceDescription": "\"Other\""], "audienceDescription"),
    (["advertiserId": "\"ENTITY2BB2BB22BBB2\""], "advertiserId"), (["audienceType": "\"LOOKALIKE\""], "audienceType"),
    (["audienceType": ""], "audienceType"), (["lookalikeAudienceExpectedReach": "\"BROAD\""], "lookalike"),
    (["refreshRateDays": "1"], "refreshRateDays"), (["workflowId": "\"w\"", "query": ""], "workflowId"),
    (["timeWindowStart": ""], "timeWindowStart"),
  ]

  @Test(arguments: Door.allCases)
  func unchangeableFieldsAreNamed(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    server.queries.answer(queriesWith: "bad", .refuse(.unknownColumn, message: "No.", line: 1, column: 8))
    try await server.run(door) { client in
      let id = try await client.createAudience(["query": "\"SELECT bad\""])
      await server.jobs.waitUntilFinished(id)
      for refusal in Self.updateRefusals {
        let answer = try await client.audiences(.put, "/\(id)", body: AudienceBody.update(refusal.fields))
        #expect(answer.status == 400, "\(refusal.fields)")
        #expect(answer.text("details").contains(refusal.names), "\(answer.body)")
      }
      #expect(try await client.audiences(.get, "/\(id)").text("status") == "FAILED")
    }
  }

  @Test(arguments: Door.allCases)
  func theSameKeyGivesTheSameAudience(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let key: APIClient.Headers = ["Idempotency-Key": "order 66"]
      let first = try await client.audiences(.post, body: AudienceBody.json(), headers: key)
      let second = try await client.audiences(.post, body: AudienceBody.json(), headers: key)
      #expect(first.status == 200)
      #expect(second.status == 200)
      #expect(first.text("audienceExecutionId") == second.text("audienceExecutionId"))
      let other = try await client.audiences(
        .post, body: AudienceBody.json(["refreshRateDays": "2"]), headers: key)
      #expect(other.status == 400)
      #expect(other.errorCode == "idempotency_key_reused")
      let without = try await client.audiences(.post, body: AudienceBody.json())
      #expect(without.text("audienceExecutionId") != first.text("audienceExecutionId"))
      let tooLong = try await client.audiences(
        .post, body: AudienceBody.json(), headers: ["Idempotency-Key": String(repeating: "x", count: 256)])
      #expect(tooLong.status == 400)
      #expect(tooLong.text("details").contains("Idempotency-Key"))
    }
  }

  // MARK: From a saved workflow

  @Test(arguments: Door.allCases)
  func audiencesCanBeMadeFromAWorkflow(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let workflow = """
        {"workflowId": "cart", "sqlQuery": "SELECT user_id FROM conversions_for_audiences",
         "inputParameters": [{"name": "days", "dataType": "INTEGER", "defaultValue": "3"}]}
        """
      let workflows = "/amc/reporting/\(Fixtures.setup.instanceID)/workflows"
      #expect(try await client.account(.post, workflows, body: workflow).status == 200)
      let id = try await client.createAudience([
        "query": "", "workflowId": "\"cart\"", "parameterValues": #"{"days": 7}"#,
      ])
      await server.jobs.waitUntilFinished(id)
      let shown = try await client.audiences(.get, "/\(id)")
      #expect(shown.text("workflowId") == "cart")
      #expect(shown.text("query") == "SELECT user_id FROM conversions_for_audiences")
      #expect(shown["parameterValues"] == .object(["days": .integer(7)]))
      #expect(shown["inputParameters", "0", "name"] == .string("days"))
      #expect(server.queries.runs.first?.request.parameters == ["days": .integer(7)])
      let older = try await client.audiences(
        .get, "/\(id)", headers: ["Accept": "application/vnd.amcquerybasedaudience.v1.1+json"])
      #expect(older["workflowId"] == .null)
    }
  }
}
