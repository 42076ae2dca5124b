import AdsAPI
import CleanRoom
import FirstPartyData
import Foundation
import Metadata
import ObjectStorage
import ServerTestSupport
import Testing
import Warehouse

/// A data set on the real engine: hashed people come in by an upload, are counted by a query, and go by a request.
@Suite(.timeLimit(.minutes(10)))
struct UploadedPeopleTests {
  private static let setup = Fixtures.otherSetup
  private static let root = "/amc/advertiserData/\(setup.instanceID)"
  /// People whom the marketplace knows; as many again upload records and are known to nobody.
  private static let peopleCount = 130

  private struct Setting {
    let server: TestServer
    let people: PersonLookup
    let engine: EngineSettings

    func keys(of person: Int) async throws -> [Int64] {
      let identity = PersonLookup.Identity(
        values: [.email: AudienceServer.hash("person-\(person)")], countryCode: nil)
      return try await people.userKeys(
        of: [identity], instanceID: setup.instanceID, scope: .marketplace(setup.marketplaceID))
    }

    /// Every Parquet file of the instance's own data.
    var files: [String] {
      let folder = server.folder.file("objects/instances/\(setup.instanceID)/dataSets")
      let found = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
      return found.filter { $0.hasSuffix(".parquet") }.map { "\(folder)/\($0)" }
    }

    /// How many values of any column of any file are that key.
    func valueCount(_ key: Int64) async throws -> Int {
      var count = 0
      for path in files {
        let location = EngineLocation(path: path)
        count += try await TrustedSession.with(engine, files: [location]) { session in
          let rows = try await session.rows(
            "SELECT count(*) FROM (UNPIVOT (SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet('\(path)', "
              + "hive_partitioning = false)) ON COLUMNS(*)) WHERE value = '\(key)'")
          return rows.first?.first?.integer ?? 0
        }
      }
      return count
    }

    /// Whether any file below the data folder has the bytes.
    func isStored(_ bytes: Data) -> Bool {
      let found = FileManager.default.enumerator(atPath: server.folder.path)?.allObjects as? [String] ?? []
      return found.contains { file in
        FileManager.default.contents(atPath: server.folder.file(file))?.range(of: bytes) != nil
      }
    }
  }

