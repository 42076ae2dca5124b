@testable import AdsAPI
import CleanRoom
import Foundation
import HTTPTypes
import Jobs
import Metadata
import ServerTestSupport
import TestSupport
import Testing

/// `GET /metrics`: at the operator's address alone, with every metric that there is, and with nothing of a request but
/// words of the program.
@Suite(.hangLimit) struct MetricsTests {
  private static let path = "/amc/instances/\(Fixtures.setup.instanceID)"

  private static func server(_ options: TestServer.Options = .init()) async throws -> TestServer {
    try await TestServer(
      options,
      configure: { dependencies, folder in
        dependencies.apiSettings.operatorAddress = ("localhost", 0)
        dependencies.monitoring = MonitoringSources(dataFolder: URL(filePath: folder.file("")))
      })
  }

  /// Runs the server, and the body with clients of both addresses.
  private static func run(
    _ server: TestServer, _ body: @Sendable (_ api: APIClient, _ operator: LiveClient) async throws -> Void
  ) async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let token = try await server.components.login.grant(server.request(for: server.credentials), at: server.clock.now)
    try await LiveServer.run(logger: server.log.logger) { listens in
      server.components.application(
        host: "localhost", port: 0, logger: server.log.logger, onServerRunning: listens,
        onOperatorRunning: { port.yield($0) })
    } _: { client in
      let number = try #require(await ports.first { _ in true })
      let monitor = LiveClient(port: number)
      let api = APIClient(
        transport: { method, path, headers, body in
          Answer(try await client.execute(uri: path, method: method, headers: headers, body: body))
        }, clientID: server.credentials.clientID, token: token.accessToken)
      try await body(api, monitor)
      await monitor.close()
    }
  }

  private static func read(_ monitor: LiveClient, _ path: String = "/metrics") async throws -> Answer {
    Answer(try await monitor.execute(uri: path, method: .get, headers: [:], body: nil))
  }

  @Test func theOperatorsAddressHasTheMetricsAndNoOtherHas() async throws {
    let server = try await Self.server()
    try await Self.run(server) { api, monitor in
      let answer = try await Self.read(monitor)
      #expect(answer.status == 200)
      #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
      for metric in ServerMetric.allCases {
        #expect(answer.body.contains("# TYPE \(metric.rawValue) \(metric.kind.rawValue)\n"), "\(metric)")
        #expect(answer.body.contains("# HELP \(metric.rawValue) \(metric.help)\n"), "\(metric)")
      }
      #expect(try await Self.read(monitor, "/health").status == 404)
      #expect(try await Self.read(monitor, Self.path).status == 404)
      #expect(try await api.send(.get, "/metrics").status == 404)
      #expect(try await api.account(.get, "/metrics").status == 404)
    }
  }

  @Test func everyLineIsWellFormed() async throws {
    let server = try await Self.server()
    try await Self.run(server) { api, monitor in
      _ = try await api.account(.get, Self.path)
      let sample = #/[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? (-?[0-9.]+(e[+-]?[0-9]+)?|\+Inf|NaN)/#
      for line in try await Self.read(monitor).body.split(separator: "\n") where !line.hasPrefix("# ") {
        #expect(line.wholeMatch(of: sample) != nil, "\(line)")
      }
    }
  }

  @Test func requestsAreCountedByOperationAndNothingOfThemIsTold() async throws {
    let server = try await Self.server()
    try await Self.run(server) { api, monitor in
      for _ in 1...2 { #expect(try await api.account(.get, Self.path).status == 200) }
      _ = try await api.account(.get, "/amc/instances/made-up-by-a-client")
      _ = try await api.send(.get, "/secret-path?token=secret-value")
      let text = try await Self.read(monitor).body
      #expect(text.contains(#"adyton_requests_total{area="instances",operation="getInstance",status="2xx"} 2"# + "\n"))
      #expect(text.contains(#"adyton_requests_total{area="instances",operation="getInstance",status="4xx"} 1"# + "\n"))
      #expect(text.contains(#"adyton_requests_total{area="none",operation="none",status="4xx"} 1"# + "\n"))
      #expect(text.contains(#"adyton_request_failures_total{code="unknown_path",status="4xx"} 1"# + "\n"))
      #expect(
        text.contains(#"adyton_request_duration_seconds_count{area="instances",operation="getInstance"} 3"# + "\n"))
      #expect(text.contains("adyton_requests_in_flight 0\n"))
      for word in ["made-up", "secret", server.credentials.clientID, Fixtures.setup.instanceID, "Atza"] {
        #expect(!text.contains(word), "\(word)")
      }
    }
  }

  @Test func jobsAreCountedByKindAndOutcome() async throws {
    let server = try await Self.server()
    server.queries.answer(queriesWith: "dsp_clicks", .engineFailure(code: "engine_failed", message: "No."))
    try await Self.run(server) { api, monitor in
      let path = "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions"
      for table in ["dsp_impressions", "dsp_clicks"] {
        let made = try await api.account(
          .post, path,
          body: #"{"workflow": {"sqlQuery": "SELECT 1 AS n FROM \#(table)"}, "requireSyntheticData": true, "#
            + #""timeWindowType": "MOST_RECENT_WEEK"}"#)
        #expect(made.status == 200, "\(made.body)")
      }
      await server.jobs.waitUntilFinished(count: 2)
      let text = try await Self.read(monitor).body
      #expect(text.contains(#"adyton_job_outcomes_total{kind="execution",outcome="succeeded"} 1"# + "\n"), "\(text)")
      #expect(text.contains(#"adyton_job_outcomes_total{kind="execution",outcome="failed"} 1"# + "\n"))
      #expect(text.contains(#"adyton_job_failures_total{code="engine_failed",kind="execution"} 1"# + "\n"))
      #expect(text.contains(#"adyton_job_duration_seconds_count{kind="execution"} 2"# + "\n"))
    }
  }

  // MARK: What is read from the store

  private static func figures(of server: TestServer) -> ServerFigures {
    ServerFigures(
      store: server.components.store, settings: CleanRoomSettings(), clock: server.clock,
      census: server.components.censusRunner.work,
      sources: MonitoringSources(dataFolder: URL(filePath: server.folder.file(""))),
      metrics: server.components.metrics)
  }

  @Test func theQueueIsToldByKindWithItsAge() async throws {
    let server = try await Self.server()
    try await server.components.store.write { transaction in
      for id in ["a", "b"] {
        try transaction.insert(
          JobRecord(
            kind: .upload, subjectID: id, instanceID: Fixtures.setup.instanceID, accountID: Fixtures.setup.accountID,
            createdAt: Fixtures.now))
      }
    }
    server.clock.advance(bySeconds: 90)
    let text = await Self.figures(of: server).text()
    #expect(text.contains(#"adyton_jobs{kind="upload",state="pending"} 2"# + "\n"), "\(text)")
    #expect(text.contains(#"adyton_queue_oldest_seconds{kind="upload"} 90"# + "\n"))
  }

  @Test func backupsAndStorageAreTold() async throws {
    let server = try await Self.server()
    let empty = await Self.figures(of: server).text()
    #expect(empty.contains("adyton_last_backup_timestamp_seconds 0\n"))
    #expect(!empty.contains("\nadyton_last_backup_bytes "))
    try await server.components.store.write {
      try $0.insert(
        BackupRecord(
          id: "b", startedAt: Fixtures.now, finishedAt: Date(timeIntervalSince1970: 1_800_000_000), objectCount: 1,
          byteCount: 4_096, copiedByteCount: 1))
    }
    _ = try await server.components.censusRunner.runDue()
    let text = await Self.figures(of: server).text()
    #expect(text.contains("adyton_last_backup_timestamp_seconds 1800000000\n"))
    #expect(text.contains("adyton_last_backup_bytes 4096\n"))
    #expect(text.contains(#"adyton_objects_bytes{area="instances"} "#))
    for name in ["adyton_storage_free_bytes", "adyton_storage_size_bytes", "adyton_metadata_bytes"] {
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name) ") })
      #expect(try #require(Double(line.split(separator: " ")[1])) > 0, "\(line)")
    }
  }

  @Test func aPopulationsBudgetIsTold() async throws {
    var options = TestServer.Options()
    options.privacy = .noise(population: "people")
    let server = try await Self.server(options)
    let text = await Self.figures(of: server).text()
    #expect(text.contains(#"adyton_privacy_budget_left_ratio{population="people"} 1"# + "\n"), "\(text)")
  }

  /// The most read data source counts.
  @Test func theQueryBudgetOfAnInstanceIsTold() async throws {
    let server = try await Self.server()
    let id = Fixtures.setup.instanceID
    let instance = try #require(try await server.components.store.read { try $0.find(InstanceRecord.self, id: id) })
    for sources in [["dsp_impressions", "dsp_clicks"], ["dsp_impressions"]] {
      let execution = try await server.components.executions.create(Fixtures.executionDraft(), in: instance)
      try await server.components.store.write { transaction in
        try transaction.note(
          DisclosureQueryRecord(of: execution, at: Fixtures.now),
          sources: sources.map { DisclosureQuerySourceRecord(executionID: execution.id, dataSource: $0, days: nil) })
      }
    }
    let left = 1 - 2 / Double(CleanRoomSettings().disclosureBudget.maximumOverlappingExecutions)
    let text = await Self.figures(of: server).text()
    #expect(text.contains("adyton_query_budget_left_ratio{amc_instance=\"\(id)\"} \(left)\n"), "\(text)")
  }

  @Test func aStoreThatCannotBeReadIsCounted() async throws {
    let server = try await Self.server()
    try server.components.store.close()
    let figures = Self.figures(of: server)
    _ = await figures.text()
    let text = await figures.text()
    for part in ["queue", "budgets", "backups"] {
      #expect(text.contains("adyton_metrics_collection_failures_total{part=\"\(part)\"} 2\n"), "\(text)")
    }
    #expect(text.contains("process_resident_memory_bytes "))
  }
}
