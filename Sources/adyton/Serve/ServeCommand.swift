import AdsAPI
import ArgumentParser
import Base
import CleanRoom
import Foundation
import Hummingbird
import Logging
import Metadata
import ObjectStorage
import Warehouse

/// `adyton serve`: runs the API until it is told to stop.
///
/// SIGTERM and SIGINT end it cleanly: no new connections, running queries may finish, the rest waits for the next
/// start.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the server until it is told to stop.",
    discussion: """
      Prints one line when it is ready, and then logs as JSON to standard error. Every setting can also come from the \
      environment variable that its help names; the command line goes first. A variable that can't be read is refused.

        adyton serve --data /var/lib/adyton --port 8080

      Ctrl-C and SIGTERM stop it: it takes no new connections, running queries may finish for --drain-seconds, and the \
      rest waits for the next start.
      """)

  @OptionGroup var options: ServerOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup(title: "Engine") var workers: WorkerOptions
  @OptionGroup(title: "Storage") var storage: StorageOptions
  @OptionGroup(title: "Sandboxes") var sandboxes: NewSandboxOptions

  @OptionGroup(title: "Tests of integrations") var clock: ClockOptions
  @OptionGroup(title: "Tests of integrations") var simulation: SimulationOptions

  func run() async throws {
    let openFileLimit = OpenFiles.raiseLimit()
    let folder = try options.folder.open()
    try folder.lockForServer()
    let logger = try options.logger()
    let tls = try options.tls.certificate(logger: logger)
    let store = try folder.openMetadata()
    let movableClock = try await clock.clock(of: store)
    let clock: any WallClock = movableClock ?? SystemClock()
    var engineSettings = try await workers.applied(to: engine.settings(in: folder.spillFolder), logger: logger)
    engineSettings.loading = try options.loading.limits
    var dependencies = try ServerComponents.Dependencies(
      folder: folder, store: store, objects: try await storage.open(in: folder, of: store), engine: engineSettings,
      fileLimits: try engine.fileLimits, storage: storage, logger: logger, clock: clock, settings: options.settings())
    try await refuseOutdatedKeys(store, dependencies.objects, in: folder)
    dependencies.movableClock = movableClock
    dependencies.simulation = try simulation.service(isChangeable: movableClock != nil)
    dependencies.syntheticSignals = try SandboxSignals(
      store: SignalStore(storage: dependencies.objects), engine: engineSettings,
      users: sandboxes.users, days: sandboxes.days)
    dependencies.apiSettings = try options.apiSettings()
    dependencies.apiSettings.connections = dependencies.apiSettings.connections.fitting(openFileLimit: openFileLimit)
    dependencies.apiSettings.tls = tls
    dependencies.monitoring = MonitoringSources(dataFolder: folder.url, workers: engineSettings.workers)
    let components = try await ServerComponents(dependencies)
    await components.finishInterruptedRemovals()
    let host = options.address.host
    let server = components.application(host: host, port: try options.address.portNumber, logger: logger) { port in
      Output.line("adyton: ready at \(tls == nil ? "http" : "https")://\(host):\(port)")
    }
    try await server.runService(gracefulShutdownSignals: [.sigterm, .sigint])
    try store.close()
  }

  private func refuseOutdatedKeys(
    _ store: MetadataStore, _ objects: any ObjectStorage, in folder: DataFolder
  ) async throws {
    do {
      let location = try storage.isOnS3 ? storage.storage.value : folder.objectsFolder.path()
      try await OutdatedKeys.check(store, objects, location: location)
    } catch let error as OutdatedKeys {
      throw CommandFailure.refused(error.description)
    }
  }
}
