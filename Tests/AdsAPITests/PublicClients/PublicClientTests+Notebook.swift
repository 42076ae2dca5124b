import Base
import CleanRoom
import Foundation
import HTTPTypes
import Login
import Metadata
import ServerTestSupport
import Testing

/// AMC's Python notebook (public repository `amzn/ads-advanced-tools-docs`), cell by cell. Its library sends texts as
/// they are, without a word about what they hold; numbers and booleans are texts; the second scope of its consent URL
/// is a parameter without a value.
extension PublicClientTests {
  private static let tokenFields = ["grant_type", "client_id", "client_secret", "refresh_token"]
  private static let sql = """
    \nSELECT campaign, SUM(total_purchases) AS total_orders_9d FROM amazon_attributed_events_by_traffic_time WHERE \
    SECONDS_BETWEEN(traffic_event_dt_utc, conversion_event_dt_utc) <= 60 * 60 * 24 * 9 GROUP BY campaign\n
    """

  private struct Notebook {
    let client: APIClient
    var headers: APIClient.Headers

    func call(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil) async throws -> Answer {
      let answer = try await client.send(method, path, body: try body?.text, headers: headers)
      #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer.status) \(answer.body)")
      return answer
    }
  }

  /// The URL that the notebook prints, opened as a browser does, and the tokens for the code that comes back.
  private func consent(_ server: TestServer, _ client: APIClient) async throws -> Answer {
    let credentials = server.credentials
    try await server.components.login.setReturnURLs(
      [TestServer.returnURL], clientID: credentials.clientID, at: server.clock.now)
    let page = try await client.send(
      .get,
      "/ap/oa?client_id=\(credentials.clientID)&scope=advertising::campaign_management&advertising::audiences"
        + "&response_type=code&redirect_uri=\(TestServer.returnURL)")
    #expect(page.status == 200)
    let user = try await server.addUser("ada@example.com", [Fixtures.setup.accountID: .admin])
    let consent = ConsentService(store: server.components.store)
    let asked = try await consent.request(
      AuthorizationParameters([
        (name: "client_id", value: credentials.clientID), (name: "scope", value: "advertising::campaign_management"),
        (name: "advertising::audiences", value: ""), (name: "response_type", value: "code"),
        (name: "redirect_uri", value: TestServer.returnURL),
      ]))
    let code = try await consent.allow(
      asked, form: .unused(), userID: user.id, acceptsTerms: true, region: .northAmerica, at: server.clock.now)
    return try await client.send(
      .post, "/auth/o2/token",
      body: form([
        ("grant_type", "authorization_code"), ("client_id", credentials.clientID),
        ("client_secret", credentials.clientSecret), ("redirect_uri", TestServer.returnURL), ("code", code),
      ]), headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"])
  }

  @Test func theNotebookOfAMCWorksToItsLastCell() async throws {
    let server = try await PublicClientServer.make()
    try await server.run(.live) { client in
      let first = try await consent(server, client)
      try #require(first.status == 200, "\(first.body)")
      var credentials = server.credentials
      credentials.refreshToken = first.text("refresh_token")
      let token = try await client.refreshedToken(credentials, order: Self.tokenFields)
      var notebook = Notebook(
        client: client,
        headers: [
          "Accept": "*/*", "Authorization": "Bearer \(token.text("access_token"))",
          "Amazon-Advertising-API-ClientId": credentials.clientID,
          "Amazon-Advertising-API-MarketplaceId": "ATVPDKIKX0DER",
        ])
      let accounts = try await notebook.call(.get, "/amc/accounts")
      #expect(accounts.text("amcAccounts", "0", "marketplaceId") == "ATVPDKIKX0DER")
      notebook.headers["Amazon-Advertising-API-AdvertiserId"] = accounts.text("amcAccounts", "0", "accountId")
      let instance = try await notebook.call(.get, "/amc/instances").text("instances", "0", "instanceId")
      try await workflowCells(notebook, "/amc/reporting/\(instance)")
      try await executionCells(notebook, "/amc/reporting/\(instance)", server)
      _ = try await notebook.call(.delete, "/amc/reporting/\(instance)/workflows/workflow-name")
    }
  }

  private func workflowCells(_ notebook: Notebook, _ root: String) async throws {
    #expect(try await notebook.call(.get, "\(root)/workflows")["workflows"].elements.isEmpty)
    _ = try await notebook.call(
      .post, "\(root)/workflows",
      .object([
        "workflowId": .string("workflow-name"), "distinctUserCountColumn": .string("du_count"),
        "filteredMetricsDiscriminatorColumn": .string("filtered"), "filteredReasonColumn": .string("true"),
        "sqlQuery": .string(Self.sql),
      ]))
    _ = try await notebook.call(.get, "\(root)/schedules")
    _ = try await notebook.call(
      .post, "\(root)/schedules",
      .object([
        "scheduleId": .string("schedule-id"), "workflowId": .string("workflow-name"),
        "aggregationHourUtc": .integer(8), "aggregationPeriod": .string("Daily"),
        "aggregationStartDay": .string("Tuesday"), "scheduleEnabled": .string("True"),
        // The notebook adds this for sandboxes to executions.
        "requireSyntheticData": .string("True"),
      ]))
    let schedule = try await notebook.call(.get, "\(root)/schedules/schedule-id")
    #expect(schedule.body.contains(#""scheduleEnabled":true"#), "\(schedule.body)")
    _ = try await notebook.call(.delete, "\(root)/schedules/schedule-id")
  }

  private func executionCells(_ notebook: Notebook, _ root: String, _ server: TestServer) async throws {
    // The window is the notebook's, moved to where the test has signals.
    let created = try await notebook.call(
      .post, "\(root)/workflowExecutions",
      .object([
        "timeWindowStart": .string("2025-05-01T00:00:00Z"), "timeWindowEnd": .string("2025-05-31T00:00:00Z"),
        "timeWindowType": .string("EXPLICIT"), "workflowId": .string("workflow-name"),
        "ignoreDataGaps": .string("True"), "workflowExecutionTimeoutSeconds": .string("86400"),
        "requireSyntheticData": .string("True"),
      ]))
    let id = created.text("workflowExecutionId")
    // The notebook asks for the executions of a workflow with the id of the execution.
    #expect(
      try await notebook.call(.get, "\(root)/workflowExecutions?workflowId=\(id)")["executions"].elements.isEmpty)
    await server.jobs.waitUntilFinished(id)
    let status = try await notebook.call(.get, "\(root)/workflowExecutions/\(id)")
    #expect(status.text("status") == "SUCCEEDED", "\(status.body)")
    let urls = try await notebook.call(.get, "\(root)/workflowExecutions/\(id)/downloadUrls")
    let lines = try await notebook.client.download(urls.text("downloadUrls", "0")).body.split(separator: "\n")
    // Two users are what rows of campaigns need; the column of counts says no more.
    #expect(lines.first == "campaign,total_orders_9d,du_count,filtered,true")
    #expect(
      lines.dropFirst().sorted()
        == ["alpha,480", "beta,300"].map { line in
          "\(line),\(PublicClientServer.shownUserCount(of: String(line.prefix { $0 != "," }))),false,"
        })
  }
}
