import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct LookalikeAPITests {
  private static let published = "application/vnd.amclookalikeaudience.v1+json"

  private static func body(_ members: [String: String] = [:]) -> String {
    let usual = ["lookalikeAudienceExpectedReach": "\"SIMILAR\"", "refreshRateDays": ""]
    return AudienceBody.json(usual.merging(members) { $1 })
  }

  private func create(
    _ client: APIClient, _ members: [String: String] = [:], headers: APIClient.Headers = [:]
  ) async throws -> Answer {
    let usual: APIClient.Headers = ["Accept": Self.published]
    return try await client.lookalikes(body: Self.body(members), headers: usual.merging(headers) { $1 })
  }

  @Test(arguments: Door.allCases)
  func lookalikesAreMadeAndListed(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let created = try await create(client)
      #expect(created.status == 200, "\(created.body)")
      #expect(created.headers[.contentType] == Self.published)
      #expect(created.text("status") == "PENDING")
      let id = created.text("audienceExecutionId")
      await server.jobs.waitUntilFinished(id)
      let audience = try await client.audiences(.get, "/\(id)")
      #expect(audience.text("status") == "SUCCEEDED", "\(audience.body)")
      #expect(audience.text("audienceType") == "LOOKALIKE")
      #expect(audience.text("lookalikeAudienceExpectedReach") == "SIMILAR")
      #expect(audience["refreshRateDays"] == .integer(21))
      _ = try await client.createAudience()
      let list = try await client.audiences(.get)
      #expect(
        list["executionMetadata"].elements.map { $0["audienceType"] } == [.string("RULE_BASED"), .string("LOOKALIKE")])
      // Only the newest version tells of lookalikes.
      let older = try await client.audiences(
        .get, "/\(id)", headers: ["Accept": "application/vnd.amcquerybasedaudience.v1.1+json"])
      #expect(try older.json().members["audienceType"] == nil)
      #expect(try older.json().members["lookalikeAudienceExpectedReach"] == nil)
    }
  }

  static let refusals: [(fields: [String: String], code: String, names: String)] = [
    (["lookalikeAudienceExpectedReach": ""], "missing_field", "lookalikeAudienceExpectedReach"),
    (["lookalikeAudienceExpectedReach": "null"], "missing_field", "lookalikeAudienceExpectedReach"),
    (["lookalikeAudienceExpectedReach": "\"WIDE\""], "wrong_type", "MOST_SIMILAR"),
    (["lookalikeAudienceExpectedReach": "3"], "wrong_type", "lookalikeAudienceExpectedReach"),
    (["refreshRateDays": "0"], "invalid_field", "from 7 to 21"),
    (["refreshRateDays": "6"], "invalid_field", "from 7 to 21"),
    (["refreshRateDays": "22"], "invalid_field", "from 7 to 21"),
    (["audienceName": ""], "missing_field", "audienceName"),
    (["advertiserId": ""], "missing_field", "advertiserId"),
    (["query": ""], "invalid_field", "query"),
    (["audienceType": "\"LOOKALIKE\""], "unknown_field", "audienceType"),
  ]

  @Test(arguments: Door.allCases)
  func eachWrongFieldIsNamed(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let answer = try await create(client, refusal.fields)
        #expect(answer.status == 400, "\(refusal.fields)")
        #expect(answer.errorCode == refusal.code, "\(refusal.fields)")
        #expect(answer.text("details").contains(refusal.names), "\(answer.body)")
        #expect(answer.headers[.contentType] == "application/vnd.amcquerybasedaudience.v1+json")
      }
      let list = try await client.audiences(.get)
      #expect(list["executionMetadata"].elements.isEmpty)
    }
  }

  @Test func reachesMatchTheGuide() async throws {
    let server = try await TestServer(.strict)
    try await server.run(.router) { client in
      for reach in ["MOST_SIMILAR", "SIMILAR", "BALANCED", "BROAD", "MOST_BROAD"] {
        let answer = try await create(
          client, ["lookalikeAudienceExpectedReach": "\"\(reach)\"", "refreshRateDays": "7"])
        #expect(answer.status == 200, "\(answer.body)")
      }
      #expect(try await create(client, headers: ["Accept": "text/html"]).errorCode == "malformed_header")
      #expect(try await create(client, headers: ["Accept": "application/json"]).status == 200)
      let audienceType = "application/vnd.amcquerybasedaudience.v1+json"
      let answer = try await create(client, headers: ["Accept": audienceType])
      #expect(answer.headers[.contentType] == audienceType)
    }
  }

  @Test func aRepeatedRequestMakesOneAudience() async throws {
    let server = try await TestServer()
    try await server.run(.router) { client in
      let first = try await create(client, headers: ["Idempotency-Key": "one"])
      let second = try await create(client, headers: ["Idempotency-Key": "one"])
      #expect(first.text("audienceExecutionId") == second.text("audienceExecutionId"))
      let other = try await create(
        client, ["lookalikeAudienceExpectedReach": "\"BROAD\""], headers: ["Idempotency-Key": "one"])
      #expect(other.errorCode == "idempotency_key_reused")
      let list = try await client.audiences(.get)
      #expect(list["executionMetadata"].elements.count == 1)
    }
  }

  /// A FAILED lookalike is changed and deleted like any audience.
  @Test func aFailedLookalikeIsUpdatedAndDeleted() async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "few", .count(499))
    try await server.run(.router) { client in
      let id = try await create(client, ["query": "\"SELECT few\""]).text("audienceExecutionId")
      await server.jobs.waitUntilFinished(id)
      let failed = try await client.audiences(.get, "/\(id)")
      #expect(failed.text("status") == "FAILED")
      #expect(failed.text("statusReason").contains("does not reach 500 user_ids"))
      #expect(failed["audienceCount"] == .integer(0))
      func update(_ type: String, _ reach: String) async throws -> Answer {
        try await client.audiences(
          .put, "/\(id)",
          body: AudienceBody.json([
            "refreshRateDays": "", "audienceType": "\"\(type)\"", "query": "\"SELECT few, still\"",
            "lookalikeAudienceExpectedReach": reach,
          ]))
      }
      for (type, reach, name) in [
        ("RULE_BASED", "", "audienceType"), ("OTHER", "", "audienceType"),
        ("LOOKALIKE", "\"BROAD\"", "lookalikeAudienceExpectedReach"),
        ("LOOKALIKE", "\"WIDE\"", "lookalikeAudienceExpectedReach"),
        ("RULE_BASED", "\"SIMILAR\"", "lookalikeAudienceExpectedReach"),
      ] {
        let answer = try await update(type, reach)
        #expect(answer.errorCode == "unchangeable_field", "\(answer.body)")
        #expect(answer.text("details").contains(name), "\(answer.body)")
      }
      #expect(try await update("LOOKALIKE", "\"SIMILAR\"").status == 200)
      await server.jobs.waitUntilFinished(id, times: 2)
      #expect(try await client.audiences(.delete, "/\(id)").status == 204)
      #expect(try await client.audiences(.get, "/\(id)").status == 404)
    }
  }

  @Test func ratesMatchThoseOfAudiences() async throws {
    var options = TestServer.Options()
    options.limitsRates = true
    let server = try await TestServer(options)
    try await server.run(.router) { client in
      var statuses: [Int] = []
      for _ in 0..<7 { statuses.append(Int(try await create(client).status)) }
      #expect(statuses == [200, 200, 200, 200, 200, 429, 429])
    }
  }
}
