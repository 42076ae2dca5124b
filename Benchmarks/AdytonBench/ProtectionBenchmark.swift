import ArgumentParser
import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import Warehouse

/// The cost of the thresholds: the same measurement with and without aggregation controls, in turn, on the same events.
struct ProtectionBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "protection")

  @Option(help: "A folder for the events; it is made where there is none, and the events as well.")
  var data: String

  @Option(help: "How many impressions there are.")
  var events = 1_000_000

  @Option(help: "How many pairs are measured, after one that is not.")
  var pairs = 5

  @Option(help: "Threads of the engine.")
  var threads = 2

  @Option(help: "The memory that the engine may use, in MiB.")
  var memoryMiB = 4096

  private static let queries = [
    (
      "one aggregation",
      """
      SELECT campaign, device_type, SUM(impressions) AS impressions, SUM(total_cost) AS cost,
        COUNT(DISTINCT user_id) AS reach
      FROM dsp_impressions GROUP BY campaign, device_type
      """
    ),
    (
      "nested query",
      """
      WITH per_user AS (
        SELECT user_id, campaign, SUM(impressions) AS frequency, SUM(total_cost) AS cost
        FROM dsp_impressions GROUP BY user_id, campaign)
      SELECT campaign, CASE WHEN frequency < 5 THEN '1 to 4' WHEN frequency < 10 THEN '5 to 9' ELSE 'more' END AS bucket,
        COUNT(DISTINCT user_id) AS users, SUM(frequency) AS impressions, SUM(cost) AS cost
      FROM per_user GROUP BY 1, 2
      """
    ),
  ]

  private struct Result: Encodable {
    var query: String
    var protected: [Double]
    var unprotected: [Double]
    /// Of compiling with aggregation controls.
    var compileSeconds: Double
    var rows: Int
  }

  private struct Report: Encodable {
    var events: Int
    var results: [Result]
    /// The most memory that the process has had, the making of the events aside.
    var peakMemoryMiB: Int
  }

  func run() async throws {
    let signals = try await BenchmarkSignals.make(
      in: URL(filePath: data, directoryHint: .isDirectory), events: events, settings: settings)
    PeakMemory.forget()
    var results: [Result] = []
    for (name, sql) in Self.queries { results.append(try await measure(name, sql, signals)) }
    let report = Report(events: events, results: results, peakMemoryMiB: PeakMemory.mebibytes)
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  private var settings: EngineSettings {
    EngineSettings(
      threads: threads, memoryLimitBytes: memoryMiB << 20,
      spillFolder: URL(filePath: data, directoryHint: .isDirectory).appending(path: "spill"))
  }

  private func measure(_ name: String, _ sql: String, _ signals: BenchmarkSignals) async throws -> Result {
    var disabled = AggregationControls()
    disabled.areDisabled = true
    let context = BindingContext(timeWindow: signals.window, now: signals.window.end)
    let start = ContinuousClock.now
    let protected = try await QueryCompiler().compile(sql, for: .measurement, in: context).query
    let compileSeconds = start.duration(to: .now) / .seconds(1)
    let unprotected = try await QueryCompiler().compile(sql, for: .measurement, in: context, controls: disabled).query
    let engine = try DuckDBEngine(settings: settings)
    var result = Result(query: name, protected: [], unprotected: [], compileSeconds: compileSeconds, rows: 0)
    for pair in 0...pairs {
      let (ours, rows) = try await seconds(protected, engine, signals)
      let (theirs, allRows) = try await seconds(unprotected, engine, signals)
      // All groups are large, so that nothing is filtered: both do the same work for the same rows.
      guard rows == allRows else { throw ValidationError("\(name): \(rows) rows with controls, \(allRows) without.") }
      result.rows = rows
      if pair > 0 {
        result.protected.append(ours)
        result.unprotected.append(theirs)
      }
    }
    return result
  }

  private func seconds(
    _ query: EmittedQuery, _ engine: DuckDBEngine, _ signals: BenchmarkSignals
  ) async throws -> (seconds: Double, rows: Int) {
    let area = try await signals.store.storage.stage()
    defer { area.discard() }
    let output = try area.location(of: "result.parquet")
    let start = ContinuousClock.now
    let rows = try await engine.run(query, signals: signals.snapshot, output: output)
    return (start.duration(to: .now) / .seconds(1), rows)
  }
}
