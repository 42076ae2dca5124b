import CleanRoom
import Foundation
import HTTPTypes
import Login
import ServerTestSupport
import Testing

/// Pipelines of the public: an Airflow DAG, Mage blocks, a back-filling script and a service in C#. They work on
/// instances with real signals, so none of them says `requireSyntheticData`.
extension PublicClientTests {
  private static let instance = Fixtures.otherSetup.instanceID
  private static let root = "/amc/reporting/\(instance)"

  /// A pipeline: its headers, and how it asks until an execution is done.
  private struct Pipeline {
    let client: APIClient
    let server: TestServer
    let headers: APIClient.Headers

    func call(
      _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, _ changes: APIClient.Headers = [:]
    ) async throws -> Answer {
      try await client.send(
        method, PublicClientTests.root + path, body: body, headers: headers.merging(changes) { $1 })
    }

    /// Asks again and again, as all of them do, and counts that the first answer is no end.
    func wait(_ id: String, _ changes: APIClient.Headers = [:]) async throws -> String {
      var answer = try await call(.get, "/workflowExecutions/\(id)", nil, changes)
      while ["PENDING", "RUNNING"].contains(answer.text("status")) {
        await server.jobs.waitUntilFinished(id)
        answer = try await call(.get, "/workflowExecutions/\(id)", nil, changes)
      }
      return answer.text("status")
    }
  }

  private func pipeline(_ server: TestServer, _ client: APIClient, _ headers: APIClient.Headers) -> Pipeline {
    let usual: APIClient.Headers = [
      "Accept": "*/*", "Authorization": "Bearer \(client.token)",
      "Amazon-Advertising-API-AdvertiserId": Fixtures.otherSetup.accountID,
      "Amazon-Advertising-API-MarketplaceId": Fixtures.otherSetup.marketplaceID,
    ]
    return Pipeline(client: client, server: server, headers: usual.merging(headers) { $1 })
  }

  private func run(
    _ body: @Sendable (TestServer, APIClient) async throws -> Void
  ) async throws {
    let server = try await PublicClientServer.make()
    try await server.run(.live) { client in try await body(server, try await server.otherClient(client)) }
  }

