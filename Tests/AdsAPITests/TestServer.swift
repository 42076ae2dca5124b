import AdsAPI
import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Login
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import Synchronization
import Testing

/// The destination of a test's requests. Every test of the API runs the same body against both.
enum Door: CaseIterable, Sendable {
  /// Straight to the router.
  case router
  /// To a server on a port of its own.
  case live
}

/// A server with one account, one client, a fake engine and a clock that stands still.
struct TestServer: Sendable {
  let folder: TemporaryFolder
  let components: ServerComponents
  let queries: FakeQueryService
  let rows: FakeDataSetStorage
  private let time: @Sendable () -> Date
  /// The machine's time.
  let clock: ManualClock
  let jobs: JobLog
  let log: LineLog
  let credentials: ClientCredentials
  /// A client with access to the other account alone.
  let otherCredentials: ClientCredentials

  /// The privacy mode of the instances of servers that are made in this task, unless their options say otherwise.
  @TaskLocal static var usualPrivacy = InstancePrivacy.threshold

  struct Options: Sendable {
    var settings = CleanRoomSettings()
    /// The privacy mode of both instances.
    var privacy = TestServer.usualPrivacy
    var limitsRates = false
    var publicURL: String?
    /// Whether requests are read as the API is published, and not leniently.
    var isStrict = false
    var whileRunning: @Sendable (FakeQueryService.Run) async -> Void = { _ in }
    var whileLoading: @Sendable () async throws -> Void = {}

    /// A server that reads requests as the API is published.
    static var strict: Options {
      var options = Options()
      options.isStrict = true
      return options
    }
  }

  /// - Parameters:
  ///   - hasMovableClock: Whether clients can move the server's clock, which is then ahead of the machine's.
  ///   - engine: Makes the query service; by default a fake one, which knows nothing about signals.
  ///   - configure: Changes the other parts of the server.
  init(
    _ options: Options = Options(),
    hasMovableClock: Bool = false,
    engine: (TemporaryFolder, LocalFolderStorage) async throws -> (any QueryService)? = { _, _ in nil },
    configure: (inout ServerComponents.Dependencies, TemporaryFolder) async throws -> Void = { _, _ in }
  ) async throws {
    folder = try TemporaryFolder()
    clock = ManualClock(Fixtures.now)
    let objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    queries = FakeQueryService(objects: objects, whileRunning: options.whileRunning)
    if let population = options.privacy.population {
      queries.addNoise(FakeNoise(population: population, cost: options.settings.noise.queryLoss))
    }
    rows = FakeDataSetStorage(whileLoading: options.whileLoading)
    jobs = JobLog()
    log = LineLog()
    let jobs = jobs
    var dependencies = ServerComponents.Dependencies(
      store: try MetadataStore(path: folder.file("metadata.sqlite")),
      queries: try await engine(folder, objects) ?? queries, objects: objects)
    dependencies.clock = clock
    if hasMovableClock {
      let movable = try await ClockService.clock(of: dependencies.store, start: nil, base: clock)
      dependencies.clock = movable
      dependencies.movableClock = movable
      // As `serve --clock` does.
      dependencies.simulation = SimulationService()
    }
    dependencies.dataSetStorage = rows
    dependencies.buckets = FolderBuckets(root: URL(filePath: folder.file("buckets")))
    dependencies.bucketAccount = .ofFolders
    dependencies.identifiers = SequentialIdentifiers()
    dependencies.secrets = SequentialSecrets()
    dependencies.settings = options.settings
    if options.privacy == AlmostNoNoise.privacy { dependencies.settings.noise = AlmostNoNoise.settings }
    dependencies.apiSettings.limitsRates = options.limitsRates
    dependencies.apiSettings.publicURL = options.publicURL
    dependencies.apiSettings.isStrict = options.isStrict
    dependencies.logger = log.logger
    dependencies.observer = { jobs.record($0) }
    try await configure(&dependencies, folder)
    let serverClock = dependencies.clock
    time = { serverClock.now }
    components = try await ServerComponents(dependencies)
    credentials = try await Self.register("demo", Fixtures.setup, options.privacy, components)
    otherCredentials = try await Self.register("other", Fixtures.otherSetup, options.privacy, components)
  }

  /// The server's time.
  var now: Date { time() }

  /// The folder whose folders stand for customers' buckets.
  var bucketsFolder: URL { URL(filePath: folder.file("buckets")) }

