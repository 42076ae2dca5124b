import AdsAPI
import AdvertiserData
import ArgumentParser
import AsyncHTTPClient
import Base
import CleanRoom
import Crypto
import Foundation
import Logging
import Login
import Metadata
import NIOCore
import ObjectStorage
import Queries
import ServiceLifecycle
import Warehouse

/// Records of audience members over HTTP: a real server over loopback, several connections that send as fast as they
/// are answered, and the jobs that process what they send.
struct RecordsBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "records")

  @Option(help: "A folder for the server, which must not exist.")
  var data: String

  @Option(help: "How many connections send at the same time.")
  var connections = 4

  @Option(help: "How many records a request has.")
  var batch = 6000

  @Option(help: "How long requests are sent, in seconds.")
  var seconds = 10

  @Option(help: "How many people the identity graph knows.")
  var people = 100_000

  private static let setup = InstanceSetup.new(
    name: "bench", kind: .standard, identifiers: RandomIdentifierGenerator())

  func run() async throws {
    let root = URL(filePath: data, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: false)
    let engine = EngineSettings(threads: 2, memoryLimitBytes: 512 << 20, spillFolder: root.appending(path: "spill"))
    let objects = try LocalFolderStorage(root: root.appending(path: "objects", directoryHint: .isDirectory))
    let store = try MetadataStore(path: root.appending(path: "metadata.sqlite").path())
    var logger = Logger(label: "bench")
    logger.logLevel = .critical
    var dependencies = ServerComponents.Dependencies(
      store: store,
      queries: EngineQueryService(
        engine: try DuckDBEngine(settings: engine), signals: SignalStore(storage: objects), objects: objects,
        now: { Date() }),
      objects: objects)
    dependencies.audienceMembers = EngineAudienceMemberLog(
      store: store,
      logs: AudienceLogs(
        rows: DataSetStore(storage: objects, settings: engine), identities: IdentityStore(storage: objects),
        signals: SignalStore(storage: objects)))
    dependencies.apiSettings.limitsRates = false
    dependencies.logger = logger
    let components = try await ServerComponents(dependencies)
    try await loadPeople(root, objects, engine)
    let (port, ports) = AsyncStream.makeStream(of: Int.self)
    let app = components.application(host: "127.0.0.1", port: 0, logger: logger) { ports.yield($0) }
    let group = ServiceGroup(services: [app], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      for await number in port {
        let sender = try await sender(components, port: number)
        try await measure(sender)
        break
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    try store.close()
  }

  /// Sends for the time, waits until all of it is processed, and prints both rates.
  private func measure(_ sender: RecordSender) async throws {
    let bodies = Self.bodies(audienceID: sender.audienceID, batch: batch, people: people)
    let before = PeakMemory.mebibytes
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    let jobs = try await withThrowingTaskGroup(of: [String].self) { tasks in
      for connection in 0..<connections {
        tasks.addTask {
          var jobs: [String] = []
          while ContinuousClock.now < end {
            jobs.append(try await sender.send(bodies[(connection + jobs.count) % bodies.count]))
          }
          return jobs
        }
      }
      return try await tasks.reduce(into: []) { $0 += $1 }
    }
    let accepted = start.duration(to: .now) / .seconds(1)
    for job in jobs { try await sender.wait(for: job) }
    let processed = start.duration(to: .now) / .seconds(1)
    try await sender.shutdown()
    let records = Double(jobs.count * batch)
    print(
      """
      {"requests": \(jobs.count), "records": \(jobs.count * batch), "acceptedPerSecond": \(Int(records / accepted)), \
      "processedPerSecond": \(Int(records / processed)), "peakMiB": \(PeakMemory.mebibytes), \
      "peakBeforeMiB": \(before)}
      """)
  }

  /// A few bodies whose people differ, of whom four in five are known.
  private static func bodies(audienceID: Int, batch: Int, people: Int) -> [ByteBuffer] {
    (0..<4).map { number in
      var text = #"{"audienceId": \#(audienceID), "records": ["#
      for index in 0..<batch {
        let person = (number * batch + index) % (people + people / 4)
        text += index == 0 ? "" : ","
        text +=
          #"{"externalUserId": "p\#(person)", "countryCode": "US", "action": "CREATE", "hashedPII": [{"email": "\#(hash(person))"}]}"#
      }
      return ByteBuffer(string: text + "]}")
    }
  }

  private static func hash(_ person: Int) -> String {
    SHA256.hash(data: Data("person-\(person)".utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private func loadPeople(_ root: URL, _ objects: LocalFolderStorage, _ engine: EngineSettings) async throws {
    let url = root.appending(path: "people.csv")
    let lines = (0..<people).map { "user-\($0),adUserId,\(Self.hash($0))\n" }.joined()
    try Data(("USER_ID,USER_ID_TYPE,EMAIL\n" + lines).utf8).write(to: url)
    _ = try await IdentityLoader(store: IdentityStore(storage: objects), settings: engine).load(
      [LoadFile(url: url, displayName: "people.csv")], into: .marketplace(Self.setup.marketplaceID))
  }

  /// A client with an audience that goes into the instance.
  private func sender(_ components: ServerComponents, port: Int) async throws -> RecordSender {
    let now = Date()
    try await components.instances.create(Self.setup, at: now)
    let credentials = try await components.login.registerClient(name: "bench", at: now)
    try await components.instances.grantAccess(
      clientID: credentials.clientID, accountID: Self.setup.accountID, at: now)
    _ = try await components.terms.accept(clientID: credentials.clientID)
    let grant = try await components.login.grant(
      TokenRequest(
        grantType: "refresh_token", refreshToken: credentials.refreshToken, clientID: credentials.clientID,
        clientSecret: credentials.clientSecret), at: now)
    var draft = ConnectionDraft()
    draft.accountID = Self.setup.accountID
    draft.instanceID = Self.setup.instanceID
    let principal = Principal(clientID: credentials.clientID, intent: .change)
    let connection = try await components.connections.create(draft, principal: principal)
    let audience = try await components.streamedAudiences.create(
      StreamedAudienceDraft(
        name: "Benchmark audience", description: "", externalAudienceID: "bench",
        target: .init(connectionID: connection, advertiserID: nil)), principal: principal)
    return RecordSender(
      base: "http://127.0.0.1:\(port)", clientID: credentials.clientID, token: grant.accessToken,
      audienceID: Int(audience.id))
  }
}

/// Speaks to the records endpoint.
private struct RecordSender: Sendable {
  let base: String
  let clientID: String
  let token: String
  let audienceID: Int
  private let http = HTTPClient()

  init(base: String, clientID: String, token: String, audienceID: Int) {
    self.base = base
    self.clientID = clientID
    self.token = token
    self.audienceID = audienceID
  }

  private struct Accepted: Decodable {
    let jobRequestId: String
  }

  private struct Status: Decodable {
    let jobState: String
  }

  /// Sends a request and returns its job's id.
  func send(_ body: ByteBuffer) async throws -> String {
    var request = self.request("/amc/audiences/records")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(body)
    return try await answer(request, status: 202, Accepted.self).jobRequestId
  }

  /// Waits until a job has succeeded.
  func wait(for job: String) async throws {
    while true {
      let state = try await answer(request("/amc/audiences/records/\(job)"), status: 200, Status.self).jobState
      if state == "SUCCEEDED" { return }
      guard state == "PENDING" else { throw ValidationError("A job has ended as \(state).") }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  func shutdown() async throws { try await http.shutdown() }

  private func request(_ path: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: base + path)
    request.headers.add(name: "Authorization", value: "Bearer \(token)")
    request.headers.add(name: "Amazon-Advertising-API-ClientId", value: clientID)
    return request
  }

  private func answer<Body: Decodable>(
    _ request: HTTPClientRequest, status: UInt, _ type: Body.Type
  ) async throws -> Body {
    let response = try await http.execute(request, timeout: .seconds(60))
    let body = try await response.body.collect(upTo: 1 << 20)
    guard response.status.code == status else {
      throw ValidationError("The server answers with \(response.status.code).")
    }
    return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
  }
}
