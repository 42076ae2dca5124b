import ArgumentParser
import Foundation
import Logging
import Warehouse

/// The place where a server's engine runs.
enum EnginePlace: String, SettingValue, CaseIterable {
  /// Separate processes, which are shut in: what ends one of them ends nothing else.
  case workers
  /// The server.
  case inProcess = "in-process"

  static let expectation = "workers or in-process"
}

/// The workers of a server.
struct WorkerOptions: ParsableArguments {
  @Option(
    help: """
      Where queries, uploads and loads run: in worker processes that are shut in, or in-process, where whatever ends \
      one of them ends the server (ADYTON_ENGINE).
      """)
  var engine = Setting("ADYTON_ENGINE", default: EnginePlace.workers)

  @Option(help: "Workers that are kept ready for the next query (ADYTON_WARM_WORKERS).")
  var warmWorkers = Setting("ADYTON_WARM_WORKERS", default: 4)

  func validate() throws {
    _ = try (engine.value, warmCount)
  }

  private var warmCount: Int {
    get throws { try warmWorkers.value("--warm-workers", in: 0...EngineWorkers.largestWarmCount) }
  }

  /// The settings with the workers of a server. Their walls have been tried, and the first of them are getting warm.
  ///
  /// - Throws: `EngineError` where no worker can be started.
  func applied(to settings: EngineSettings, logger: Logger) async throws -> EngineSettings {
    var settings = settings
    switch try engine.value {
    case .inProcess:
      logger.warning("The engine runs in the server: a query or a file that ends the engine ends the server.")
    case .workers:
      let workers = EngineWorkers(warmCount: try warmCount, logger: logger)
      _ = try await workers.examine(in: settings.spillFolder, settings: settings)
      await workers.warmUp()
      settings.workers = workers
    }
    return settings
  }
}
