import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct ReportingAPITests {
  private static let path = "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions"

  /// A body with an ad hoc query and other members.
  private static func body(_ members: String = "", workflow: String = "") -> String {
    "{\"workflow\": {\"sqlQuery\": \"SELECT COUNT(DISTINCT user_id) FROM dsp_impressions\"\(workflow)}, "
      + "\"requireSyntheticData\": true\(members)}"
  }

  @Test(arguments: Door.allCases)
  func anExecutionOfASandboxWithoutSyntheticDataIsRefusedAtOnce(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for members in ["", #", "requireSyntheticData": false"#, #", "dryRun": true"#] {
        let body = #"{"workflow": {"sqlQuery": "SELECT COUNT(*) FROM dsp_impressions"}\#(members)}"#
        let answer = try await client.account(.post, Self.path, body: body)
        #expect(answer.status == 400)
        #expect(answer.errorCode == "invalid_field")
        #expect(answer.text("details").hasPrefix("requireSyntheticData must be true"))
      }
      #expect(try await client.account(.get, Self.path)["executions"].elements == [])
    }
  }

  @Test(arguments: Door.allCases)
  func executionsHaveTheDocumentedMembers(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      // As curl sends it when nobody says what it is.
      let answer = try await client.account(
        .post, Self.path, body: Self.body(", \"timeWindowType\": \"MOST_RECENT_WEEK\""),
        headers: ["Content-Type": "application/x-www-form-urlencoded"])
      #expect(answer.status == 200)
      #expect(answer.headers[.contentType] == "application/vnd.amcworkflowexecutions.v1+json")
      var members = answer["workflowExecution"].members
      // The same as the object itself, as AMC's guides show it.
      var whole = try answer.json().members
      #expect(whole.removeValue(forKey: "workflowExecution") == .object(members))
      #expect(whole == members)
      let channels = members.removeValue(forKey: "outputChannels")
      #expect(channels?["0"]["channel"]["type"] == .string("DOWNLOAD"))
      #expect(channels?["0"]["status"] == .string("PENDING"))
      #expect(channels?["1"]["channel"]["type"] == .string("PUBLISH"))
      #expect(members.removeValue(forKey: "workflowExecutionId") != nil)
      guard case .string(let workflowID)? = members.removeValue(forKey: "workflowId") else {
        Issue.record("no workflowId")
        return
      }
      #expect(workflowID.hasPrefix("transient_"))
      #expect(
        members == [
          "createTime": .string("2025-06-01T12:00:00Z"), "dataGaps": .array([]),
          "disableAggregationControls": .boolean(false), "executionCategory": .string("AD_HOC"),
          "expireTime": .string("2025-06-02T12:00:00Z"), "requireSyntheticData": .boolean(true),
          "lastUpdatedTime": .string("2025-06-01T12:00:00Z"), "parameterValues": .object([:]),
          "status": .string("PENDING"), "timeWindowEnd": .string("2025-06-01T00:00:00Z"),
          "timeWindowStart": .string("2025-05-25T00:00:00Z"), "timeWindowTimeZoneOriginal": .string("UTC"),
          "workflowExecutionTimeoutSeconds": .integer(21_600),
        ])
    }
  }

  @Test(arguments: Door.allCases)
  func theQueryIsShownOnRequestOnly(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let created = try await client.account(.post, Self.path, body: Self.body())
      let id = created.text("workflowExecution", "workflowExecutionId")
      #expect(created["workflowExecution", "sqlQuery"] == .null)
      let with = try await client.account(.get, "\(Self.path)/\(id)?includeWorkflow=true")
      #expect(with.text("workflowExecution", "sqlQuery").hasPrefix("SELECT COUNT"))
      let without = try await client.account(.get, "\(Self.path)/\(id)?includeWorkflow=false")
      #expect(without["workflowExecution", "sqlQuery"] == .null)
      #expect(try await client.account(.get, "\(Self.path)/\(id)?includeWorkflow=maybe").status == 400)
    }
  }

  @Test(arguments: Door.allCases)
  func explicitWindowsKeepTheGivenTimes(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let answer = try await client.account(
        .post, Self.path,
        body: Self.body(
          """
          , "timeWindowType": "EXPLICIT", "timeWindowStart": "2022-09-20T00:00:00",
          "timeWindowEnd": "2022-09-30T00:00:00", "timeWindowTimeZone": "America/New_York"
          """))
      #expect(answer.text("workflowExecution", "timeWindowStart") == "2022-09-20T04:00:00Z")
      #expect(answer.text("workflowExecution", "timeWindowStartOriginal") == "2022-09-20T00:00:00")
      #expect(answer.text("workflowExecution", "timeWindowEndOriginal") == "2022-09-30T00:00:00")
      #expect(answer.text("workflowExecution", "timeWindowTimeZoneOriginal") == "America/New_York")
    }
  }

  /// Bodies that are refused, the code of the error and what it names.
  static let refusals: [(body: String, code: String, names: String)] = [
    ("{}", "missing_field", "workflowId or workflow"),
    (#"{"workflowId": "a", "workflow": {"sqlQuery": "x"}}"#, "invalid_field", "workflowId and workflow"),
    (#"{"workflow": "x"}"#, "wrong_type", "workflow"),
    (#"{"workflow": {}}"#, "missing_field", "workflow.sqlQuery"),
    (#"{"workflow": {"sqlQuery": 5}}"#, "wrong_type", "workflow.sqlQuery"),
    (#"{"workflow": {"sqlQuery": ""}}"#, "invalid_field", "workflow.sqlQuery"),
    (#"{"workflow": {"sqlQuery": "x", "sqlQurey": 1}}"#, "unknown_field", "workflow.sqlQurey"),
    (#"{"workflowId": "saved"}"#, "invalid_field", "workflowId"),
    (body(#", "timeWindowType": "YESTERDAY""#), "wrong_type", "timeWindowType"),
    (body(#", "timeWindowType": "EXPLICIT""#), "invalid_field", "timeWindowStart"),
    (body(#", "timeWindowTimeZone": "Nowhere""#), "invalid_field", "timeWindowTimeZone"),
    (body(#", "workflowExecutionTimeoutSeconds": 1"#), "invalid_field", "workflowExecutionTimeoutSeconds"),
    (body(#", "advertisers": [{"id": "1", "type": "DISPLAY"}]"#), "invalid_field", "advertisers[0]"),
    (body(#", "advertisers": [{"id": "1"}]"#), "invalid_field", "advertisers[0].type"),
    (body(#", "maxCertifiedTime": "x""#), "unavailable_feature", "maxCertifiedTime"),
    (body(#", "parameterValues": {"a": {}}"#), "invalid_field", "parameterValues"),
    (body(#", "surprise": 1"#), "unknown_field", "surprise"),
    (body(workflow: #", "inputSchema": "sandbox""#), "unavailable_feature", "workflow.inputSchema"),
    (body(workflow: #", "outputFormat": {"quoteCharacter": "ab"}"#), "invalid_field", "workflow.outputFormat"),
    (body(workflow: #", "outputColumns": [{"name": "a"}]"#), "invalid_field", "workflow.outputColumns[0].dataType"),
  ]

  @Test(arguments: Door.allCases)
  func eachWrongFieldIsNamed(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let answer = try await client.account(.post, Self.path, body: refusal.body)
        #expect(answer.status == 400, "\(refusal.body)")
        #expect(answer.errorCode == refusal.code, "\(refusal.body)")
        #expect(answer.text("details").contains(refusal.names), "\(answer.body)")
        #expect(answer.text("code") == "400")
      }
    }
  }

  @Test(arguments: Door.allCases)
  func refusedQueriesHavePositionAndReason(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(
      queriesWith: "dsp_impressions", .refuse(.columnNeverShown, message: "user_id is never shown.", line: 1, column: 8)
    )
    try await server.run(door) { client in
      let answer = try await client.account(.post, Self.path, body: Self.body())
      #expect(answer.status == 400)
      #expect(answer.errorCode == "query_refused")
      #expect(
        answer.text("details") == "The query was refused at 1:8: column_never_shown: user_id is never shown.")
    }
  }

  @Test(arguments: Door.allCases)
  func otherClientsAndUnknownIDsAreRefused(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let id = try await client.account(.post, Self.path, body: Self.body())
        .text("workflowExecution", "workflowExecutionId")
      let other = try await server.otherClient(client)
      let otherPath = "/amc/reporting/\(Fixtures.otherSetup.instanceID)/workflowExecutions"
      let otherHeaders: APIClient.Headers = [
        "Amazon-Advertising-API-AdvertiserId": Fixtures.otherSetup.accountID,
        "Amazon-Advertising-API-MarketplaceId": Fixtures.otherSetup.marketplaceID,
      ]
      #expect(try await other.account(.get, "\(Self.path)/\(id)").status == 403)
      #expect(try await other.account(.get, "\(Self.path)/\(id)", headers: otherHeaders).status == 403)
      #expect(try await other.account(.get, "\(otherPath)/\(id)", headers: otherHeaders).status == 404)
      #expect(try await other.account(.get, "\(otherPath)/\(id)/downloadUrls", headers: otherHeaders).status == 404)
      #expect(try await client.account(.get, "\(Self.path)/unknown").status == 404)
      #expect(try await client.account(.post, "/amc/reporting/unknown/workflowExecutions", body: "{}").status == 404)
      #expect(try await client.account(.post, otherPath, body: Self.body()).status == 403)
    }
  }

  // MARK: Downloads

  /// The path and query of an absolute address.
  private func path(of address: String) throws -> String {
    let url = try #require(URL(string: address))
    return "\(url.path())?\(url.query() ?? "")"
  }

  private func finishedExecution(_ server: TestServer, _ client: APIClient) async throws -> String {
    let id = try await client.account(.post, Self.path, body: Self.body())
      .text("workflowExecution", "workflowExecutionId")
    await server.jobs.waitUntilFinished(id)
    return id
  }

  @Test(arguments: Door.allCases)
  func unfinishedResultsAreRefusedClearly(_ door: Door) async throws {
    let isDone = Gate()
    var options = TestServer.Options()
    options.whileRunning = { _ in await isDone.pass() }
    let server = try await TestServer(options)
    try await server.run(door) { client in
      let id = try await client.account(.post, Self.path, body: Self.body())
        .text("workflowExecution", "workflowExecutionId")
      let early = try await client.account(.get, "\(Self.path)/\(id)/downloadUrls")
      #expect(early.status == 400)
      #expect(early.text("details") == "Execution with ID \(id) is unavailable for download.")
      isDone.open()
      await server.jobs.waitUntilFinished(id)
      #expect(try await client.account(.get, "\(Self.path)/\(id)/downloadUrls").status == 200)
    }
  }

  @Test(arguments: Door.allCases)
  func downloadURLsExpireAfterTenMinutes(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let id = try await finishedExecution(server, client)
      let answer = try await client.account(.get, "\(Self.path)/\(id)/downloadUrls")
      let address = answer.text("downloadUrls", "0")
      #expect(address.hasPrefix("http://localhost") || address.hasPrefix("http://127.0.0.1:"))
      let metadata = try await client.send(.get, path(of: answer.text("metadataDownloadUrls", "0")))
      #expect(metadata.headers[.contentType] == "application/json")
      #expect(metadata.text("workflowExecutionId") == id)
      let report = try await client.send(.get, path(of: address))
      #expect(report.status == 200)
      #expect(report.body == "reach\n5000\n")
      #expect(report.headers[.contentType] == "text/csv; charset=utf-8")
      server.clock.advance(bySeconds: 599)
      #expect(try await client.send(.get, path(of: address)).status == 200)
      server.clock.advance(bySeconds: 1)
      let late = try await client.send(.get, path(of: address))
      #expect(late.status == 403)
      #expect(late.errorCode == "expired_signature")
    }
  }

  @Test(arguments: Door.allCases)
  func changedDownloadURLsAreRefused(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let first = try await finishedExecution(server, client)
      let second = try await finishedExecution(server, client)
      let good = try path(
        of: try await client.account(.get, "\(Self.path)/\(first)/downloadUrls").text("downloadUrls", "0"))
      let plain = "/downloads/\(first)/report.csv"
      let changed = [
        good.replacing(first, with: second), good.replacing("expires=", with: "expires=9"), plain,
        plain + "?expires=9999999999", plain + "?expires=9999999999&signature=" + String(repeating: "0", count: 64),
        good + "&signature=00", good.replacing("signature=", with: "signature=x"), String(good.dropLast()),
        "/downloads/..%2F..%2Fmetadata/report.csv?expires=9999999999&signature=00",
      ]
      for path in changed {
        let answer = try await client.send(.get, path)
        #expect(answer.status == 403 || answer.status == 400, "\(path)")
        #expect(!answer.body.contains("reach"))
      }
    }
  }
}
