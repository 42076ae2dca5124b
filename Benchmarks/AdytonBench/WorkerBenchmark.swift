import ArgumentParser
import Catalog
import Dialects
import Foundation
import Logging
import ObjectStorage
import Privacy
import Warehouse

/// The cost of a worker: the same short query in a worker and in this process, in turn.
struct WorkerBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "workers")

  @Option(help: "A folder for the events; it is made where there is none, and the events as well.")
  var data: String

  @Option(help: "How many impressions there are.")
  var events = 10_000

  @Option(help: "How many rounds are measured, after one that is not.")
  var rounds = 40

  private static let query = "SELECT campaign, SUM(impressions) AS impressions FROM dsp_impressions GROUP BY campaign"

  private struct Report: Encodable {
    /// Seconds of each round.
    var workerSeconds: [Double] = []
    var ownSeconds: [Double] = []
    /// Seconds of a new worker, which nobody waits for while there are warm ones.
    var startSeconds: [Double] = []
  }

  func run() async throws {
    let root = URL(filePath: data, directoryHint: .isDirectory)
    var settings = EngineSettings(threads: 2, memoryLimitBytes: 1 << 30, spillFolder: root.appending(path: "spill"))
    let signals = try await BenchmarkSignals.make(in: root, events: events, settings: settings)
    let context = BindingContext(timeWindow: signals.window, now: signals.window.end)
    let query = try await QueryCompiler().compile(Self.query, for: .measurement, in: context).query
    let inProcess = try DuckDBEngine(settings: settings)
    let workers = EngineWorkers(logger: Logger(label: "adyton.bench") { _ in SwiftLogNoOpLogHandler() })
    settings.workers = workers
    let inWorkers = try DuckDBEngine(settings: settings)
    var report = Report()
    for round in 0...rounds {
      await workers.warmUp()
      let worker = try await seconds { try await run(query, inWorkers, signals) }
      let own = try await seconds { try await run(query, inProcess, signals) }
      await workers.coolDown()
      let start = try await seconds { try await run(query, inWorkers, signals) }
      guard round > 0 else { continue }
      report.workerSeconds.append(worker)
      report.ownSeconds.append(own)
      report.startSeconds.append(start - worker)
    }
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  private func seconds(_ work: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await work()
    return start.duration(to: .now) / .seconds(1)
  }

  private func run(_ query: EmittedQuery, _ engine: DuckDBEngine, _ signals: BenchmarkSignals) async throws {
    let area = try await signals.store.storage.stage()
    defer { area.discard() }
    _ = try await engine.run(query, signals: signals.snapshot, output: try await area.location(of: "result.parquet"))
  }
}
