import AdsAPI
import AdvertiserData
import Base
import CleanRoom
import Crypto
import Foundation
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import Testing
import Warehouse

/// A server with the real engine whose standard instance knows some people by the hash of their email address.
struct AudienceServer: Sendable {
  /// The instance, its account and its advertiser.
  static let setup = Fixtures.otherSetup
  static let peopleCount = 40
  static let metadata = "/amc/audiences/metadata"
  static let records = "/amc/audiences/records"
  static let connections = "/amc/audiences/connections"

  let server: TestServer

  /// - Parameter minimumAudienceSize: The fewest members of an active audience.
  init(minimumAudienceSize: Int = 20, countRounding: Int = 1, isStrict: Bool = false) async throws {
    var options = TestServer.Options()
    options.isStrict = isStrict
    options.settings.minimumAudienceSize = minimumAudienceSize
    options.settings.audienceCountRounding = countRounding
    server = try await TestServer(
      options,
      configure: { dependencies, folder in
        let engine = EngineSettings(
          threads: 2, memoryLimitBytes: 512 << 20, spillFolder: URL(filePath: folder.file("spill")))
        let clock = dependencies.clock
        let objects = dependencies.objects
        let identities = IdentityStore(storage: objects)
        try await Self.load(folder, IdentityLoader(store: identities, settings: engine))
        dependencies.audienceMembers = EngineAudienceMemberLog(
          store: dependencies.store,
          logs: AudienceLogs(
            rows: DataSetStore(storage: objects, settings: engine, now: { clock.now }), identities: identities,
            signals: SignalStore(storage: objects)))
        dependencies.queries = EngineQueryService(
          engine: try DuckDBEngine(settings: engine), signals: SignalStore(storage: objects), objects: objects,
          catalogues: RecordedCatalogues(store: dependencies.store, clock: clock), now: { clock.now })
      })
  }

  /// The same steps with an existing server.
  init(of server: TestServer) {
    self.server = server
  }

  private static func load(_ folder: TemporaryFolder, _ loader: IdentityLoader) async throws {
    let lines = (0..<peopleCount).map { "user-\($0),adUserId,\(hash("person-\($0)"))" }
    let url = URL(filePath: folder.file("people.csv"))
    try Data((["USER_ID,USER_ID_TYPE,EMAIL"] + lines).joined(separator: "\n").utf8).write(to: url)
    _ = try await loader.load(
      [LoadFile(url: url, displayName: "people.csv")], into: .marketplace(setup.marketplaceID))
  }

  static func hash(_ text: String) -> String {
    Hexadecimal.text(of: SHA256.hash(data: Data(text.utf8)))
  }

  /// Runs the body with the client of the instance.
  func run(_ door: Door = .router, _ body: @Sendable (APIClient) async throws -> Void) async throws {
    try await server.run(door) { client in try await body(try await server.otherClient(client)) }
  }

  // MARK: What requests hold

  /// One record of a person, with some members replaced by other JSON texts, or removed by an empty one.
  static func record(_ person: Int, _ action: String = "CREATE", _ members: [String: String] = [:]) -> String {
    let usual = [
      "externalUserId": "\"person-\(person)\"", "action": "\"\(action)\"",
      "hashedPII": "[{\"email\": \"\(hash("person-\(person)"))\"}]",
    ]
    return object(usual.merging(members) { $1 })
  }

  static func object(_ members: [String: String]) -> String {
    let kept = members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    return "{" + kept.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }

  static func body(_ audienceID: String, _ records: [String], target: String? = nil) -> String {
    object([
      "audienceId": audienceID, "records": "[\(records.joined(separator: ","))]", "targetResource": target ?? "",
    ])
  }

