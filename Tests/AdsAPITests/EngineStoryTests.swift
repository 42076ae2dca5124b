import AdsAPI
import Catalog
import CleanRoom
import Foundation
import HTTPTypes
import Logging
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import TestSupport
import Testing
import Warehouse

/// The reporting API with the real compiler and the real engine over signals that the test has made.
@Suite(.hangLimit)
struct EngineStoryTests {
  private static let root = "/amc/reporting/\(Fixtures.setup.instanceID)"
  /// The number of users who saw each campaign, each of them once.
  private static let usersPerCampaign = ["alpha": 400, "beta": 150, "tiny": 1]

  /// A server with three campaigns, all of them seen at noon on 2025-05-30.
  private func server() async throws -> TestServer {
    let now = Fixtures.now
    return try await TestServer(TestServer.Options()) { folder, objects in
      let signals = SignalStore(storage: objects)
      let settings = EngineSettings(
        threads: 2, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
      try await Self.load(folder, signals, settings)
      return EngineQueryService(
        engine: try DuckDBEngine(settings: settings), signals: signals, objects: objects, now: { now })
    }
  }

  private static func load(
    _ folder: TemporaryFolder, _ signals: SignalStore, _ settings: EngineSettings
  ) async throws {
    var lines = ["user_id,impression_dt_utc,campaign,impressions"]
    for (campaign, count) in usersPerCampaign.sorted(by: { $0.key < $1.key }) {
      for user in 0..<count { lines.append("user-\(user),2025-05-30 12:00:00,\(campaign),1") }
    }
    // One user with thousands of rows, so that joining them takes the engine a long time.
    for _ in 0..<4000 { lines.append("heavy,2025-04-30 12:00:00,heavy,1") }
    let url = URL(filePath: folder.file("impressions.csv"))
    try Data(lines.joined(separator: "\n").utf8).write(to: url)
    let source = try #require(Catalogue.standard.dataSource(named: "dsp_impressions"))
    _ = try await SignalLoader(store: signals, settings: settings).load(
      [LoadFile(url: url, displayName: "impressions.csv")], into: source, instanceID: Fixtures.setup.instanceID)
  }

  private func result(_ client: APIClient, _ id: String) async throws -> [String] {
    let urls = try await client.account(.get, "\(Self.root)/workflowExecutions/\(id)/downloadUrls")
    let url = try #require(URL(string: urls.text("downloadUrls", "0")), "\(urls.body)")
    let file = try await client.send(.get, "\(url.path())?\(url.query() ?? "")")
    #expect(file.status == 200)
    return file.body.split(separator: "\n").map(String.init)
  }

  private static let workflow = """
    {"workflowId": "reach", "inputParameters": [
      {"name": "names", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}},
      {"name": "since", "dataType": "DATE", "defaultValue": "2025-01-01"},
      {"name": "least", "dataType": "LONG", "defaultValue": 0}],
     "outputColumns": [{"name": "campaign", "dataType": "STRING"}, {"name": "reach", "dataType": "LONG"},
      {"name": "since", "dataType": "DATE"}],
     "sqlQuery": "SELECT campaign, COUNT(DISTINCT user_id) AS reach, CUSTOM_PARAMETER('since') AS since FROM dsp_impressions WHERE impressions > CUSTOM_PARAMETER('least') AND ARRAY_CONTAINS(CUSTOM_PARAMETER('names'), campaign) GROUP BY campaign"}
    """

  @Test func parametersChangeTheResultOfAWorkflow() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let created = try await client.account(.post, "\(Self.root)/workflows", body: Self.workflow)
      try #require(created.status == 200, "\(created.body)")
      let body = """
        {"workflowId": "reach", "requireSyntheticData": true, "timeWindowType": "MOST_RECENT_WEEK",
         "parameterValues": {"names": ["alpha", "tiny"], "least": "0"}}
        """
      let execution = try await client.account(.post, "\(Self.root)/workflowExecutions", body: body)
      try #require(execution.status == 200, "\(execution.body)")
      let id = execution.text("workflowExecutionId")
      await server.jobs.waitUntilFinished(id)
      let finished = try await client.account(.get, "\(Self.root)/workflowExecutions/\(id)")
      #expect(finished.text("status") == "SUCCEEDED", "\(finished.body)")
      // One user is too few for a row.
      let lines = try await result(client, id)
      #expect(lines == ["campaign,reach,since", "alpha,400,2025-01-01"])
      // A value that is missing is named before anything runs.
      let without = try await client.account(
        .post, "\(Self.root)/workflowExecutions", body: #"{"workflowId": "reach", "requireSyntheticData": true}"#)
      #expect(without.status == 400)
      #expect(without["diagnostics", "0", "code"] == .string("parameter_not_given"))
    }
  }

