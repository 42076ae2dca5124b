import Testing

@testable import Migration

/// Calls in source code of various languages.
@Suite struct SourceScannerTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let code: String
    let expected: [String]
    var testDescription: String { code }

    init(_ code: String, _ expected: String...) {
      self.code = code
      self.expected = expected
    }
  }

  static let samples = [
    Sample(#"requests.post(f"{endpoint}/workflows", json=body)"#, "createWorkflow"),
    Sample(#"r = session.get("{}/workflows/{}".format(endpoint, name))"#, "getWorkflow"),
    Sample("url = f\"{cfg['amc']['url']}/workflowExecutions/{run_id}\"\nmethod = 'DELETE'", "deleteWorkflowExecution"),
    Sample("method = 'PUT'\nbody = dumps(w)\nurl = base + '/workflows/' + workflow_id", "updateWorkflow"),
    Sample("path = '/data/' + data_set_id + '/uploads/' + upload_id", "getUpload"),
    Sample("path = \"/data/\" + (id) + \"/uploads\"\nreturn sigv4.post(host, path, body)", "createUpload"),
    Sample("await fetch(`${base}/prod/schedules/${schedule.id}`, { method: \"PUT\" })", "updateSchedule"),
    Sample("axios.delete(`${url}/schedules/${id}`)", "deleteSchedule"),
    Sample(
      "HttpRequest.newBuilder(URI.create(String.format(\"%s/prod/workflows/%s\", host, id))).GET()", "getWorkflow"),
    Sample(
      "req, err := http.NewRequest(http.MethodPost, base+\"/prod/workflowExecutions\", body)", "createWorkflowExecution"
    ),
    Sample("curl -X GET \"$AMC_URL/prod/workflowExecutions/$ID/downloadUrls\"", "getWorkflowExecutionDownloadUrls"),
    Sample("let url = URL(string: \"https://\\(host)/prod/workflows/\\(id)\")! // DELETE", "deleteWorkflow"),
    Sample("$client->put($base . '/schedules/' . $id, $body);", "updateSchedule"),
    Sample("client.Post(\"https://x1.execute-api.us-east-1.amazonaws.com/prod/dataSets\")", "createDataSet"),
    Sample("app.get('/prod/workflows/:workflowId', old)", "getWorkflow"),
    Sample("url: x1.execute-api.eu-west-1.amazonaws.com/prod/dataSets  # GET", "listDataSets"),
    Sample("see GET UNIQUE_URL/prod/amcabc/dataSources", "listDataSources"),
    Sample("url = \"/prod/workflowExecutions\"", "createWorkflowExecution|listWorkflowExecutions"),
    Sample(
      "a = '/prod/workflows' ; b = '/prod/schedules'", "createWorkflow|listWorkflows", "createSchedule|listSchedules"),
    Sample("open('.github/workflows/test.yml')"),
    Sample("get('https://advertising-api.amazon.com/amc/reporting/' + id + '/workflows')"),
    Sample("get(f'{base}/amc/reporting/{id}/workflowExecutions')"),
    Sample("import './data/uploads'"),
  ]

  @Test(arguments: samples)
  func callsAreFoundWithTheirMethods(_ sample: Sample) throws {
    let folder = try PlanFolder()
    let reader = try folder.read("# for AMC\n" + sample.code + "\n") { $0.kind = .source }
    #expect(reader.plan.entries.map { $0.forms.map(\.operation).joined(separator: "|") } == sample.expected)
    #expect(reader.plan.unplaced.isEmpty)
  }

  @Test func pathsThatOthersHaveNeedAMC() throws {
    let folder = try PlanFolder()
    let code = "client.get(base + '/workflows')\n"
    let other = try folder.read(code)
    #expect(other.plan.entries.isEmpty)
    #expect(other.plan.unplaced.map { "\($0.location.position) \($0.reason) \($0.path ?? "")" } == ["1 ambiguous /workflows"])
    #expect(try folder.read(code + "# Amazon Marketing Cloud").plan.entries.count == 1)
    #expect(try folder.read(code, name: "amc_client.py").plan.entries.count == 1)
  }

  @Test func piecesAndAddressesAreListed() throws {
    let folder = try PlanFolder()
    let reader = try folder.read(
      """
      DATA = "/data/"
      path = DATA + data_set_id + "/uploads/"
      ENDPOINT = "https://x1.execute-api.us-west-2.amazonaws.com/prod"
      """)
    let found = reader.plan.unplaced.map { "\($0.location.position) \($0.reason.rawValue)" }.sorted()
    #expect(found == ["1 fragment", "2 fragment", "3 address"])
  }
}
