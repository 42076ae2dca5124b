import Testing

@testable import Migration

/// The table of the old API, compared with lists taken by hand from AMC's migration guide.
@Suite struct RetiredAPITests {
  /// "Endpoint equivalencies": old method and path, new method and path. Two misprints of the guide are put right: the
  /// slash before `{scheduleId}`, and GET for lists of uploads.
  private static let equivalencies = """
    POST /prod/workflowExecutions POST /amc/reporting/{instanceId}/workflowExecutions
    PUT /prod/workflowExecutions/{workflowExecutionId} PUT /amc/reporting/{instanceId}/workflowExecutions/{workflowExecutionId}
    GET /prod/workflowExecutions/{workflowExecutionId}/downloadUrls \
    GET /amc/reporting/{instanceId}/workflowExecutions/{workflowExecutionId}/downloadUrls
    GET /prod/workflowExecutions GET /amc/reporting/{instanceId}/workflowExecutions
    GET /prod/workflowExecutions/{workflowExecutionId} GET /amc/reporting/{instanceId}/workflowExecutions/{workflowExecutionId}
    DELETE /prod/workflowExecutions/{workflowExecutionId} \
    DELETE /amc/reporting/{instanceId}/workflowExecutions/{workflowExecutionId}
    GET /prod/workflows/{workflowId} GET /amc/reporting/{instanceId}/workflows/{workflowId}
    DELETE /prod/workflows/{workflowId} DELETE /amc/reporting/{instanceId}/workflows/{workflowId}
    PUT /prod/workflows/{workflowId} PUT /amc/reporting/{instanceId}/workflows/{workflowId}
    POST /prod/workflows POST /amc/reporting/{instanceId}/workflows
    GET /prod/workflows GET /amc/reporting/{instanceId}/workflows
    POST /prod/schedules POST /amc/reporting/{instanceId}/schedules
    GET /prod/schedules GET /amc/reporting/{instanceId}/schedules
    GET /prod/schedules/{scheduleId} GET /amc/reporting/{instanceId}/schedules/{scheduleId}
    DELETE /prod/schedules/{scheduleId} DELETE /amc/reporting/{instanceId}/schedules/{scheduleId}
    PUT /prod/schedules/{scheduleId} PUT /amc/reporting/{instanceId}/schedules/{scheduleId}
    GET /prod/{instanceId}/dataSources GET /amc/reporting/{instanceId}/dataSources
    GET /amc/audiences/query GET /amc/audiences/query
    POST /amc/audiences/query POST /amc/audiences/query
    GET /amc/audiences/query/{audienceExecutionId} GET /amc/audiences/query/{audienceExecutionId}
    POST /dataSets POST /amc/advertiserData/{instanceId}/dataSets
    PUT /dataSets/{dataSetId} PUT /amc/advertiserData/{instanceId}/dataSets/{dataSetId}
    GET /dataSets POST /amc/advertiserData/{instanceId}/dataSets/list
    GET /dataSets/{dataSetId} GET /amc/advertiserData/{instanceId}/dataSets/{dataSetId}
    GET /data/{dataSetId}/uploads POST /amc/advertiserData/{instanceId}/uploads/list
    POST /data/{dataSetId}/uploads POST /amc/advertiserData/{instanceId}/uploads/{dataSetId}
    GET /data/{dataSetId}/uploads/{uploadId} GET /amc/advertiserData/{instanceId}/uploads/{dataSetId}/{uploadId}
    """

  @Test func theTableIsComplete() throws {
    let endpoints = try RetiredAPI.load().endpoints
    let lines = Self.equivalencies.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.count == 27)
    for line in lines {
      let found = endpoints.filter { $0.method == line[0] && $0.path.text == line[1] }
      #expect(found.count == 1, "\(line)")
      #expect(found.first?.replacement?.method == line[2], "\(line)")
      #expect(found.first?.replacement?.path.text == line[3], "\(line)")
    }
    // Deprecated without a successor, by the same guide; and two calls of the public uploader.
    let others = endpoints.filter { endpoint in
      !lines.contains(
        [endpoint.method, endpoint.path.text] + (endpoint.replacement.map { [$0.method, $0.path.text] } ?? []))
    }
    #expect(others.map(\.operation).sorted() == ["batchUploads", "deleteData", "deleteDataSet"])
  }

  @Test func everyGroupOfFieldsIsUsedAndFilled() throws {
    let retired = try RetiredAPI.load()
    let rows = try FactTables.retired()
    let fields = try FactTables.fields()
    let groups = Set(rows.flatMap { [$0[.query], $0[.body]].compactMap(\.self) })
    #expect(groups == Set(fields.compactMap { $0[.group] }))
    for row in fields { #expect(row[.change].flatMap(FieldChange.Change.init) != nil, "line \(row.line)") }
    let upload = try #require(retired.endpoints.first { $0.operation == "createUpload" })
    #expect(upload.bodyChanges.contains { $0.name == "sourceS3Bucket" && $0.to == "dataSource.sourceS3Bucket" })
    #expect(retired.addedHeaders.map(\.name).contains("Amazon-Advertising-API-AdvertiserId"))
    #expect(retired.droppedHeaders.map(\.name).contains("X-Amz-Date"))
  }

  @Test(arguments: [
    ("GET", "/prod/workflows/a.b", "getWorkflow"), ("HEAD", "/workflows/a", "getWorkflow"),
    ("GET", "/prod/workflowExecutions/", "listWorkflowExecutions"),
    ("GET", "/prod/amcx/dataSources", "listDataSources"), ("POST", "/prod/data/d/uploads", "createUpload"),
    ("GET", "/data/d/uploads/u", "getUpload"), ("DELETE", "/data/d", "deleteData"),
  ])
  func pathsAreFoundWithAndWithoutTheStage(_ method: String, _ path: String, _ operation: String) throws {
    #expect(try RetiredAPI.load().match(method: method, path: path)?.endpoints.map(\.operation) == [operation])
  }

  @Test(arguments: ["/prod", "/prod/other", "/workflows/a/b", "/data", "/amc/reporting/i/workflows", "/"])
  func otherPathsAreNotRetired(_ path: String) throws {
    #expect(try RetiredAPI.load().match(method: nil, path: path) == nil)
  }

  @Test(arguments: [
    ("abc.execute-api.eu-west-1.amazonaws.com", "EU", nil as String?),
    ("abc.execute-api.us-east-1.amazonaws.com:443", "NA", nil),
    ("k:s@abc.execute-api.ap-northeast-1.amazonaws.com", "FE", nil),
    ("amcdemo01.example.com", nil, "amcdemo01"), ("amc-proxy.example.com", nil, nil), ("localhost", nil, nil),
  ])
  func hostsTellRegionAndInstance(_ authority: String, _ region: String?, _ instance: String?) throws {
    let host = try #require(InstanceHost(authority))
    #expect(host.region?.rawValue == region)
    #expect(host.instanceID == instance)
    #expect(!host.name.contains("@") && !host.name.contains(":"))
  }
}
