import Base
import AdsAPI
import ArgumentParser
import CleanRoom
import Foundation
import Hummingbird
import Logging
import Metadata
import ObjectStorage
import Warehouse

/// `adyton serve`: runs the API until it is told to stop.
///
/// SIGTERM and SIGINT end it cleanly: no new connections, running queries may finish, the rest waits for the next start.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the server.",
    discussion: """
      Prints one line when it is ready, and then logs as JSON to standard error. Every option can also come from the
      environment: ADYTON_DATA, ADYTON_HOST, ADYTON_PORT and so on; the command line goes first.
      """)

  @OptionGroup var options: ServerOptions
  @OptionGroup(title: "Engine") var engine: EngineOptions
  @OptionGroup(title: "Storage") var storage: StorageOptions
  @OptionGroup(title: "Sandboxes") var sandboxes: NewSandboxOptions

  @OptionGroup(title: "Tests of integrations") var clock: ClockOptions

  @Flag(help: "Print a first request to paste, with a token that lives for an hour.")
  var showCurl = false

  func run() async throws {
    let folder = try DataFolder(path: options.data)
    try folder.lockForServer()
    let logger = options.logger()
    let store = try folder.openMetadata()
    let movableClock = try await clock.clock(of: store)
    let clock: any WallClock = movableClock ?? SystemClock()
    var dependencies = try ServerComponents.Dependencies(
      folder: folder, store: store, engine: engine, storage: storage, logger: logger, clock: clock)
    dependencies.movableClock = movableClock
    dependencies.syntheticSignals = SandboxSignals(
      store: SignalStore(storage: dependencies.objects), engine: engine.settings(in: folder.spillFolder),
      users: sandboxes.sandboxUsers, days: sandboxes.sandboxDays)
    dependencies.settings = try options.settings()
    dependencies.apiSettings = options.apiSettings()
    let components = try await ServerComponents(dependencies)
    await components.finishInterruptedRemovals()
    let host = options.host
    let example = showCurl ? try await CurlExample(store: store, clock: clock) : nil
    let server = components.application(host: host, port: options.port, logger: logger) { port in
      // Not `print`, which keeps the line back when the output is a file or a pipe.
      let text = "adyton: ready at http://\(host):\(port)\n\(example?.text(host: host, port: port) ?? "")"
      FileHandle.standardOutput.write(Data(text.utf8))
    }
    try await server.runService(gracefulShutdownSignals: [.sigterm, .sigint])
    try store.close()
  }
}
