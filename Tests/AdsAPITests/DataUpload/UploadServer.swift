import AdsAPI
import AdvertiserData
import CleanRoom
import FirstPartyData
import Foundation
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import Testing
import Warehouse

/// A server with the real engine. Its standard instance takes uploads from a bucket, and records of audience members.
/// Its marketplace knows some people by the hash of their email address.
struct UploadServer: Sendable {
  static let setup = Fixtures.otherSetup
  static let root = "/amc/advertiserData/\(setup.instanceID)"
  private static let reporting = "/amc/reporting/\(setup.instanceID)"
  private static let headers: APIClient.Headers = [
    "Amazon-Advertising-API-AdvertiserId": setup.accountID,
    "Amazon-Advertising-API-MarketplaceId": setup.marketplaceID,
  ]

  let server: TestServer
  let people: PersonLookup
  let engine: EngineSettings

  /// - Parameters:
  ///   - peopleCount: The number of people that the marketplace knows: `person-0` and so on.
  ///   - comparedExecutions: The number of earlier executions with which each is compared.
  init(peopleCount: Int, comparedExecutions: Int = DisclosureBudget().comparedExecutions) async throws {
    var options = TestServer.Options()
    options.settings.disclosureBudget.comparedExecutions = comparedExecutions
    options.settings.minimumAudienceSize = 20
    options.settings.audienceCountRounding = 1
    var found: (PersonLookup, EngineSettings)?
    server = try await TestServer(
      options,
      configure: { dependencies, folder in
        let engine = EngineSettings(
          threads: 2, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
        let identities = IdentityStore(storage: dependencies.objects)
        try await Self.load(peopleCount, folder, IdentityLoader(store: identities, settings: engine))
        try Self.useEngine(engine, identities, in: &dependencies)
        found = (
          PersonLookup(
            store: identities, secrets: SignalStore(storage: dependencies.objects), settings: engine), engine
        )
      })
    (people, engine) = try #require(found)
    try await server.components.store.write { try $0.setBucket("amc-files", instanceID: Self.setup.instanceID) }
    try await FolderBuckets(root: server.bucketsFolder).make("amc-files", granting: .ofFolders)
  }

  private static func load(_ peopleCount: Int, _ folder: TemporaryFolder, _ loader: IdentityLoader) async throws {
    let lines = (0..<peopleCount).map { "user-\($0),adUserId,\(AudienceServer.hash("person-\($0)"))" }
    let url = URL(filePath: folder.file("people.csv"))
    try Data((["USER_ID,USER_ID_TYPE,EMAIL"] + lines).joined(separator: "\n").utf8).write(to: url)
    _ = try await loader.load(
      [LoadFile(url: url, displayName: "people.csv")], into: .marketplace(setup.marketplaceID))
    try FileManager.default.removeItem(at: url)
  }

  private static func useEngine(
    _ engine: EngineSettings, _ identities: IdentityStore, in dependencies: inout ServerComponents.Dependencies
  ) throws {
    let clock = dependencies.clock
    let signals = SignalStore(storage: dependencies.objects)
    // Files and executions are ordered by one clock.
    let rows = DataSetStore(storage: dependencies.objects, settings: engine, now: { clock.now })
    dependencies.dataSetStorage = EngineDataSetStorage(
      store: dependencies.store, files: rows, secrets: signals, settings: engine)
    dependencies.audienceMembers = EngineAudienceMemberLog(
      store: dependencies.store, logs: AudienceLogs(rows: rows, identities: identities, signals: signals))
    dependencies.queries = EngineQueryService(
      engine: try DuckDBEngine(settings: engine), signals: signals, objects: dependencies.objects,
      catalogues: RecordedCatalogues(store: dependencies.store, clock: clock), now: { clock.now })
  }

  /// Runs the body with the client of the instance.
  func run(_ door: Door = .router, _ body: @Sendable (APIClient) async throws -> Void) async throws {
    try await server.run(door) { client in try await body(try await server.otherClient(client)) }
  }

  // MARK: What is stored

  func keys(of person: Int) async throws -> [Int64] {
    let identity = PersonLookup.Identity(
      values: [.email: AudienceServer.hash("person-\(person)")], countryCode: nil)
    return try await people.userKeys(
      of: [identity], instanceID: Self.setup.instanceID, scope: .marketplace(Self.setup.marketplaceID))
  }

  /// Every Parquet file of the instance: data sets, logs of audiences, results.
  var files: [String] {
    let folder = server.folder.file("objects/instances/\(Self.setup.instanceID)")
    let found = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    return found.filter { $0.hasSuffix(".parquet") }.map { "\(folder)/\($0)" }
  }

  /// The number of values of any column of any file that are the key.
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

  // MARK: Steps

  func get(_ client: APIClient, _ path: String) async throws -> Answer {
    try await client.account(.get, path, headers: Self.headers)
  }

  func send(_ client: APIClient, _ path: String, _ body: String) async throws -> Answer {
    let answer = try await client.account(.post, path, body: body, headers: Self.headers)
    try #require(answer.status == 200, "\(answer.body)")
    return answer
  }

  /// Uploads a file with these lines to the data set `purchases`, and returns its outcome.
  func upload(_ client: APIClient, lines: [String], strategy: String = "ADDITIVE") async throws -> Answer {
    let file = server.bucketsFolder.appending(path: "amc-files/in.csv")
    try Data((["email_hash,bought_at,shop"] + lines).joined(separator: "\n").utf8).write(to: file)
    let order = DataSetBody.upload(
      source: #"{"sourceS3Bucket": "amc-files", "sourceFileS3Key": "in.csv"}"#, strategy: strategy)
    let id = try await send(client, "\(Self.root)/uploads/purchases", order).text("uploadId")
    await server.jobs.waitUntilFinished(id)
    try FileManager.default.removeItem(at: file)
    return try await get(client, "\(Self.root)/uploads/purchases/\(id)")
  }

  /// Uploads a row for each person.
  func upload(
    _ client: APIClient, people: some Sequence<Int>, strategy: String = "ADDITIVE"
  ) async throws -> Answer {
    let lines = people.map {
      "\(AudienceServer.hash("person-\($0)")),2025-05-\(10 + $0 % 20)T10:00:00Z,shop \($0 % 2)"
    }
    return try await upload(client, lines: lines, strategy: strategy)
  }

  /// Requests the deletion of people, and returns its outcome.
  func delete(_ client: APIClient, people: [Int]) async throws -> Answer {
    let identities = people.map { #"{"hashedPii": {"EMAIL": "\#(AudienceServer.hash("person-\($0)"))"}}"# }
    let body = #"{"targetIdentities": [\#(identities.joined(separator: ", "))]}"#
    let id = try await send(client, "\(Self.root)/userDeletionRequest", body).text("userDeletionRequestId")
    await server.jobs.waitUntilFinished(id)
    return try await get(client, "\(Self.root)/userDeletionRequest/\(id)")
  }

  /// The outcome of a report.
  enum Report: Equatable {
    /// The lines behind the header of its CSV.
    case lines([String])
    case failed(reason: String)
  }

  /// Runs a measurement query over May 2025.
  func report(_ client: APIClient, _ sql: String) async throws -> Report {
    let query = String(decoding: try JSONEncoder().encode(sql), as: UTF8.self)
    let body = """
      {"workflow": {"sqlQuery": \(query)},
       "timeWindowType": "EXPLICIT", "timeWindowStart": "2025-05-01T00:00:00", "timeWindowEnd": "2025-06-01T00:00:00"}
      """
    let id = try await send(client, "\(Self.reporting)/workflowExecutions", body).text("workflowExecutionId")
    await server.jobs.waitUntilFinished(id)
    let path = "\(Self.reporting)/workflowExecutions/\(id)"
    let execution = try await get(client, path)
    guard execution.text("status") == "SUCCEEDED" else { return .failed(reason: execution.text("statusReason")) }
    let urls = try await get(client, "\(path)/downloadUrls")
    let url = try #require(URL(string: urls.text("downloadUrls", "0")), "\(urls.body)")
    let file = try await client.send(.get, "\(url.path())?\(url.query() ?? "")").body
    return .lines(file.split(separator: "\n").dropFirst().map(String.init))
  }
}
