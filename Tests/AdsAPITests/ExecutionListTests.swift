import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

/// Lists of executions, their cancellation and deletion, and the files of their results.
@Suite(.hangLimit)
struct ExecutionListTests {
  private static let path = "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions"
  private static let adHoc =
    #"{"workflow": {"sqlQuery": "SELECT COUNT(*) FROM dsp_impressions"}, "requireSyntheticData": true}"#

  private func create(_ client: APIClient, _ body: String = adHoc) async throws -> String {
    let answer = try await client.account(.post, Self.path, body: body)
    #expect(answer.status == 200, "\(answer.body)")
    return answer.text("workflowExecutionId")
  }

  private func ids(_ client: APIClient, _ query: String) async throws -> [String] {
    let answer = try await client.account(.get, "\(Self.path)?\(query)")
    #expect(answer.status == 200, "\(query): \(answer.body)")
    return answer["executions"].elements.compactMap { element in
      guard case .string(let id) = element["workflowExecutionId"] else { return nil }
      return id
    }
  }

  @Test(arguments: Door.allCases)
  func everyFilterHasAnEffect(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let workflows = "/amc/reporting/\(Fixtures.setup.instanceID)/workflows"
      let workflow = #"{"workflowId": "w", "sqlQuery": "SELECT COUNT(*) FROM dsp_impressions"}"#
      #expect(try await client.account(.post, workflows, body: workflow).status == 200)
      // At 12:00, 12:20 and 12:40 UTC.
      let first = try await create(client)
      server.clock.advance(bySeconds: 1200)
      let second = try await create(client, #"{"workflowId": "w", "requireSyntheticData": true}"#)
      server.clock.advance(bySeconds: 1200)
      let third = try await create(client)
      for id in [first, second, third] { await server.jobs.waitUntilFinished(id) }
      let since = "minCreationTime=2025-06-01T00:00:00"

      #expect(try await ids(client, since) == [third, second, first])
      #expect(try await ids(client, "\(since)&sortAscending=true") == [first, second, third])
      #expect(try await ids(client, "workflowId=w") == [second])
      #expect(try await ids(client, "minCreationTime=2025-06-01T12:20:00") == [third, second])
      #expect(try await ids(client, "\(since)&maxCreationTime=2025-06-01T12:20:00") == [second, first])
      // 12:20 UTC is 08:20 in New York.
      #expect(
        try await ids(client, "minCreationTime=2025-06-01T08:20:00&timeZone=America/New_York") == [third, second])
      #expect(try await ids(client, "workflowId=none").isEmpty)

      let without = try await client.account(.get, "\(Self.path)?workflowId=w")
      #expect(without["executions", "0", "sqlQuery"] == .null)
      let with = try await client.account(.get, "\(Self.path)?workflowId=w&includeWorkflow=true")
      #expect(with.text("executions", "0", "sqlQuery").hasPrefix("SELECT COUNT"))
    }
  }

  @Test(arguments: Door.allCases)
  func pagesContinueInBothDirections(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      var created: [String] = []
      for _ in 1...5 { created.append(try await create(client)) }
      for id in created { await server.jobs.waitUntilFinished(id) }
      for isAscending in [true, false] {
        let query = "minCreationTime=2025-06-01T00:00:00&limit=2&sortAscending=\(isAscending)"
        var found: [String] = []
        var token = ""
        repeat {
          let answer = try await client.account(.get, "\(Self.path)?\(query)&nextToken=\(token)")
          found += answer["executions"].elements.compactMap {
            if case .string(let id) = $0["workflowExecutionId"] { id } else { nil }
          }
          token = answer.text("nextToken")
        } while !token.isEmpty
        #expect(found == (isAscending ? created : created.reversed()))
      }
      // A token is bound to the filters that it came with.
      let page = try await client.account(.get, "\(Self.path)?minCreationTime=2025-06-01T00:00:00&limit=2")
      let other = "\(Self.path)?minCreationTime=2025-05-01T00:00:00&limit=2&nextToken=\(page.text("nextToken"))"
      #expect(try await client.account(.get, other).errorCode == "invalid_page_token")
    }
  }

  /// Filters that are refused, and the status.
  static let refusals: [(query: String, status: Int)] = [
    ("", 422), ("maxCreationTime=2025-06-01T00:00:00", 422), ("minCreationTime=yesterday", 400),
    ("minCreationTime=2025-06-01", 400), ("minCreationTime=2025-06-01T00:00:00&timeZone=Nowhere", 422),
    ("minCreationTime=2025-06-02T00:00:00&maxCreationTime=2025-06-01T00:00:00", 422),
    ("workflowId=w&limit=0", 400), ("workflowId=w&limit=x", 400), ("workflowId=w&sortAscending=up", 400),
    ("workflowId=w&includeCancelled=maybe", 400), ("workflowId=w&workflowId=v", 400),
  ]

  @Test(arguments: Door.allCases)
  func invalidFiltersAreRefused(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for refusal in Self.refusals {
        let answer = try await client.account(.get, "\(Self.path)?\(refusal.query)")
        #expect(answer.status == refusal.status, "\(refusal.query)")
        #expect(answer.text("code") == "\(refusal.status)")
        #expect(answer.text("details").hasPrefix("The query parameter"), "\(answer.body)")
      }
    }
  }

  // MARK: Cancelling and deleting

  @Test(arguments: Door.allCases)
  func aRunningExecutionIsCancelled(_ door: Door) async throws {
    let isRunning = Gate()
    var options = TestServer.Options()
    options.whileRunning = { _ in isRunning.open() }
    let server = try await TestServer(options)
    server.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    try await server.run(door) { client in
      let id = try await create(client)
      await isRunning.pass()
      let answer = try await client.account(.put, "\(Self.path)/\(id)", body: #"{"status": "CANCELLED"}"#)
      #expect(answer.status == 200)
      #expect(answer.body == "{}")
      let shown = try await client.account(.get, "\(Self.path)/\(id)")
      #expect(shown.text("status") == "CANCELLED")
      #expect(shown.text("outputChannels", "0", "status") == "UNAVAILABLE")
      await server.jobs.wait { $0 == .outdated(subjectID: id, attempt: 1) }
      let urls = try await client.account(.get, "\(Self.path)/\(id)/downloadUrls")
      #expect(urls.status == 400)
      #expect(urls.text("details") == "Execution with ID \(id) is unavailable for download: it was cancelled.")
      // Lists leave it out, unless it is requested.
      #expect(try await ids(client, "minCreationTime=2025-06-01T00:00:00").isEmpty)
      #expect(try await ids(client, "minCreationTime=2025-06-01T00:00:00&includeCancelled=true") == [id])
    }
  }

  @Test(arguments: Door.allCases)
  func onlyACancellationChangesAnExecution(_ door: Door) async throws {
    let server = try await TestServer(.strict)
    try await server.run(door) { client in
      let id = try await create(client)
      await server.jobs.waitUntilFinished(id)
      let refusals = [
        (#"{"status": "CANCELLED"}"#, "execution_not_cancellable"), (#"{"status": "SUCCEEDED"}"#, "invalid_field"),
        ("{}", "missing_field"), (#"{"status": "CANCELLED", "surprise": 1}"#, "unknown_field"),
      ]
      for (body, code) in refusals {
        let answer = try await client.account(.put, "\(Self.path)/\(id)", body: body)
        #expect(answer.status == 400)
        #expect(answer.errorCode == code)
      }
      // A whole execution can be sent back as it was received.
      let whole = try await client.account(.get, "\(Self.path)/\(id)")["workflowExecution"]
      let answer = try await client.account(
        .put, "\(Self.path)/\(id)", body: whole.text.replacing("\"SUCCEEDED\"", with: "\"CANCELLED\""))
      #expect(answer.errorCode == "execution_not_cancellable")
      #expect(try await client.account(.put, "\(Self.path)/none", body: "{}").status == 404)
    }
  }

  @Test(arguments: Door.allCases)
  func aDeletedExecutionIsGone(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let id = try await create(client)
      await server.jobs.waitUntilFinished(id)
      let address = try await client.account(.get, "\(Self.path)/\(id)/downloadUrls").text("downloadUrls", "0")
      let answer = try await client.account(.delete, "\(Self.path)/\(id)")
      #expect(answer.status == 200)
      #expect(answer.body == "{}")
      #expect(try await client.account(.get, "\(Self.path)/\(id)").status == 404)
      #expect(try await client.account(.delete, "\(Self.path)/\(id)").status == 404)
      let url = try #require(URL(string: address))
      #expect(try await client.send(.get, "\(url.path())?\(url.query() ?? "")").status == 404)
    }
  }

  // MARK: Results

  @Test(arguments: Door.allCases)
  func parquetIsReturnedOnRequest(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let id = try await create(client)
      await server.jobs.waitUntilFinished(id)
      let answer = try await client.account(.get, "\(Self.path)/\(id)/downloadUrls?format=parquet")
      #expect(answer["downloadUrls"].elements.count == 1)
      let url = try #require(URL(string: answer.text("downloadUrls", "0")))
      #expect(url.path().hasSuffix("/report.parquet"))
      let file = try await client.send(.get, "\(url.path())?\(url.query() ?? "")")
      #expect(file.status == 200)
      #expect(file.headers[.contentType] == "application/vnd.apache.parquet")
      #expect(try await client.account(.get, "\(Self.path)/\(id)/downloadUrls?format=xml").status == 400)
    }
  }

  @Test(arguments: Door.allCases)
  func missingResultsHaveAReason(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(queriesWith: "broken", .engineFailure(code: "engine_failed", message: "No."))
    try await server.run(door) { client in
      let reasons = [
        (Self.adHoc.replacing("true}", with: "true, \"skipPublish\": true}"), "it was run with skipPublish"),
        (Self.adHoc.replacing("true}", with: "true, \"dryRun\": true}"), "it was a dry run"),
        (Self.adHoc.replacing("COUNT(*)", with: "broken"), "it failed"),
      ]
      for (body, reason) in reasons {
        let id = try await create(client, body)
        if !body.contains("dryRun") { await server.jobs.waitUntilFinished(id) }
        let urls = try await client.account(.get, "\(Self.path)/\(id)/downloadUrls")
        #expect(urls.status == 400)
        #expect(urls.text("details") == "Execution with ID \(id) is unavailable for download: \(reason).")
        let shown = try await client.account(.get, "\(Self.path)/\(id)")
        #expect(shown.text("outputChannels", "0", "statusReason") == "There is no result: \(reason).")
      }
    }
  }

  @Test(arguments: Door.allCases)
  func channelsShowTheirAvailability(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let id = try await create(client)
      await server.jobs.waitUntilFinished(id)
      let shown = try await client.account(.get, "\(Self.path)/\(id)")
      #expect(
        shown["outputChannels"].elements == [
          .object(["channel": .object(["type": .string("DOWNLOAD")]), "status": .string("AVAILABLE")]),
          .object([
            "channel": .object(["type": .string("PUBLISH")]), "status": .string("UNAVAILABLE"),
            "statusReason": .string("The instance has no bucket."),
          ]),
        ])
    }
  }
}
