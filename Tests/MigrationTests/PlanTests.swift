import Foundation
import Testing

@testable import Migration

@Suite struct PlanTests {
  private static let har = """
    {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [
      {"request": {"method": "POST", "url": "https://gw1.execute-api.eu-west-1.amazonaws.com/prod/data/shoes/uploads",
        "headers": [{"name": "authorization", "value": "AWS4-HMAC-SHA256 Credential=AKIASECRET1"},
          {"name": "X-Amz-Date", "value": "SECRETDATE"}, {"name": "Cookie", "value": "SECRETCOOKIE"}],
        "cookies": [{"name": "session", "value": "SECRETCOOKIE"}],
        "postData": {"mimeType": "application/json",
          "text": "{\\"sourceS3Bucket\\": \\"SECRETBUCKET\\", \\"sourceFileS3Key\\": \\"k\\", \\"timeWindowStart\\": \\"t\\", \\"surprise\\": 1}"}}},
      {"request": {"method": "GET", "url": "https://user:SECRETPASS@gw1.execute-api.eu-west-1.amazonaws.com/prod/workflowExecutions?minCreationTime=SECRETTIME&nextToken=SECRETTOKEN&odd=1", "headers": []}},
      {"request": {"method": "GET", "url": "https://gw1.execute-api.eu-west-1.amazonaws.com/prod/SECRETPATH/more", "headers": []}},
      {"request": {"method": "GET", "url": "https://advertising-api-eu.amazon.com/amc/reporting/amc1/workflows", "headers": []}},
      {"request": {"method": "GET", "url": "https://example.com/data/logo.png", "headers": []}},
      {"request": {"method": "GET", "url": "https://example.com/workflows", "headers": []}},
      {"request": {"method": "BREW"}}
    ]}}
    """