  /// Each type with a value, and how the result shows it.
  static let typedValues: [(type: String, value: String, shown: String)] = [
    (#""STRING""#, #""a b""#, "a b"), (#""BOOLEAN""#, "true", "true"), (#""BYTE""#, "-7", "-7"),
    (#""SHORT""#, #""300""#, "300"), (#""INTEGER""#, "70000", "70000"), (#""LONG""#, "5000000000", "5000000000"),
    (#""FLOAT""#, "1.5", "1.5"), (#""DOUBLE""#, #""2.25""#, "2.25"), (#""DATE""#, #""2024-02-29""#, "2024-02-29"),
    (#""TIMESTAMP""#, #""2025-01-01T12:30:00""#, "2025-01-01T12:30:00.000Z"),
  ]

  @Test func parametersOfEachTypeHaveTheirValue() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let names = Self.typedValues.indices.map { "p\($0)" }
      let declared = zip(names, Self.typedValues).map { #"{"name": "\#($0)", "dataType": \#($1.type)}"# }
      let columns = names.map { "CUSTOM_PARAMETER('\($0)') AS \($0)" }.joined(separator: ", ")
      // A text of bytes, and arrays: compared, since neither can be shown.
      let workflow = """
        {"workflowId": "types", "inputParameters": [\(declared.joined(separator: ", ")),
          {"name": "bytes", "dataType": "BINARY"},
          {"name": "list", "dataType": {"type": "ARRAY", "elementDataType": "LONG"}}],
         "sqlQuery": "SELECT \(columns), COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'alpha' \
        AND CAST(CUSTOM_PARAMETER('bytes') AS VARCHAR) = 'AMC' \
        AND ARRAY_CONTAINS(CUSTOM_PARAMETER('list'), impressions)"}
        """
      let created = try await client.account(.post, "\(Self.root)/workflows", body: workflow)
      try #require(created.status == 200, "\(created.body)")
      let values = zip(names, Self.typedValues).map { #""\#($0)": \#($1.value)"# }.joined(separator: ", ")
      let execution = try await client.account(
        .post, "\(Self.root)/workflowExecutions",
        body: """
          {"workflowId": "types", "requireSyntheticData": true, "timeWindowType": "MOST_RECENT_WEEK",
           "parameterValues": {\(values), "bytes": "QU1D", "list": [1, "2"]}}
          """)
      try #require(execution.status == 200, "\(execution.body)")
      let id = execution.text("workflowExecutionId")
      await server.jobs.waitUntilFinished(id)
      let lines = try await result(client, id)
      #expect(lines.last == (Self.typedValues.map(\.shown) + ["400"]).joined(separator: ","))
    }
  }

  @Test func compilerDiagnosticsAreReturned() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let unknown = #"{"workflowId": "w", "sqlQuery": "SELECT campain, COUNT(*) AS n FROM dsp_impressions GROUP BY 1"}"#
      let answer = try await client.account(.post, "\(Self.root)/workflows", body: unknown)
      #expect(answer.status == 400)
      #expect(answer["diagnostics", "0", "code"] == .string("unknown_column"))
      #expect(answer["diagnostics", "0", "line"] == .integer(1))
      #expect(answer["diagnostics", "0", "column"] == .integer(8))
      #expect(answer.text("diagnostics", "0", "hint").contains("campaign"))
      let undeclared = """
        {"workflowId": "w",
         "sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = CUSTOM_PARAMETER('name')"}
        """
      let parameter = try await client.account(.post, "\(Self.root)/workflows", body: undeclared)
      #expect(parameter["diagnostics", "0", "code"] == .string("unknown_parameter"))
      let columns = Self.workflow.replacing(#""reach", "dataType": "LONG""#, with: #""reach", "dataType": "INTEGER""#)
      let mismatch = try await client.account(.post, "\(Self.root)/workflows", body: columns)
      #expect(mismatch.errorCode == "output_columns_mismatch")
      #expect(
        mismatch.text("details") == "outputColumns[1] is not what the query puts out there: reach of the type LONG.")
    }
  }

  @Test func savedAudienceQueriesAreNoMeasurements() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      let workflow = #"{"workflowId": "a", "sqlQuery": "SELECT user_id FROM dsp_impressions_for_audiences"}"#
      #expect(try await client.account(.post, "\(Self.root)/workflows", body: workflow).status == 200)
      let run = try await client.account(
        .post, "\(Self.root)/workflowExecutions", body: #"{"workflowId": "a", "requireSyntheticData": true}"#)
      #expect(run.status == 400)
      #expect(run["diagnostics", "0", "code"] == .string("audience_table_in_measurement"))
    }
  }

  @Test func aRunningEngineQueryIsStopped() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      // 4,000 rows of one user joined three times: some minutes of work.
      let body = """
        {"workflow": {"sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions a \
        JOIN dsp_impressions b ON a.user_id = b.user_id JOIN dsp_impressions c ON b.user_id = c.user_id \
        JOIN dsp_impressions d ON c.user_id = d.user_id"},
         "timeWindowType": "ALL", "requireSyntheticData": true}
        """
      let created = try await client.account(.post, "\(Self.root)/workflowExecutions", body: body)
      try #require(created.status == 200, "\(created.body)")
      let id = created.text("workflowExecutionId")
      await server.jobs.wait { $0 == .started(subjectID: id, attempt: 1) }
      let cancelled = try await client.account(
        .put, "\(Self.root)/workflowExecutions/\(id)", body: #"{"status": "CANCELLED"}"#)
      #expect(cancelled.status == 200)
      // The engine has let go: without its interrupt this would take longer than the test may.
      await server.jobs.wait { $0 == .outdated(subjectID: id, attempt: 1) }
      #expect(try await client.account(.get, "\(Self.root)/workflowExecutions/\(id)").text("status") == "CANCELLED")
    }
  }
}