  private func setting() async throws -> Setting {
    var options = TestServer.Options()
    // What is asked here twice differs by one person: just what a comparison is there to refuse.
    options.settings.questionBudget.comparedExecutions = 0
    var found: (PersonLookup, EngineSettings)?
    let server = try await TestServer(
      options,
      configure: { dependencies, folder in
        let engine = EngineSettings(
          threads: 2, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
        let clock = dependencies.clock
        let signals = SignalStore(storage: dependencies.objects)
        let identities = IdentityStore(storage: dependencies.objects)
        let lines = (0..<Self.peopleCount).map { "user-\($0),adUserId,\(AudienceServer.hash("person-\($0)"))" }
        let url = URL(filePath: folder.file("people.csv"))
        try Data((["USER_ID,USER_ID_TYPE,EMAIL"] + lines).joined(separator: "\n").utf8).write(to: url)
        _ = try await IdentityLoader(store: identities, settings: engine).load(
          [LoadFile(url: url, displayName: "people.csv")], into: .marketplace(Self.setup.marketplaceID))
        try FileManager.default.removeItem(at: url)
        dependencies.dataSetRows = EngineDataSetRows(
          store: dependencies.store, files: DataSetStore(storage: dependencies.objects, settings: engine),
          secrets: signals, settings: engine)
        dependencies.queries = EngineQueryService(
          engine: try DuckDBEngine(settings: engine), signals: signals, objects: dependencies.objects,
          catalogues: RecordedCatalogues(store: dependencies.store, clock: clock), now: { clock.now })
        found = (PersonLookup(store: identities, secrets: signals, settings: engine), engine)
      })
    let (people, engine) = try #require(found)
    try await server.components.store.write { try $0.setBucket("amc-files", instanceID: Self.setup.instanceID) }
    try await FolderBuckets(root: server.bucketsFolder).make("amc-files", granting: .ofFolders)
    return Setting(server: server, people: people, engine: engine)
  }

  private static let headers: APIClient.Headers = [
    "Amazon-Advertising-API-AdvertiserId": setup.accountID,
    "Amazon-Advertising-API-MarketplaceId": setup.marketplaceID,
  ]

  private func send(_ client: APIClient, _ path: String, _ body: String) async throws -> Answer {
    let answer = try await client.account(.post, path, body: body, headers: Self.headers)
    try #require(answer.status == 200, "\(answer.body)")
    return answer
  }

  /// Makes the data set and uploads a row for each person, the known and the unknown.
  private func upload(_ client: APIClient, _ setting: Setting) async throws -> Answer {
    _ = try await send(client, "\(Self.root)/dataSets", DataSetBody.purchases())
    let rows = (0..<2 * Self.peopleCount).map {
      "\(AudienceServer.hash("person-\($0)")),2025-05-\(10 + $0 % 20)T10:00:00Z,shop \($0 % 2)"
    }
    let file = setting.server.bucketsFolder.appending(path: "amc-files/in.csv")
    try Data((["email_hash,bought_at,shop"] + rows).joined(separator: "\n").utf8).write(to: file)
    let order = DataSetBody.upload(source: #"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "in.csv"}"#)
    let id = try await send(client, "\(Self.root)/uploads/purchases", order).text("uploadId")
    await setting.server.jobs.waitUntilFinished(id)
    try FileManager.default.removeItem(at: file)
    return try await client.account(.get, "\(Self.root)/uploads/purchases/\(id)", headers: Self.headers)
  }

  /// How many people a query counts in the data set.
  private func count(_ client: APIClient, _ server: TestServer) async throws -> String? {
    let reporting = "/amc/reporting/\(Self.setup.instanceID)/workflowExecutions"
    let body = """
      {"workflow": {"sqlQuery": "SELECT COUNT(DISTINCT user_id) AS people FROM purchases"},
       "timeWindowType": "EXPLICIT", "timeWindowStart": "2025-05-01T00:00:00", "timeWindowEnd": "2025-06-01T00:00:00"}
      """
    let id = try await send(client, reporting, body).text("workflowExecutionId")
    await server.jobs.waitUntilFinished(id)
    let urls = try await client.account(.get, "\(reporting)/\(id)/downloadUrls", headers: Self.headers)
    let url = try #require(URL(string: urls.text("downloadUrls", "0")), "\(urls.body)")
    return try await client.send(.get, "\(url.path())?\(url.query() ?? "")").body.split(separator: "\n").last
      .map(String.init)
  }

  @Test func aPersonIsDeletedFromFilesAndFromResults() async throws {
    let setting = try await setting()
    try await setting.server.run(.live) { own in
      let client = try await setting.server.otherClient(own)
      let upload = try await upload(client, setting)
      #expect(upload["upload", "status"] == .string("SUCCESS"), "\(upload.body)")
      #expect(upload["upload", "metrics", "InputRowCount"] == .integer(260))
      #expect(upload["upload", "metrics", "OutputRowCount"] == .integer(260))
      #expect(upload["upload", "metrics", "MatchedRowCount"] == .integer(130))
      #expect(try await count(client, setting.server) == "130")
      let key = try #require(try await setting.keys(of: 7).first)
      let other = try #require(try await setting.keys(of: 8).first)
      #expect(try await setting.valueCount(key) == 1)
      // Hashes of people are kept nowhere, neither those of the known nor of the unknown.
      for person in [7, 200] { #expect(!setting.isStored(Data(AudienceServer.hash("person-\(person)").utf8))) }

      let body = """
        {"targetIdentities": [{"hashedPii": {"EMAIL": "\(AudienceServer.hash("person-7"))"}},
         {"hashedPii": {"EMAIL": "\(AudienceServer.hash("person-200"))"}}]}
        """
      let id = try await send(client, "\(Self.root)/userDeletionRequest", body).text("userDeletionRequestId")
      await setting.server.jobs.waitUntilFinished(id)
      let path = "\(Self.root)/userDeletionRequest/\(id)"
      let deletion = try await client.account(.get, path, headers: Self.headers)
      #expect(deletion["identityDeletion", "status"] == .string("SUCCEEDED"))
      #expect(try await setting.valueCount(key) == 0)
      #expect(try await setting.valueCount(other) == 1)
      // Nor in files that are no longer part of the data set, or in what waits for a job.
      #expect(!setting.isStored(withUnsafeBytes(of: key.littleEndian) { Data($0) }))
      #expect(!setting.isStored(Data(AudienceServer.hash("person-7").utf8)))
      #expect(try await count(client, setting.server) == "129")
    }
  }

  /// A file that is wrong is said to be so by name, line, column and reason, and nothing of it is there.
  @Test func aBadFileIsRejectedWhole() async throws {
    let setting = try await setting()
    try await setting.server.run(.live) { own in
      let client = try await setting.server.otherClient(own)
      _ = try await send(client, "\(Self.root)/dataSets", DataSetBody.purchases())
      let rows = "email_hash,bought_at,shop\n\(AudienceServer.hash("person-1")),2025-05-10T10:00:00Z,a\n"
      let file = setting.server.bucketsFolder.appending(path: "amc-files/in.csv")
      try Data((rows + "someone@example.com,2025-05-10T10:00:00Z,b\n").utf8).write(to: file)
      let order = DataSetBody.upload(source: #"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "in.csv"}"#)
      let id = try await send(client, "\(Self.root)/uploads/purchases", order).text("uploadId")
      await setting.server.jobs.waitUntilFinished(id)
      let shown = try await client.account(.get, "\(Self.root)/uploads/purchases/\(id)", headers: Self.headers)
      #expect(shown["upload", "status"] == .string("FAILED"))
      let message = shown["upload", "message"].stringValue ?? ""
      #expect(message.hasPrefix("s3://amc-files/in.csv:3: column 'email_hash': unhashed_identifier: "), "\(message)")
      #expect(!message.contains("someone"))
      #expect(setting.files.isEmpty)
    }
  }
}
