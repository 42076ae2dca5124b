import CleanRoom
import Foundation
import ObjectStorage
import ServerTestSupport
import Synchronization
import TestSupport
import Testing
import Warehouse

@Suite(.hangLimit)
struct UploadAPITests {
  /// A server with a bucket whose policy grants what uploads need, and whose tags name the instance.
  private func server(_ options: TestServer.Options = TestServer.Options()) async throws -> TestServer {
    let server = try await TestServer(options)
    try await FolderBuckets(root: server.bucketsFolder).make("amc-files", granting: .ofFolders)
    try put(#"{"bucket": {"instanceId": "another \#(Fixtures.setup.instanceID)"}}"#, "tags.json", on: server)
    try put("shop\none\ntwo\n", "in/file.csv", on: server)
    return server
  }

  private func put(_ text: String, _ key: String, on server: TestServer) throws {
    let file = server.bucketsFolder.appending(path: "amc-files/\(key)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Makes an upload and returns its outcome.
  private func upload(
    _ body: String, to id: String = "purchases", _ client: APIClient, _ server: TestServer
  ) async throws -> Answer {
    let created = try await client.ownData(.post, "/uploads/\(id)", body: body)
    #expect(created.status == 200, "\(created.body)")
    let uploadID = created.text("uploadId")
    await server.jobs.waitUntilFinished(uploadID)
    return try await client.ownData(.get, "/uploads/\(id)/\(uploadID)")
  }

  @Test func uploadsSucceed() async throws {
    let server = try await server()
    try await server.run(.live) { client in
      try await client.createDataSet()
      let created = try await client.ownData(
        .post, "/uploads/purchases", body: DataSetBody.upload(more: #", "countryCode": "de""#))
      #expect(created.headers[.contentType] == "application/vnd.amcadvertiserdataupload.v1+json")
      #expect(created.text("status") == "SUBMITTED")
      let id = created.text("uploadId")
      await server.jobs.waitUntilFinished(id)
      let shown = try await client.ownData(.get, "/uploads/purchases/\(id)")
      #expect(shown["upload", "status"] == .string("SUCCESS"))
      #expect(shown["upload", "metrics", "OutputRowCount"] == .integer(3))
      #expect(shown["upload", "countryCode"] == .string("DE"))
      #expect(
        shown["upload", "dataSource"]
          == .object(["sourceS3Bucket": .string("amc-files"), "sourceFileS3Key": .string("in/file.csv")]))
      #expect(shown["upload", "createdAt"] == .string("2025-06-01T12:00:00Z"))
      #expect(server.rows.calls.texts == ["s3://amc-files/in/file.csv": "shop\none\ntwo\n"])
      #expect(try await client.ownData(.get, "/uploads/other/\(id)").errorCode == "unknown_upload")
      #expect(try await client.ownData(.get, "/uploads/purchases/none").status == 404)
    }
  }

  /// Each spelling that AMC's guides have; files whose names begin with a dot or an underscore are left out.
  @Test(arguments: [
    (#"{"s3Bucket": "amc-files", "s3ObjectKey": "in/file.csv"}"#, ["in/file.csv"]),
    (#"{"sourceS3Bucket": "amc-files", "sourceS3Prefix": "in/"}"#, ["in/file.csv", "in/more.csv"]),
    (#"{"sourceS3Bucket": "amc-files", "sourcePrefixKey": "in/f"}"#, ["in/file.csv"]),
    (#"{"s3Bucket": "amc-files", "s3PrefixKey": "in"}"#, ["in/file.csv", "in/more.csv"]),
    (#"{"sourceS3Bucket": "amc-files", "sourceManifestS3Key": "list.txt"}"#, ["in/more.csv", "in/file.csv"]),
  ])
  func sourcesAreFilesPrefixesAndManifests(_ source: String, _ keys: [String]) async throws {
    let server = try await server()
    try put("x", "in/more.csv", on: server)
    try put("x", "in/_success", on: server)
    try put("s3://amc-files/in/more.csv\n\ns3://amc-files/in/file.csv\r\n", "list.txt", on: server)
    try await server.run(.live) { client in
      try await client.createDataSet()
      let shown = try await upload(DataSetBody.upload(source: source), client, server)
      #expect(shown["upload", "status"] == .string("SUCCESS"), "\(shown.body)")
      #expect(server.rows.calls.loaded.first?.files.map(\.displayName) == keys.map { "s3://amc-files/\($0)" })
    }
  }

  /// Sources that can't be fetched, and the beginning of the message.
  @Test(arguments: [
    (#"{"sourceS3Bucket": "no-such-bucket", "sourceFileS3Key": "a"}"#, "source_no_bucket: "),
    (
      #"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "none"}"#,
      "source_not_found: There is no object s3://amc-files/none"
    ),
    (#"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "../../metadata.sqlite"}"#, "source_not_found: "),
    (#"{"sourceS3Bucket": "amc-files", "sourceS3Prefix": "none/"}"#, "source_not_found: There are no files"),
    (#"{"sourceS3Bucket": "amc-files", "sourceManifestS3Key": "in/file.csv"}"#, "source_invalid_manifest: Line 1"),
    (#"{"sourceS3Bucket": "amc-files", "sourceManifestS3Key": "hidden.txt"}"#, "source_invalid_manifest: Line 2"),
  ])
  func whatCannotBeFetchedIsSaid(_ source: String, _ message: String) async throws {
    let server = try await server()
    try put("s3://amc-files/in/file.csv\ns3://amc-files/.hidden", "hidden.txt", on: server)
    try await server.run(.live) { client in
      try await client.createDataSet()
      let shown = try await upload(DataSetBody.upload(source: source), client, server)
      #expect(shown["upload", "status"] == .string("FAILED"))
      #expect(shown["upload", "metrics"] == .object([:]))
      #expect(shown["upload", "message"].stringValue?.hasPrefix(message) == true, "\(shown.body)")
    }
  }

  @Test(arguments: [
    (DataSetBody.upload(source: #"{"sourceS3Bucket": "amc-files"}"#), "dataSource must have one of"),
    (
      DataSetBody.upload(source: #"{"sourceS3Bucket": "amc-files", "s3ObjectKey": "a", "s3PrefixKey": "b"}"#),
      "dataSource must have one of"
    ),
    (DataSetBody.upload(source: #"{"sourceFileS3Key": "a"}"#), "The field dataSource.sourceS3Bucket is missing"),
    (DataSetBody.upload(source: #"{"sourceS3Bucket": "A/b", "sourceFileS3Key": "a"}"#), "dataSource.sourceS3Bucket"),
    (
      DataSetBody.upload(source: #"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "a/_b"}"#),
      "dataSource.sourceFileS3Key"
    ),
    (DataSetBody.upload(strategy: "REPLACE"), "The field updateStrategy"),
    (DataSetBody.upload(compression: "RAR"), "The field compressionFormat"),
    (DataSetBody.upload(format: "{}"), "fileFormat must have one of"),
    (
      DataSetBody.upload(format: #"{"jsonDataFormat": "DOCUMENT"}"#),
      "fileFormat.jsonDataFormat DOCUMENT is not available"
    ),
    (
      DataSetBody.upload(format: #"{"csvDataFormat": {"quoteCharacter": "''"}}"#),
      "fileFormat.csvDataFormat.quoteCharacter"
    ),
    (DataSetBody.upload(more: #", "countryCode": ["US"]"#), "The field countryCode must be a string"),
    (DataSetBody.upload(more: #", "countryCode": "Atlantis""#), "countryCode must be"),
  ])
  func ordersAreHeldToTheirRules(_ body: String, _ text: String) async throws {
    let server = try await server()
    try await server.run(.router) { client in
      try await client.createDataSet()
      let answer = try await client.ownData(.post, "/uploads/purchases", body: body)
      #expect(answer.status == 400)
      #expect(answer.text("details").hasPrefix(text), "\(answer.body)")
    }
  }

  @Test func periodStrategiesNeedAMainEventTime() async throws {
    let server = try await server()
    try await server.run(.router) { client in
      try await client.createDataSet(DataSetBody.shops())
      for strategy in ["OVERLAP_REPLACE", "OVERLAP_KEEP"] {
        let answer = try await client.ownData(
          .post, "/uploads/shops", body: DataSetBody.upload(strategy: strategy))
        #expect(answer.errorCode == "strategy_needs_fact")
      }
      #expect(
        try await client.ownData(.post, "/uploads/none", body: DataSetBody.upload()).errorCode == "unknown_data_set")
    }
  }

  @Test(arguments: [
    (#"{"csvDataFormat": {"fieldDelimiter": "\t"}}"#, true), (#"{"jsonDataFormat": "LINES"}"#, true),
    (#"{"jsonDataFormat": {}}"#, true), (#"{"parquetDataFormat": {}}"#, true),
    (#"{"parquetDataFormat": "PARQUET_DATA_FORMAT"}"#, true),
  ])
  func formatsAreSpelledAsInTheGuides(_ format: String, _ isTaken: Bool) async throws {
    let server = try await server()
    try await server.run(.live) { client in
      try await client.createDataSet()
      let shown = try await upload(DataSetBody.upload(format: format), client, server)
      #expect((shown["upload", "status"] == .string("SUCCESS")) == isTaken)
    }
  }

  @Test func listsAreFilteredByQueryOrBody() async throws {
    let server = try await server()
    try await server.run(.live) { client in
      try await client.createDataSet()
      try await client.createDataSet(DataSetBody.shops())
      _ = try await upload(DataSetBody.upload(), client, server)
      server.clock.advance(bySeconds: 3600)
      let client = try await server.renewed(client)
      _ = try await upload(DataSetBody.upload(), to: "shops", client, server)
      _ = try await upload(
        DataSetBody.upload(source: #"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "none"}"#), to: "shops",
        client, server)
      func count(_ query: String, body: String? = nil) async throws -> Int {
        try await client.ownData(.post, "/uploads/list" + query, body: body)["uploads"].elements.count
      }
      #expect(try await count("") == 3)
      #expect(try await count("?dataSetId=shops") == 2)
      #expect(try await count("", body: #"{"dataSetId": "shops"}"#) == 2)
      #expect(try await count("?status=FAILED") == 1)
      #expect(try await count("?status=COMPLETED") == 2)
      #expect(try await count("?createdAt=2025-06-01T12:00:00Z&createdAtComparator=GT") == 2)
      #expect(try await count("?createdAt=2025-06-01T13:00:00Z&createdAtComparator=LT") == 1)
      #expect(try await count("?createdAt=2025-06-01T12:00:00Z") == 1)
      let first = try await client.ownData(.post, "/uploads/list?maxResults=2&dataSetId=shops&status=FAILED")
      #expect(try first.json().members["nextToken"] == nil)
      let page = try await client.ownData(.post, "/uploads/list?maxResults=2")
      // The latest come first.
      #expect(page["uploads"].elements.map { $0["dataSetId"].stringValue } == ["shops", "shops"])
      let rest = try await client.ownData(
        .post, "/uploads/list?maxResults=2&nextToken=\(page.text("nextToken"))")
      #expect(rest["uploads"].elements.count == 1)
      #expect(
        try await client.ownData(.post, "/uploads/list?createdAtComparator=GT").errorCode == "invalid_query_parameter")
      #expect(try await client.ownData(.post, "/uploads/list?status=DONE").status == 400)
    }
  }

  /// The upload fails, and everything that it may still write is removed.
  @Test func deletingADataSetEndsItsUploads() async throws {
    let isLoading = Gate()
    let isDeleted = Gate()
    var options = TestServer.Options()
    options.whileLoading = {
      isLoading.open()
      await isDeleted.pass()
    }
    let server = try await server(options)
    try await server.run(.live) { client in
      try await client.createDataSet()
      let id = try await client.ownData(.post, "/uploads/purchases", body: DataSetBody.upload()).text("uploadId")
      await isLoading.pass()
      #expect(
        try await client.ownData(.get, "/uploads/purchases/\(id)")["upload", "status"] == .string("IN_PROGRESS"))
      #expect(try await client.ownData(.delete, "/dataSets/purchases").status == 200)
      isDeleted.open()
      await server.jobs.wait { if case .outdated(id, _) = $0 { true } else { false } }
      let shown = try await client.ownData(.get, "/uploads/purchases/\(id)")
      #expect(shown["upload", "status"] == .string("FAILED"))
      #expect(shown["upload", "message"] == .string("data_set_deleted: The data set was deleted."))
      #expect(server.rows.calls.loaded.isEmpty)
      #expect(server.rows.calls.deletedUIDs.count == 2)
    }
  }
}