  @Test func aHARFile() throws {
    let folder = try PlanFolder()
    let reader = try folder.read(Self.har) { $0.instancesByHost = ["gw1.execute-api.eu-west-1.amazonaws.com": "amcx"] }
    #expect(reader.files.map(\.kind) == [.har])
    #expect(folder.summary(reader) == ["createUpload 1 entry 1", "listWorkflowExecutions 1 entry 2"])
    let upload = try #require(reader.plan.entries.first)
    #expect(upload.forms[0].url == "https://advertising-api-eu.amazon.com/amc/advertiserData/amcx/uploads/{dataSetId}")
    #expect(upload.headersToDrop(of: folder.retired) == ["Authorization", "X-Amz-Date"])
    let changes = upload.bodyChanges.map { "\($0.name) \($0.change.rawValue)" }
    #expect(
      changes == [
        "sourceS3Bucket move", "sourceFileS3Key move", "timeWindowStart drop", "surprise unknown", "updateStrategy add",
        "compressionFormat add", "fileFormat add",
      ])
    #expect(
      reader.plan.entries[1].queryChanges.map { "\($0.name) \($0.change.rawValue)" }
        == ["minCreationTime check", "nextToken keep", "odd unknown"])
    #expect(reader.plan.unplaced.map(\.reason) == [.unknownPath, .foreignHost, .unreadable])
    #expect(reader.plan.unplaced[0].path == "/prod/{}/{}")
    #expect(reader.plan.livingCount == 1)
    #expect(reader.plan.elsewhereCount == 1)
  }

  @Test func noSecretIsPrinted() throws {
    let folder = try PlanFolder()
    let readers = [
      try folder.read(Self.har), try folder.read(Self.collection(version: "2.1.0")), try folder.read(Self.jsonLines),
      try folder.read(Self.accessLog),
      try folder.read("url = \"https://k:SECRET@a.execute-api.us-east-1.amazonaws.com/prod/workflows?x=SECRET\""),
    ]
    for reader in readers {
      let output = try folder.output(reader)
      #expect(!output.isEmpty)
      #expect(!output.contains("SECRET"), "\(reader.files.map(\.kind))")
    }
  }

  private static func collection(version: String) -> String {
    let url =
      version == "2.1.0"
      ? #"{"raw": "{{base}}/workflows/{{id}}", "host": ["{{base}}"], "path": ["workflows", "{{id}}"]}"#
      : #""{{base}}/workflows/:id""#
    return """
      {"info": {"name": "AMC", "schema": "https://schema.getpostman.com/json/collection/v\(version)/collection.json"},
       "variable": [{"key": "base", "value": "https://gw2.execute-api.us-east-1.amazonaws.com/prod"}, {"key": "id", "value": "SECRETID"}],
       "item": [
        {"name": "Workflows", "item": [
          {"name": "Change", "request": {"method": "PUT", "url": \(url), "auth": {"type": "awsv4", "awsv4": [{"key": "secretKey", "value": "SECRETKEY"}]},
            "header": [{"key": "x-api-key", "value": "SECRETAPI"}], "body": {"mode": "raw", "raw": "{\\"workflowId\\": \\"SECRETW\\", \\"sqlQuery\\": \\"SECRETSQL\\"}"}}},
          {"name": "Parts", "request": {"method": "GET", "url": {"host": ["gw2", "execute-api", "us-east-1", "amazonaws", "com"], "path": ["prod", "schedules"], "query": [{"key": "limit", "value": "5"}]}}}]},
        {"name": "Plain", "request": "https://gw2.execute-api.us-east-1.amazonaws.com/prod/dataSets"}
      ]}
      """
  }

  @Test(arguments: ["2.0.0", "2.1.0"])
  func aPostmanCollection(_ version: String) throws {
    let folder = try PlanFolder()
    let reader = try folder.read(Self.collection(version: version)) { $0.instanceID = "amcy" }
    #expect(reader.files.map(\.kind) == [.postman])
    #expect(
      folder.summary(reader) == [
        "updateWorkflow 1 Workflows / Change", "listSchedules 1 Workflows / Parts", "listDataSets 1 Plain",
      ])
    let change = try #require(reader.plan.entries.first)
    #expect(change.forms.map(\.url) == ["https://advertising-api.amazon.com/amc/reporting/amcy/workflows/{workflowId}"])
    #expect(change.headersToDrop(of: folder.retired) == ["Authorization", "X-Amz-Date"])
    #expect(change.bodyChanges.map(\.change) == [.keep, .keep])
    #expect(reader.plan.entries[1].queryChanges.map(\.name) == ["limit"])
  }

  private static let accessLog = """
    203.0.113.9 - SECRETUSER [10/Oct/2023:13:55:36 +0000] "GET /prod/workflows?nextToken=SECRET HTTP/1.1" 200 2326
    203.0.113.9 - - [10/Oct/2023:13:55:37 +0000] "GET /prod/workflows HTTP/1.1" 200 2326 "https://SECRET.example.com/" "curl/8"
    https 2023-10-10T13:55:38.186641Z app/lb/1 192.0.2.1:2817 10.0.0.1:80 0.1 0.2 0.3 200 200 1 2 "DELETE https://gw1.execute-api.eu-west-1.amazonaws.com:443/prod/workflowExecutions/SECRETID HTTP/1.1" "curl" - -
    203.0.113.9 - - [10/Oct/2023:13:55:39 +0000] "POST /prod/workflows/a/run HTTP/1.1" 404 9
    203.0.113.9 - - [10/Oct/2023:13:55:40 +0000] "PATCH /prod/workflows/SECRET HTTP/1.1" 404 9
    203.0.113.9 - - [10/Oct/2023:13:55:41 +0000] "GET /index.html HTTP/2" 200 9
    something else
    """

  @Test func anAccessLog() throws {
    let folder = try PlanFolder()
    let reader = try folder.read(Self.accessLog)
    #expect(reader.files.map(\.kind) == [.log])
    #expect(folder.summary(reader) == ["listWorkflows 2 1,2", "deleteWorkflowExecution 1 3"])
    #expect(
      reader.plan.unplaced.map { "\($0.location.position) \($0.reason)" } == [
        "4 unknownPath", "5 unknownMethod", "7 unreadable",
      ])
    #expect(reader.plan.elsewhereCount == 1)
    #expect(reader.plan.entries[0].forms[0].url == "{api_url}/amc/reporting/{instanceId}/workflows")
  }

  private static let jsonLines = """
    {"httpMethod": "GET", "path": "/prod/dataSets/d1", "domainName": "gw1.execute-api.eu-west-1.amazonaws.com", "token": "SECRET"}
    {"request": {"method": "post", "url": "https://gw1.execute-api.eu-west-1.amazonaws.com/prod/data/d1/batchUploads"}}
    {"message": "started"}
    {"request": "GET /prod/amcz/dataSources HTTP/1.1"}
    {"path": "/prod/workflows"}
    not json
    """

  @Test func aLogWithAnObjectALine() throws {
    let folder = try PlanFolder()
    let reader = try folder.read(Self.jsonLines)
    #expect(reader.files.map(\.kind) == [.jsonl])
    #expect(
      folder.summary(reader) == [
        "getDataSet 1 1", "/data/{dataSetId}/batchUploads 1 2", "listDataSources 1 4",
        "createWorkflow|listWorkflows 1 5",
      ])
    #expect(reader.plan.entries[1].note?.contains("sourceManifestS3Key") == true)
    #expect(reader.plan.entries[2].forms[0].path == "/amc/reporting/amcz/dataSources")
    #expect(reader.plan.elsewhereCount == 1)
    #expect(reader.plan.unplaced.map(\.reason) == [.unreadable])
  }

  /// What others read by their programs: members are added to it, and none is taken away or renamed.
  @Test func theShapeOfTheJSON() throws {
    let folder = try PlanFolder()
    let reader = try folder.read(
      #"{"method": "GET", "url": "https://gw1.execute-api.us-east-1.amazonaws.com/prod/schedules/s?limit=1"}"#,
      name: "a.jsonl"
    ) { $0.instanceID = "amcx" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(PlanDocument(reader, retired: folder.retired)), as: UTF8.self)
      .replacing(folder.folder.path, with: "")
    let expected =
      #"{"calls":[{"body":{"fields":[],"seen":false},"count":1,"forms":[{"mediaType":"application/vnd.amcschedules.v1+json","#
      + #""method":"GET","oldMethod":"GET","operation":"getSchedule","path":"/amc/reporting/amcx/schedules/{scheduleId}","#
      + #""url":"https://advertising-api.amazon.com/amc/reporting/amcx/schedules/{scheduleId}"}],"headers":{"add":["#
      + #"{"name":"Authorization","value":"Bearer {access_token}"},"#
      + #"{"name":"Amazon-Advertising-API-ClientId","value":"{client_id}"},"#
      + #"{"name":"Amazon-Advertising-API-AdvertiserId","value":"{amc_account_id}"},"#
      + #"{"name":"Amazon-Advertising-API-MarketplaceId","value":"{marketplace_id}"}],"#
      + #""drop":["Authorization","X-Amz-Date","X-Amz-Security-Token","X-Amz-Content-Sha256"]},"#
      + #""host":"gw1.execute-api.us-east-1.amazonaws.com","method":"GET","path":"/prod/schedules/{scheduleId}","#
      + #""places":["/a.jsonl:1"],"placesLeftOut":0,"query":[{"change":"unknown","name":"limit"}]}],"#
      + #""files":[{"bytes":100,"calls":1,"file":"/a.jsonl","kind":"jsonl"}],"#
      + #""summary":{"alreadyNew":0,"calls":1,"elsewhere":0,"files":1,"operations":1,"skippedFiles":0,"unplaced":0,"unreadableFiles":0},"#
      + #""unplaced":[],"version":1}"#
    #expect(json == expected)
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let folder = try PlanFolder()
    #expect(try folder.read("\u{0}").files.map(\.failure) == [.notText])
    #expect(try folder.read("{}") { $0.kind = .har }.files.map(\.failure) == [.notOfKind])
    #expect(try folder.read(Self.har) { $0.kind = .postman }.files.map(\.failure) == [.notOfKind])
    var reader = PlanReader(retired: folder.retired, settings: PlanSettings())
    reader.read(folder.folder.file("none"))
    #expect(reader.files.map(\.failure) == [.unreadable])
    #expect(try folder.read("").files.map(\.failure) == [nil])
  }

  @Test func aDocumentThatIsTooLargeIsNotRead() throws {
    let folder = try PlanFolder()
    let path = folder.folder.file("large.har")
    try Data(("{" + String(repeating: " ", count: PlanReader.headByteCount)).utf8).write(to: URL(filePath: path))
    // The rest of the file takes no space on the disk.
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    try handle.truncate(atOffset: UInt64(PlanReader.documentByteLimit + 1))
    try handle.close()
    var reader = PlanReader(retired: folder.retired, settings: PlanSettings())
    reader.read(path)
    #expect(reader.files.map(\.failure) == [.tooLarge])
  }

  @Test func placesAndFindingsAreBoundedAndCounted() throws {
    let folder = try PlanFolder()
    let line = #"1.1.1.1 - - [x] "GET /prod/workflows HTTP/1.1" 200 1"#
    let many = try folder.read((0..<50).map { _ in line }.joined(separator: "\n"))
    #expect(many.plan.entries.map(\.count) == [50])
    #expect(many.plan.entries[0].locations.count == MigrationPlan.locationLimit)
    let unknown = line.replacing("/workflows", with: "/workflows/a/b")
    let lost = try folder.read((0..<1200).map { _ in unknown }.joined(separator: "\n"))
    #expect(lost.plan.unplaced.count == MigrationPlan.unplacedLimit)
    #expect(lost.plan.unplacedCount == 1200)
  }

  @Test func aLineThatIsTooLongIsReadInPart() throws {
    let folder = try PlanFolder()
    let text =
      "amc = \"https://a.execute-api.us-east-1.amazonaws.com/prod/schedules\""
      + String(repeating: " ", count: LineReader.lineByteLimit)
    let reader = try folder.read(text + "\nget(\"/prod/workflows\")\n")
    #expect(reader.plan.unplaced.map(\.reason) == [.longLine])
    #expect(reader.plan.entries.count == 2)
  }

  @Test func foldersAreReadWhole() throws {
    let folder = try PlanFolder()
    let manager = FileManager.default
    for name in ["src", "node_modules", ".git"] {
      try manager.createDirectory(atPath: folder.folder.file(name), withIntermediateDirectories: true)
      try Data("GET /prod/workflows".utf8).write(to: URL(filePath: folder.folder.file("\(name)/a.txt")))
    }
    try Data([0, 1]).write(to: URL(filePath: folder.folder.file("src/image")))
    var reader = PlanReader(retired: folder.retired, settings: PlanSettings())
    reader.read(folder.folder.path)
    #expect(reader.files.map(\.file) == [folder.folder.file("src/a.txt")])
    #expect(reader.skippedCount == 1)
    #expect(folder.summary(reader) == ["listWorkflows 1 1"])
  }
}
