import ArgumentParser
import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import Warehouse

/// The cost of checksums: the same measurement over files that are compared with them in each of the ways that a server
/// can be set to, in turn.
struct VerificationBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "verification")

  @Option(help: "A folder for the events; it is made where there is none, and the events as well.")
  var data: String

  @Option(help: "How many impressions there are.")
  var events = 1_000_000

  @Option(help: "How many rounds are measured, after one that is not.")
  var rounds = 9

  private static let query = """
    SELECT campaign, device_type, SUM(impressions) AS impressions, SUM(total_cost) AS cost,
      COUNT(DISTINCT user_id) AS reach
    FROM dsp_impressions GROUP BY campaign, device_type
    """

  private struct Report: Encodable {
    var events: Int
    var byteCount: Int
    /// Seconds of each round, by the way in which files are checked.
    var seconds: [String: [Double]]
    /// Seconds of the first query of a process, with its checks.
    var firstSeconds: Double
  }

  func run() async throws {
    let root = URL(filePath: data, directoryHint: .isDirectory)
    let settings = EngineSettings(threads: 2, memoryLimitBytes: 4 << 30, spillFolder: root.appending(path: "spill"))
    let made = try await BenchmarkSignals.make(in: root, events: events, settings: settings)
    let context = BindingContext(timeWindow: made.window, now: made.window.end)
    let query = try await QueryCompiler().compile(Self.query, for: .measurement, in: context).query
    let engine = try DuckDBEngine(settings: settings)
    var report = Report(events: events, byteCount: 0, seconds: [:], firstSeconds: 0)
    var signals: [ReadVerification: BenchmarkSignals] = [:]
    for mode in ReadVerification.allCases {
      let storage = try LocalFolderStorage(root: root.appending(path: "objects-\(events)"), verification: mode)
      signals[mode] = BenchmarkSignals(store: SignalStore(storage: storage))
    }
    for round in 0...rounds {
      for (mode, signals) in signals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        let seconds = try await seconds(query, engine, signals)
        if round > 0 { report.seconds[mode.rawValue, default: []].append(seconds) }
        if round == 0, mode == .changed { report.firstSeconds = seconds }
      }
    }
    report.byteCount = try await made.byteCount
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  private func seconds(
    _ query: EmittedQuery, _ engine: DuckDBEngine, _ signals: BenchmarkSignals
  ) async throws -> Double {
    let area = try await signals.store.storage.stage()
    defer { area.discard() }
    let output = try area.location(of: "result.parquet")
    let start = ContinuousClock.now
    _ = try await engine.run(query, signals: signals.snapshot, output: output)
    return start.duration(to: .now) / .seconds(1)
  }
}
