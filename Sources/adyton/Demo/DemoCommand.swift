import AdsAPI
import ArgumentParser
import Base
import CleanRoom
import Foundation
import Hummingbird
import Logging
import Metadata
import ObjectStorage
import Sandbox
import ServiceLifecycle
import Warehouse

/// `adyton demo`: the whole story on one machine, from event signals to an activated audience.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Walk through the whole story: signals, audiences and their life, own customers, a campaign.",
    discussion: """
      Makes a sandbox instance in a temporary folder, starts a server on it and talks to it over HTTP as a client \
      would, showing each request and response. Nothing stays unless --data names a folder to keep; objects that \
      --storage puts on S3 stay there.

        adyton demo --users 20000
      """)

  @Option(help: "The number of users of the sandbox, at least 15,000: its audiences need 2,000 members each.")
  var users = 20_000

  @Option(help: "The number of days of events of the sandbox.")
  var days = 30

  @Option(help: "The seed of all random choices.")
  var seed = 1

  @Option(help: "A folder to work in and to keep; a temporary one if not given.", completion: .directory)
  var data: String?

  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup(title: "Engine") var workers: WorkerOptions
  @OptionGroup(title: "Storage") var storage: StorageOptions

  /// With fewer users the audience of gold customers would be too small.
  private static let smallestUserCount = 15_000

  func validate() throws {
    guard users >= Self.smallestUserCount else {
      throw ValidationError(
        "--users must be at least \(Self.smallestUserCount): the audiences need 2,000 members each.")
    }
  }

  /// The instance that the demo makes.
  private static let instanceID = "amcdemo"

  func run() async throws {
    let temporary = FileManager.default.temporaryDirectory.appending(
      path: "adyton-demo-\(RandomIdentifierGenerator.uuid())")
    let isKept = data != nil
    let interruption = Interruption { if !isKept { try? FileManager.default.removeItem(at: temporary) } }
    defer { if !isKept { try? FileManager.default.removeItem(at: temporary) } }
    let folder = try DataFolder(path: data ?? temporary.path(percentEncoded: false))
    try folder.lockForServer()
    let store = try folder.openMetadata()
    let provisioning = Provisioning(store: store)
    guard try await provisioning.instance(id: Self.instanceID) == nil else {
      throw CommandFailure.refused("There is a demo in the folder already. Name an empty one with --data.")
    }
    let setup = try await provisioning.createInstance(id: Self.instanceID, name: "Demo", kind: .sandbox, isEmpty: false)
    let attack = try await DemoAttack.make(provisioning)
    let credentials = try await provisioning.createClient(
      name: "demo", accountIDs: [setup.accountID, attack.exact.accountID, attack.noisy.accountID])
    let window = try await makeSignals(in: folder, store)
    try await attack.load(
      day: window.end.addingTimeInterval(-86_400), from: folder, into: try await storage.open(in: folder, of: store))
    interruption.stop()  // from here on the server listens to signals itself
    try await serve(folder, store) { port in
      guard let base = URL(string: "http://127.0.0.1:\(port)") else { throw URLError(.badURL) }
      let client = DemoClient(base: base, setup: setup, credentials: credentials)
      Output.line("A server runs at \(base.absoluteString).")
      let customers = DemoCustomers(
        folder: folder, storage: storage, instanceID: Self.instanceID, count: users)
      var story = DemoStory(
        client: client, window: window, customers: customers, attacked: attack, isTerminal: isatty(STDOUT_FILENO) == 1)
      try await story.tell()
      Output.line("\nThat was the whole story. `make serve` keeps a server running for your own requests.")
    }
  }

  /// Fills the instance; returns the time that its signals span.
  private func makeSignals(in folder: DataFolder, _ store: MetadataStore) async throws -> (start: Date, end: Date) {
    let today = (Date().timeIntervalSince1970 / 86_400).rounded(.down) * 86_400
    let end = Date(timeIntervalSince1970: today)
    let lastDay = end.addingTimeInterval(-86_400).formatted(.iso8601.year().month().day())
    let settings: SandboxSettings
    do throws(InvalidSandboxSettings) {
      settings = try SandboxSettings(users: users, days: days, seed: seed, endDate: lastDay)
    } catch {
      throw CommandFailure.usage(error.message)
    }
    Output.line("Making a sandbox of \(users.formatted()) users and \(days) days …")
    let line = ProgressLine()
    let objects = try await storage.open(in: folder, of: store)
    let making = SandboxMaking(folder: folder, metadata: store, storage: objects)
    let statistics = try await making.fill(Self.instanceID, settings) { fraction in
      line.show("  signals: \(Int(fraction * 100)) %")
    }
    line.clear()
    let seconds = statistics.seconds.formatted(.number.precision(.fractionLength(1)))
    Output.line("\(statistics.rowCount.formatted()) rows in \(statistics.tables.count) tables, made in \(seconds) s.")
    return (end.addingTimeInterval(-86_400 * Double(days)), end)
  }

  /// Runs a server for as long as `work` takes.
  private func serve(
    _ folder: DataFolder, _ store: MetadataStore, _ work: @escaping @Sendable (Int) async throws -> Void
  ) async throws {
    var logger = Logger(label: "adyton") { JSONLogHandler(label: $0) }
    logger.logLevel = .error
    // In the story a week passes.
    let clock = try await ClockService.clock(of: store, start: nil)
    let settings = try await workers.applied(to: engine.settings(in: folder.spillFolder), logger: logger)
    var dependencies = try ServerComponents.Dependencies(
      folder: folder, store: store, objects: try await storage.open(in: folder, of: store), engine: settings,
      fileLimits: try engine.fileLimits, storage: storage, logger: logger, clock: clock)
    dependencies.movableClock = clock
    // The customer file comes from a bucket that is a folder, wherever the signals are.
    dependencies.buckets = FolderBuckets(root: folder.bucketsFolder)
    dependencies.bucketAccount = .ofFolders
    let components = try await ServerComponents(dependencies)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = components.application(host: "127.0.0.1", port: 0, logger: logger) { port.yield($0) }
    let services = ServiceGroup(
      configuration: .init(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await withThrowingTaskGroup(of: Result<Void, any Error>?.self) { group in
      group.addTask {
        try await services.run()
        return nil
      }
      group.addTask {
        for await port in ports {
          do {
            return .success(try await work(port))
          } catch {
            return .failure(error)
          }
        }
        return nil
      }
      guard let story = try await group.next() ?? nil else {
        group.cancelAll()
        Output.line("\nStopped.")
        throw ExitCode(130)
      }
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      try story.get()
    }
  }
}
