import CleanRoom
import Foundation
import HTTPTypes
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct WorkflowAPITests {
  private static let path = "/amc/reporting/\(Fixtures.setup.instanceID)/workflows"

  private static func body(_ id: String = "my-first-workflow", _ members: String = "") -> String {
    "{\"workflowId\": \"\(id)\", \"sqlQuery\": \"SELECT COUNT(DISTINCT user_id) FROM dsp_impressions\"\(members)}"
  }

  @Test(arguments: Door.allCases)
  func aWorkflowIsMadeShownChangedAndDeleted(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let members = #", "distinctUserCountColumn": "du_count", "filteredReasonColumn": "true""#
      let created = try await client.account(.post, Self.path, body: Self.body("w", members))
      #expect(created.status == 200)
      #expect(created.body == "{}")
      #expect(created.headers[.contentType] == "application/vnd.amcworkflows.v1+json")
      let shown = try await client.account(.get, "\(Self.path)/w")
      #expect(
        shown["workflow"].members == [
          "workflowId": .string("w"), "distinctUserCountColumn": .string("du_count"),
          "filteredReasonColumn": .string("true"),
          "sqlQuery": .string("SELECT COUNT(DISTINCT user_id) FROM dsp_impressions"),
        ])
      let updated = try await client.account(.put, "\(Self.path)/w", body: Self.body("w"))
      #expect(updated.status == 200)
      #expect(try await client.account(.get, "\(Self.path)/w")["workflow", "filteredReasonColumn"] == .null)
      let deleted = try await client.account(.delete, "\(Self.path)/w")
      #expect(deleted.status == 200)
      #expect(deleted.body == "{}")
      #expect(try await client.account(.get, "\(Self.path)/w").errorCode == "unknown_workflow")
      #expect(try await client.account(.delete, "\(Self.path)/w").status == 404)
      #expect(try await client.account(.put, "\(Self.path)/w", body: Self.body("w")).status == 404)
    }
  }

  /// The request of AMC's guide on custom parameters, with a query in it.
  private static let parameters = """
    {
      "workflowId": "workflowWithCustomParams", "sqlQuery": "SELECT COUNT(*) AS n FROM dsp_impressions",
      "inputParameters": [
        {"name": "myCustomParameter1", "dataType": "INTEGER", "columnType": "DIMENSION", "defaultValue": 20,
         "description": "Enter description for parameter"},
        {"name": "myCustomParameter2", "dataType": "STRING", "columnType": "DIMENSION", "defaultValue": "4"},
        {"name": "myCustomParameter3", "dataType": {"elementDataType": "STRING", "type": "ARRAY"},
         "column_type": "DIMENSION", "defaultValue": ["11111111111111111", "22222222222222222"]}
      ]
    }
    """

  @Test(arguments: Door.allCases)
  func parametersOfAllShapesAreStoredAndPassed(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      #expect(try await client.account(.post, Self.path, body: Self.parameters).status == 200)
      let shown = try await client.account(.get, "\(Self.path)/workflowWithCustomParams")
      let declared = shown["workflow"]["inputParameters"].elements
      #expect(declared.map { $0["dataType"] }.prefix(2) == [.string("INTEGER"), .string("STRING")])
      #expect(declared[2]["dataType"] == .object(["type": .string("ARRAY"), "elementDataType": .string("STRING")]))
      // The published API has texts for defaults, whatever the type.
      #expect(declared[0]["defaultValue"] == .string("20"))
      #expect(declared[2]["defaultValue"].elements.count == 2)
      #expect(declared[2]["columnType"] == .string("DIMENSION"))
      let execution = try await client.account(
        .post, "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions",
        body: """
          {"workflowId": "workflowWithCustomParams", "requireSyntheticData": true,
           "parameterValues": {"myCustomParameter1": 9001, "myCustomParameter2": "another"}}
          """)
      #expect(execution.status == 200, "\(execution.body)")
      #expect(execution.text("workflowId") == "workflowWithCustomParams")
      #expect(execution["parameterValues", "myCustomParameter1"] == .integer(9001))
      await server.jobs.waitUntilFinished(execution.text("workflowExecutionId"))
      #expect(
        server.queries.runs.first?.request.parameters == [
          "myCustomParameter1": .integer(9001), "myCustomParameter2": .string("another"),
          "myCustomParameter3": .array([.string("11111111111111111"), .string("22222222222222222")]),
        ])
    }
  }

  @Test(arguments: Door.allCases)
  func anExistingIDIsRefusedInAMCsWords(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      #expect(try await client.account(.post, Self.path, body: Self.body("a.b-c_1")).status == 200)
      let again = try await client.account(.post, Self.path, body: Self.body("a.b-c_1"))
      #expect(again.status == 400)
      #expect(again.text("details") == "Workflow with ID a.b-c_1 already exists.")
      #expect(again.errorCode == "workflow_exists")
    }
  }

  @Test(arguments: Door.allCases)
  func refusedQueriesReturnDiagnostics(_ door: Door) async throws {
    let server = try await TestServer()
    server.queries.answer(
      queriesWith: "campain", .refuse(.unknownColumn, message: "There is no column campain.", line: 2, column: 8))
    try await server.run(door) { client in
      let bad = #"{"workflowId": "w", "sqlQuery": "\nSELECT campain FROM dsp_impressions"}"#
      #expect(try await client.account(.post, Self.path, body: Self.body("w")).status == 200)
      for answer in [
        try await client.account(.post, Self.path, body: bad.replacing("\"w\"", with: "\"v\"")),
        try await client.account(.put, "\(Self.path)/w", body: bad),
      ] {
        #expect(answer.status == 400)
        #expect(answer.errorCode == "query_refused")
        #expect(
          answer["diagnostics"].elements == [
            .object([
              "code": .string("unknown_column"), "line": .integer(2), "column": .integer(8),
              "message": .string("There is no column campain."),
            ])
          ])
        #expect(answer.text("details").hasPrefix("The query was refused at 2:8: unknown_column"))
      }
    }
  }

  /// Bodies that are refused, the code of the error and what it names.
  static let refusals: [(body: String, code: String, names: String)] = [
    ("{}", "missing_field", "workflowId"), (#"{"workflowId": "w"}"#, "missing_field", "sqlQuery"),
    (#"{"workflowId": 1, "sqlQuery": "x"}"#, "wrong_type", "workflowId"),
    (body("a b"), "invalid_field", "workflowId"),
    (#"{"workflowId": "w", "sqlQuery": " "}"#, "invalid_field", "sqlQuery"),
    (#"{"workflowId": "w", "query": ["eA=="]}"#, "unavailable_feature", "query"),
    (body("w", #", "inputSchema": "sandbox""#), "unavailable_feature", "inputSchema"),
    (body("w", #", "surprise": 1"#), "unknown_field", "surprise"),
    (body("w", #", "privacyFilteringBehavior": "REMOVE""#), "wrong_type", "privacyFilteringBehavior"),
    (body("w", #", "inputParameters": [{"name": "a"}]"#), "invalid_field", "inputParameters[0].dataType"),
    (
      body("w", #", "inputParameters": [{"name": "a", "dataType": "LONG", "defaultValue": "x"}]"#), "invalid_field",
      "inputParameters[0].defaultValue"
    ),
    (body("w", #", "outputColumns": [{"name": "a", "dataType": "LONG"}]"#), "output_columns_mismatch", "outputColumns"),
    (body("w", #", "outputFormat": {"separatorCharacter": "\""}"#), "invalid_field", "outputFormat"),
    (body("w", #", "distinctUserCountColumn": """#), "invalid_field", "distinctUserCountColumn"),
    (
      body("w", #", "distinctUserCountColumn": "a", "filteredReasonColumn": "a""#), "invalid_field",
      "filteredReasonColumn"
    ),
    (
      body("w", #", "privacyFilteringBehavior": "REMOVE_ROWS", "filteredMetricsDiscriminatorColumn": "f""#),
      "invalid_field", "privacyFilteringBehavior"
    ),
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
      }
      #expect(try await client.account(.post, Self.path, body: Self.body("w")).status == 200)
      let other = try await client.account(.put, "\(Self.path)/w", body: Self.body("v"))
      #expect(other.errorCode == "unchangeable_field")
      let unnamed = try await client.account(.put, "\(Self.path)/w", body: #"{"sqlQuery": "x"}"#)
      #expect(unnamed.errorCode == "missing_field")
    }
  }

  @Test(arguments: Door.allCases)
  func listsComeInPages(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      for id in ["c", "a", "b"] {
        #expect(try await client.account(.post, Self.path, body: Self.body(id)).status == 200)
      }
      // Clients ask for the first page with an empty token.
      let first = try await client.account(.get, "\(Self.path)?limit=2&nextToken=")
      #expect(first["workflows"].elements.map { $0["workflowId"] } == [.string("c"), .string("a")])
      let token = first.text("nextToken")
      let second = try await client.account(.get, "\(Self.path)?limit=2&nextToken=\(token)")
      #expect(second["workflows"].elements.map { $0["workflowId"] } == [.string("b")])
      #expect(try second.json().members["nextToken"] == nil)
      for bad in ["limit=0", "limit=101", "limit=x", "nextToken=abc", "nextToken=\(token)x"] {
        #expect(try await client.account(.get, "\(Self.path)?\(bad)").status == 400, "\(bad)")
      }
      // A token is good for its list only.
      let executions = "/amc/reporting/\(Fixtures.setup.instanceID)/workflowExecutions?workflowId=c&nextToken=\(token)"
      #expect(try await client.account(.get, executions).errorCode == "invalid_page_token")
    }
  }

  @Test(arguments: Door.allCases)
  func otherClientsSeeNothing(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      #expect(try await client.account(.post, Self.path, body: Self.body("w")).status == 200)
      let other = try await server.otherClient(client)
      let headers: APIClient.Headers = [
        "Amazon-Advertising-API-AdvertiserId": Fixtures.otherSetup.accountID,
        "Amazon-Advertising-API-MarketplaceId": Fixtures.otherSetup.marketplaceID,
      ]
      let path = "/amc/reporting/\(Fixtures.otherSetup.instanceID)/workflows"
      #expect(try await other.account(.get, "\(Self.path)/w", headers: headers).status == 403)
      #expect(try await other.account(.get, "\(path)/w", headers: headers).status == 404)
      #expect(try await other.account(.get, path, headers: headers)["workflows"].elements.isEmpty)
      // The same id in another instance is another workflow.
      #expect(try await other.account(.post, path, body: Self.body("w"), headers: headers).status == 200)
      #expect(try await other.account(.delete, "\(path)/w", headers: headers).status == 200)
      #expect(try await client.account(.get, "\(Self.path)/w").status == 200)
    }
  }
}
