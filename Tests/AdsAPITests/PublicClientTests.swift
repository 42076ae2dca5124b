import Base
import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

/// The requests that the public client "AMC Insights on AWS" 3.1.3 makes, in its order and with its headers and bodies:
/// a token only after a first 401, JSON without a type for it, `Content-Type` on every request, no `Accept`, an empty
/// token for the first page, and answers read as AMC's guides show them.
@Suite(.hangLimit)
struct PublicClientTests {
  private static let root = "/amc/reporting/\(Fixtures.setup.instanceID)"

  /// The client as its users' code drives it: it keeps the access token.
  private struct Insights {
    let client: APIClient
    let server: TestServer
    var accessToken = ""

    mutating func send(
      _ method: HTTPRequest.Method, _ path: String, _ body: String = ""
    ) async throws -> Answer {
      let answer = try await request(method, path, body)
      guard answer.status == 401 else { return answer }
      accessToken = try await token()
      return try await request(method, path, body)
    }

    private func request(_ method: HTTPRequest.Method, _ path: String, _ body: String) async throws -> Answer {
      try await client.send(
        method, PublicClientTests.root + path, body: body,
        headers: [
          "Amazon-Advertising-API-ClientId": server.credentials.clientID, "Authorization": "Bearer \(accessToken)",
          "Content-Type": "application/json", "x-amzn-service-name": "amazon-marketing-cloud-insights-on-aws",
          "x-amzn-service-version": "v3.1.3", "Amazon-Advertising-API-AdvertiserId": Fixtures.setup.accountID,
          "Amazon-Advertising-API-MarketplaceId": Fixtures.setup.marketplaceID,
        ])
    }

    /// A JSON object, and not a word about what it is.
    private func token() async throws -> String {
      let body = JSONValue.object([
        "grant_type": .string("refresh_token"), "refresh_token": .string(server.credentials.refreshToken),
        "client_id": .string(server.credentials.clientID),
        "client_secret": .string(server.credentials.clientSecret),
      ])
      let answer = try await client.send(.post, "/auth/o2/token", body: body.text)
      #expect(answer.status == 200, "\(answer.body)")
      return answer.text("access_token")
    }
  }

  private static func workflow(_ sql: String) -> String {
    """
    {"workflowId": "reach.daily_1", "sqlQuery": "\(sql)",
     "inputParameters": [{"name": "campaign", "dataType": "STRING", "columnType": "DIMENSION", "defaultValue": "x"}],
     "filteredMetricsDiscriminatorColumn": "filtered"}
    """
  }

  private static let execution = """
    {"workflowId": "reach.daily_1", "timeWindowStart": "2025-05-24T00:00:00", "timeWindowEnd": "2025-05-30T00:00:00",
     "timeWindowType": "EXPLICIT", "timeWindowTimeZone": "America/New_York", "parameterValues": {"campaign": "one"},
     "workflowExecutionTimeoutSeconds": 86400, "skipPublish": false, "dryRun": false, "requireSyntheticData": true}
    """

  @Test(arguments: Door.allCases)
  func workflowsFromFirstToLast(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      var insights = Insights(client: client, server: server)
      let created = try await insights.send(.post, "/workflows", Self.workflow("SELECT 1 AS a FROM dsp_impressions"))
      #expect(created.status == 200)
      _ = try created.json()
      // It creates what may be there, and goes on with an update when it is told so in just these words.
      let again = try await insights.send(.post, "/workflows", Self.workflow("SELECT 2 AS a FROM dsp_impressions"))
      #expect(again.text("details") == "Workflow with ID reach.daily_1 already exists.")
      let updated = try await insights.send(
        .put, "/workflows/reach.daily_1", Self.workflow("SELECT 2 AS a FROM dsp_impressions"))
      #expect(updated.status == 200)
      _ = try updated.json()
      #expect(try await insights.send(.get, "/workflows/reach.daily_1").status == 200)
      #expect(try await insights.send(.get, "/workflows")["workflows"].elements.count == 1)
      let deleted = try await insights.send(.delete, "/workflows/reach.daily_1")
      #expect(deleted.status == 200)
      _ = try deleted.json()
      let gone = try await insights.send(.get, "/workflows/reach.daily_1")
      #expect(gone.status == 404)
      #expect(!gone.text("details").isEmpty)
    }
  }

  @Test(arguments: Door.allCases)
  func executionsFromFirstToLast(_ door: Door) async throws {
    let isDone = Gate()
    var options = TestServer.Options()
    options.whileRunning = { _ in await isDone.pass() }
    let server = try await TestServer(options)
    try await server.run(door) { client in
      var insights = Insights(client: client, server: server)
      #expect(
        try await insights.send(.post, "/workflows", Self.workflow("SELECT 1 AS a FROM dsp_impressions")).status == 200)
      let created = try await insights.send(.post, "/workflowExecutions", Self.execution)
      // It reads status and id beside each other in the answer itself.
      #expect(created.text("status") == "PENDING")
      let id = created.text("workflowExecutionId")
      #expect(!id.isEmpty)
      isDone.open()
      await server.jobs.waitUntilFinished(id)
      let status = try await insights.send(.get, "/workflowExecutions/\(id)?includeWorkflow=False")
      #expect(status.text("status") == "SUCCEEDED")
      let list = try await insights.send(
        .get, "/workflowExecutions?minCreationTime=2025-05-31T12:00:00&nextToken=")
      #expect(list["executions"].elements.count == 1)
      // It reads on until there is no token: a null would be one.
      #expect(try list.json().members["nextToken"] == nil)
      #expect(server.queries.runs.first?.request.parameters == ["campaign": .string("one")])
    }
  }

  @Test(arguments: Door.allCases)
  func aCancellationIsAskedForAndLookedAt(_ door: Door) async throws {
    let isRunning = Gate()
    var options = TestServer.Options()
    options.whileRunning = { _ in isRunning.open() }
    let server = try await TestServer(options)
    server.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    try await server.run(door) { client in
      var insights = Insights(client: client, server: server)
      #expect(
        try await insights.send(.post, "/workflows", Self.workflow("SELECT 1 AS a FROM dsp_impressions")).status == 200)
      let id = try await insights.send(.post, "/workflowExecutions", Self.execution).text("workflowExecutionId")
      await isRunning.pass()
      #expect(try await insights.send(.get, "/workflowExecutions/\(id)?includeWorkflow=False").status == 200)
      let cancelled = try await insights.send(.put, "/workflowExecutions/\(id)", #"{"status": "CANCELLED"}"#)
      #expect(cancelled.status == 200)
      _ = try cancelled.json()
      let after = try await insights.send(.get, "/workflowExecutions/\(id)?includeWorkflow=False")
      #expect(after.text("status") == "CANCELLED")
    }
  }
}