  static func metadataBody(_ target: String, _ members: [String: String] = [:], ttl: Int? = nil) -> String {
    let usual = [
      "name": #""Buyers of tents""#, "description": #""From the CRM""#, "targetResource": target,
      "metadata": object(["externalAudienceId": #""crm-1""#, "ttl": ttl.map(String.init) ?? ""]),
    ]
    return object(usual.merging(members) { $1 })
  }

  // MARK: Steps

  /// Makes a connection of the instance and its DSP advertiser, or of one of the two.
  func connect(
    _ client: APIClient, instance: Bool = true, advertiser: Bool = true, _ members: [String: String] = [:]
  ) async throws -> String {
    var body = members
    if instance {
      body["amcInstanceId"] = "\"\(Self.setup.instanceID)\""
      body["amcAccountId"] = "\"\(Self.setup.accountID)\""
    }
    if advertiser {
      body["dspAdvertiserId"] = "\"\(Self.setup.displayAdvertiserID)\""
      body["dspProfileId"] = "\"\(Self.setup.profileID)\""
    }
    let answer = try await client.account(.post, Self.connections, body: Self.object(body))
    try #require(answer.status == 201, "\(answer.body)")
    return answer.text("connectionId")
  }

  /// Makes an audience and returns its id.
  func create(_ client: APIClient, target: String, ttl: Int? = nil, _ members: [String: String] = [:]) async throws
    -> String
  {
    let answer = try await client.account(
      .post, Self.metadata, body: Self.metadataBody(target, members, ttl: ttl))
    try #require(answer.status == 201, "\(answer.body)")
    guard case .integer(let id) = answer["audienceId"] else { throw CleanRoomError.unknownStreamedAudience }
    return String(id)
  }

  /// Sends records and waits until their job is done; returns its outcome.
  func send(_ client: APIClient, _ audienceID: String, _ records: [String], target: String? = nil) async throws
    -> Answer
  {
    let sent = try await client.account(
      .post, Self.records, body: Self.body(audienceID, records, target: target))
    try #require(sent.status == 202, "\(sent.body)")
    return try await finished(client, sent.text("jobRequestId"))
  }

  /// The outcome of a job, once it is done.
  func finished(_ client: APIClient, _ jobID: String) async throws -> Answer {
    let path = "\(Self.records)/\(jobID)"
    var seenCount = 0
    while true {
      try Task.checkCancellation()
      let answer = try await client.account(.get, path)
      guard answer.text("jobState") == "PENDING" else { return answer }
      seenCount += 1
      await server.jobs.waitUntilFinished(count: seenCount)
    }
  }

  /// The names of the tables of audiences.
  func tableNames(_ client: APIClient) async throws -> [String] {
    let list = try await client.account(
      .get, "/amc/reporting/\(Self.setup.instanceID)/dataSources?maxResults=500",
      headers: [
        "Amazon-Advertising-API-AdvertiserId": Self.setup.accountID,
        "Amazon-Advertising-API-MarketplaceId": Self.setup.marketplaceID,
      ])
    return list.body.matches(of: #/"([a-z0-9_]+_audience_(?:members|logs)_[0-9a-f]{8})"/#).map { String($0.1) }
  }

  /// Runs a measurement query and returns the lines of its CSV.
  func measure(_ client: APIClient, _ sql: String) async throws -> [String] {
    let root = "/amc/reporting/\(Self.setup.instanceID)"
    let headers: APIClient.Headers = [
      "Amazon-Advertising-API-AdvertiserId": Self.setup.accountID,
      "Amazon-Advertising-API-MarketplaceId": Self.setup.marketplaceID,
    ]
    let query = String(decoding: try JSONEncoder().encode(sql), as: UTF8.self)
    let body = #"{"workflow": {"sqlQuery": \#(query)}, "timeWindowType": "MOST_RECENT_WEEK"}"#
    let created = try await client.account(.post, "\(root)/workflowExecutions", body: body, headers: headers)
    try #require(created.status == 200, "\(created.body)")
    let id = created.text("workflowExecutionId")
    await server.jobs.waitUntilFinished(id)
    let urls = try await client.account(
      .get, "\(root)/workflowExecutions/\(id)/downloadUrls", headers: headers)
    let url = try #require(URL(string: urls.text("downloadUrls", "0")), "\(urls.body)")
    return try await client.send(.get, "\(url.path())?\(url.query() ?? "")").body.split(separator: "\n")
      .map(String.init)
  }
}