  /// The DAG asks for the URLs with the media type of workflows, and drops the columns of the filter from the result.
  @Test func theAirflowPipelineReadsItsResult() async throws {
    try await run { server, client in
      let workflows: APIClient.Headers = ["Accept": "application/vnd.amcworkflows.v1+json"]
      let executions: APIClient.Headers = ["Accept": "application/vnd.amcworkflowexecutions.v1+json"]
      let dag = pipeline(
        server, client,
        ["Content-Type": "application/json", "Amazon-Advertising-API-ClientID": client.clientID])
      let workflow = "3f0c1b1a-5d4e-4c3b-9a55-0c7f4b7a1e11"
      let created = try await dag.call(
        .post, "/workflows",
        #"{"distinctUserCountColumn": "du_count", "filteredMetricsDiscriminatorColumn": "filtered", "#
          + #""filteredReasonColumn": "true", "sqlQuery": "SELECT campaign, SUM(impressions) AS impressions "#
          + #"FROM dsp_impressions GROUP BY campaign", "workflowId": "\#(workflow)"}"#, workflows)
      #expect([200, 202].contains(created.status), "\(created.body)")
      let execution = try await dag.call(
        .post, "/workflowExecutions",
        #"{"timeWindowStart": "2025-05-24T00:00:00", "timeWindowEnd": "2025-05-31T00:00:00", "#
          + #""timeWindowType": "EXPLICIT", "dryRun": false, "workflowId": "\#(workflow)", "skipPublish": false, "#
          + #""disableAggregationControls": false}"#, executions)
      #expect([200, 202].contains(execution.status), "\(execution.body)")
      let id = execution.text("workflowExecutionId")
      #expect(try await dag.wait(id, executions) == "SUCCEEDED")
      let urls = try await dag.call(.get, "/workflowExecutions/\(id)/downloadUrls", nil, workflows)
      #expect(urls.status == 200, "\(urls.body)")
      #expect(urls["metadataDownloadUrls"].elements.count == 1)
      let lines = try await client.download(urls.text("downloadUrls", "0")).body.split(separator: "\n")
      #expect(lines.first == "campaign,impressions,du_count,filtered,true")
      #expect(
        lines.dropFirst().sorted()
          == ["alpha,240", "beta,150"].map { line in
            "\(line),\(PublicClientServer.shownUserCount(of: String(line.prefix { $0 != "," }))),false,"
          })
    }
  }

  /// The blocks call JSON something else, send a header of their own, and make their workflow anew in each run.
  @Test func theMagePipelineReadsItsResult() async throws {
    try await run { server, client in
      let blocks = pipeline(
        server, client,
        [
          "Content-Type": "application/x-amz.json-1.1", "instanceId": Self.instance,
          "Amazon-Advertising-API-ClientId": client.clientID,
        ])
      let instances = try await client.send(.get, "/amc/instances", headers: blocks.headers)
      #expect(instances["instances"].elements.contains { $0["instanceId"] == .string(Self.instance) })
      let old = #"{"workflowId": "Outdoorreach", "sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions"}"#
      #expect(try await blocks.call(.post, "/workflows", old).status == 200)
      for _ in 1...2 {
        #expect(try await blocks.call(.delete, "/workflows/Outdoorreach").status == 200)
        let created = try await blocks.call(
          .post, "/workflows",
          #"{"workflowId": "Outdoorreach", "sqlQuery": "SELECT campaign, COUNT(DISTINCT user_id) AS reach "#
            + #"FROM dsp_impressions WHERE advertiser = CUSTOM_PARAMETER('Advertiser') GROUP BY campaign", "#
            + #""inputParameters": [{"name": "Advertiser", "dataType": "STRING", "columnType": "DIMENSION", "#
            + #""defaultValue": "Outdoor"}]}"#)
        #expect(created.status == 200, "\(created.body)")
        let execution = try await blocks.call(
          .post, "/workflowExecutions",
          #"{"workflowId": "Outdoorreach", "timeWindowType": "EXPLICIT", "timeWindowStart": "2025-05-01T00:00:00", "#
            + #""timeWindowEnd": "2025-05-31T00:00:00", "ignoreDataGaps": "true", "#
            + #""parameterValues": {"Advertiser": "Outdoor"}}"#)
        #expect(execution.status == 200, "\(execution.body)")
        let id = execution.text("workflowExecutionId")
        #expect(try await blocks.wait(id) == "SUCCEEDED")
        let urls = try await blocks.call(.get, "/workflowExecutions/\(id)/downloadUrls")
        let lines = try await client.download(urls.text("downloadUrls", "0")).body.split(separator: "\n")
        #expect(lines.sorted() == ["alpha,240", "beta,150", "campaign,reach"])
      }
    }
  }

  /// The script sends the query with the execution, and numbers and booleans as texts.
  @Test func theBackfillingScriptReadsItsResult() async throws {
    try await run { server, client in
      let script = pipeline(
        server, client, ["Content-Type": "application/json", "Amazon-Advertising-API-ClientId": client.clientID])
      let execution = try await script.call(
        .post, "/workflowExecutions",
        #"{"workflow": {"sqlQuery": "SELECT campaign, SUM(impressions) AS n FROM dsp_impressions GROUP BY 1"}, "#
          + #""timeWindowType": "EXPLICIT", "timeWindowStart": "2025-05-28T00:00:00", "#
          + #""timeWindowEnd": "2025-05-29T00:00:00", "ignoreDataGaps": "true", "#
          + #""workflowExecutionTimeoutSeconds": "86400"}"#)
      #expect(execution.status == 200, "\(execution.body)")
      let id = execution.text("workflowExecutionId")
      #expect(try await script.wait(id) == "SUCCEEDED")
      let urls = try await script.call(.get, "/workflowExecutions/\(id)/downloadUrls")
      let lines = try await client.download(urls.text("downloadUrls", "0")).body.split(separator: "\n")
      #expect(lines.sorted() == ["alpha,240", "beta,150", "campaign,n"])
    }
  }

  /// The service updates first and creates when it is told 404; it sends every header that names an account.
  @Test func theServiceInCSharpReadsItsResult() async throws {
    try await run { server, client in
      let service = pipeline(
        server, client,
        [
          "Amazon-Advertising-API-ClientId": client.clientID, "Accept": "application/json",
          "Amazon-Advertising-API-EntityId": Fixtures.otherSetup.accountID,
          "Amazon-Ads-AccountId": "amzn1.ads-account.g.example",
        ])
      let typed: APIClient.Headers = ["Content-Type": "application/json; charset=utf-8"]
      let workflow =
        #"{"workflowId":"daily_reach","sqlQuery":"SELECT campaign, COUNT(DISTINCT user_id) AS reach "#
        + #"FROM dsp_impressions WHERE impression_dt_utc >= TIMESTAMP '2025-05-01 00:00:00' GROUP BY campaign"}"#
      #expect(try await service.call(.put, "/workflows/daily_reach", workflow, typed).status == 404)
      let created = try await service.call(.post, "/workflows", workflow, typed)
      #expect(created.status == 200, "\(created.body)")
      #expect(try await service.call(.put, "/workflows/daily_reach", workflow, typed).status == 200)
      let execution = try await service.call(
        .post, "/workflowExecutions",
        #"{"workflowId":"daily_reach","timeWindowType":"EXPLICIT","timeWindowStart":"2025-05-01T00:00:00","#
          + #""timeWindowEnd":"2025-05-31T00:00:00","timeWindowTimeZone":"UTC","#
          + #""workflowExecutionTimeoutSeconds":1800}"#, typed)
      #expect(execution.status == 200, "\(execution.body)")
      let id = execution.text("workflowExecutionId")
      #expect(try await service.wait(id) == "SUCCEEDED")
      let urls = try await service.call(.get, "/workflowExecutions/\(id)/downloadUrls")
      let lines = try await client.download(urls.text("downloadUrls", "0")).body.split(separator: "\n")
      #expect(lines.sorted() == ["alpha,240", "beta,150", "campaign,reach"])
    }
  }
}