  private static func register(
    _ name: String, _ setup: InstanceSetup, _ privacy: InstancePrivacy, _ components: ServerComponents
  ) async throws -> ClientCredentials {
    var setup = setup
    setup.privacy = privacy
    try await components.instances.create(setup, at: Fixtures.now)
    let credentials = try await components.login.registerClient(name: name, at: Fixtures.now)
    try await components.instances.grantAccess(
      clientID: credentials.clientID, accountID: setup.accountID, at: Fixtures.now)
    _ = try await components.terms.accept(clientID: credentials.clientID)
    return credentials
  }

  /// Runs the body with a client and an access token.
  func run(_ door: Door, _ body: @Sendable (APIClient) async throws -> Void) async throws {
    switch door {
    case .router:
      try await components.application(host: "127.0.0.1", port: 0, logger: log.logger).test(.router) { client in
        try await begin(body) { method, path, headers, body in
          Answer(try await client.executeRequest(uri: path, method: method, headers: headers, body: body))
        }
      }
    case .live:
      try await LiveServer.run(logger: log.logger) { listens in
        components.application(host: "localhost", port: 0, logger: log.logger, onServerRunning: listens)
      } _: { client in
        try await begin(body) { method, path, headers, body in
          Answer(try await client.execute(uri: path, method: method, headers: headers, body: body))
        }
      }
    }
  }

  private func begin(
    _ body: (APIClient) async throws -> Void, _ transport: @escaping APIClient.Transport
  ) async throws {
    let grant = try await components.login.grant(request(for: credentials), at: clock.now)
    try await body(APIClient(transport: transport, clientID: credentials.clientID, token: grant.accessToken))
  }

  func request(for credentials: ClientCredentials) -> TokenRequest {
    TokenRequest(
      grantType: "refresh_token", refreshToken: credentials.refreshToken, clientID: credentials.clientID,
      clientSecret: credentials.clientSecret)
  }

  /// The same client with a new token.
  func renewed(_ client: APIClient) async throws -> APIClient {
    var client = client
    client.token = try await components.login.grant(request(for: credentials), at: clock.now).accessToken
    return client
  }

  /// The same client of the server with somebody else's token.
  func otherClient(_ client: APIClient) async throws -> APIClient {
    let grant = try await components.login.grant(request(for: otherCredentials), at: clock.now)
    return APIClient(transport: client.transport, clientID: otherCredentials.clientID, token: grant.accessToken)
  }
}

/// An answer of the server.
struct Answer: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: String
  private let parsed = Parsed()

  /// The body as JSON once it has been asked for: tests look at an answer many times.
  private final class Parsed: Sendable {
    private let value = Mutex<JSONValue?>(nil)

    func json(_ body: String) throws -> JSONValue {
      try value.withLock { value in
        let json = try value ?? JSONValue(parsing: Data(body.utf8))
        value = json
        return json
      }
    }
  }

  /// The body as JSON.
  func json() throws -> JSONValue { try parsed.json(body) }

  /// The member of the body at a path of names and indexes; null if there is none.
  subscript(_ path: String...) -> JSONValue {
    path.reduce((try? json()) ?? .null) { value, name in
      switch value {
      case .object(let members): members[name] ?? .null
      case .array(let elements): Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil } ?? .null
      case .null, .boolean, .integer, .decimal, .string: .null
      }
    }
  }

  /// Like the subscript, as text; empty when it is none.
  func text(_ path: String...) -> String {
    guard case .string(let text) = path.reduce((try? json()) ?? .null, { $0[$1] }) else { return "" }
    return text
  }

  var errorCode: String { HTTPField.Name("x-amzn-ErrorType").flatMap { headers[$0] } ?? "" }
}

extension Answer {
  init(_ response: TestResponse) {
    self.init(status: response.status.code, headers: response.headers, body: String(buffer: response.body))
  }

  init(_ response: TestClient.Response) {
    self.init(
      status: response.status.code, headers: response.headers, body: response.body.map { String(buffer: $0) } ?? "")
  }
}

extension JSONValue {
  subscript(_ name: String) -> JSONValue {
    switch self {
    case .object(let members): members[name] ?? .null
    case .array(let elements): Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil } ?? .null
    case .null, .boolean, .integer, .decimal, .string: .null
    }
  }

  var members: [String: JSONValue] {
    guard case .object(let members) = self else { return [:] }
    return members
  }

  var elements: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }
}

/// Records log lines.
final class LineLog: Sendable {
  private let lines = Mutex<[String]>([])

  var logger: Logger {
    Logger(label: "test") { label in
      JSONLogHandler(label: label) { line in self.lines.withLock { $0.append(line) } }
    }
  }

  var text: String { lines.withLock { $0.joined(separator: "\n") } }
}
