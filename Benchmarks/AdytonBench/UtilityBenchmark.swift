import ArgumentParser
import Base
import Catalog
import CleanRoom
import DifferentialPrivacy
import Foundation
import ObjectStorage
import Queries
import Warehouse

/// Four reports of an analyst in noise mode and in threshold mode, and exactly: the error of their figures, and the
/// time that they take. `bench.py` puts OpenDP's noise beside them.
struct UtilityBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "utility")

  @OptionGroup var sandbox: SandboxOptions

  @Option(help: "How often each report runs in each mode, after one run that is not measured.")
  var rounds = 5

  @Option(help: "Threads of the engine.")
  var threads = 2

  @Option(help: "How many answers, each with noise of its own, the errors are taken from.")
  var answers = 20

  /// A report as a careful analyst writes it: with the part of each user capped. Its first figure counts users.
  private struct Report {
    var name: String
    var sql: String
    /// The number of keys, which are the first columns.
    var keyCount = 1
  }

  private static let reports = [
    Report(
      name: "campaign report",
      sql: """
        SELECT campaign, COUNT(*) AS users, SUM(n) AS impressions
        FROM (SELECT campaign, user_id, LEAST(SUM(impressions), 10) AS n FROM dsp_impressions
          WHERE user_id IS NOT NULL GROUP BY campaign, user_id)
        GROUP BY campaign
        """),
    Report(
      name: "reach and frequency",
      sql: """
        SELECT frequency, COUNT(*) AS users
        FROM (SELECT user_id, LEAST(SUM(impressions), 10) AS frequency FROM dsp_impressions
          WHERE user_id IS NOT NULL GROUP BY user_id)
        GROUP BY frequency
        """),
    Report(
      name: "path to conversion",
      sql: """
        SELECT path, COUNT(*) AS users, SUM(bought) AS buyers
        FROM (SELECT seen.user_id, path, IF(c.user_id IS NULL, 0, 1) AS bought
          FROM (SELECT user_id, ARRAY_TO_STRING(ARRAY_SORT(COLLECT(DISTINCT device_type)), ' > ') AS path
            FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id) seen
          LEFT JOIN (SELECT user_id, COUNT(*) AS n FROM amazon_attributed_events_by_conversion_time GROUP BY user_id) c
          ON seen.user_id = c.user_id)
        GROUP BY path
        """),
    Report(
      name: "overlap",
      sql: """
        SELECT saw_ads, searched, COUNT(*) AS users
        FROM (SELECT user_id, MAX(ads) AS saw_ads, MAX(search) AS searched
          FROM (SELECT user_id, 1 AS ads, 0 AS search FROM dsp_impressions WHERE user_id IS NOT NULL
            UNION ALL
            SELECT user_id, 0 AS ads, 1 AS search FROM sponsored_ads_traffic WHERE user_id IS NOT NULL)
          GROUP BY user_id)
        GROUP BY saw_ads, searched
        """, keyCount: 2),
  ]

  private struct Measured: Encodable {
    var name: String
    var keyCount: Int
    /// The files with the rows, as CSV; with noise, those of each answer.
    var exact: [String] = []
    var noisy: [[String]] = []
    /// The standard deviation of the noise of each figure.
    var standardErrors: [Double]
    var noiseSeconds: [Double] = []
    var thresholdSeconds: [Double] = []
  }

  private struct Output: Encodable {
    var epsilon: Double
    var delta: Double
    /// The loss of a query, which its figures share equally.
    var rho: Double
    var reports: [Measured]
  }

  func run() async throws {
    let root = sandbox.root
    let folder = root.appending(path: "objects", directoryHint: .isDirectory)
    let objects = try LocalFolderStorage(root: folder)
    let settings = EngineSettings(threads: threads, spillFolder: root.appending(path: "spill"))
    let engine = try DuckDBEngine(settings: settings)
    let noise = NoiseSettings()
    func service(_ noise: any InstanceNoise) -> EngineQueryService {
      EngineQueryService(
        engine: engine, signals: SignalStore(storage: objects), objects: objects, noise: noise, now: { Date() })
    }
    let (threshold, noisy) = (service(NoInstanceNoise()), service(FixedNoise(settings: noise)))
    let window = try sandbox.window
    var output = Output(
      epsilon: noise.queryEpsilon, delta: noise.queryDelta, rho: noise.queryLoss.rho, reports: [])
    for report in Self.reports {
      var request = QueryRequest(
        sql: report.sql, instanceID: sandbox.instance, purpose: .measurement, timeWindow: window)
      let plan = try await noisy.compile(request).noise?.columns.dropFirst(report.keyCount) ?? []
      var measured = Measured(
        name: report.name, keyCount: report.keyCount, standardErrors: plan.map { $0.standardError ?? 0 })
      for seed in 0..<answers {
        let prefix = "bench/noise/\(output.reports.count)/\(seed)"
        let shown = try await runNoisy(noisy, request, prefix, seed: seed, objects)
        measured.noisy.append(shown.csvKeys.map { folder.appending(path: $0).path })
      }
      for round in 0...rounds {
        let a = try await ContinuousClock.seconds {
          _ = try await runNoisy(noisy, request, "bench/noise/again", seed: round, objects)
        }
        let b = try await ContinuousClock.seconds {
          _ = try await threshold.compile(request).runReport(
            outputPrefix: "bench/noise/threshold", review: { _ in [] }, progress: { _ in })
        }
        guard round > 0 else { continue }
        measured.noiseSeconds.append(a)
        measured.thresholdSeconds.append(b)
      }
      request.controls.areDisabled = true
      let exact = try await threshold.compile(request).runReport(
        outputPrefix: "bench/noise/\(output.reports.count)/exact", seed: nil, progress: { _ in })
      measured.exact = exact.csvKeys.map { folder.appending(path: $0).path }
      output.reports.append(measured)
    }
    print(try JSONEncoder.canonical.text(of: output))
  }

  private func runNoisy(
    _ service: EngineQueryService, _ request: QueryRequest, _ prefix: String, seed: Int,
    _ objects: LocalFolderStorage
  ) async throws -> ReportResult {
    // A kept answer would be given again.
    try await objects.deleteAll(under: ObjectKey("instances/\(sandbox.instance)/answers"))
    let query = try await service.compile(request)
    guard let question = try await query.question() else { throw ValidationError("The report has no noise.") }
    // No secret: the benchmark has no ledger, and its figures are the same each time.
    let bytes = NoiseQuestion(parts: ["\(seed)", request.sql], cost: question.cost).fingerprint
    return try await query.runReport(outputPrefix: prefix, seed: NoiseSeed(bytes: bytes), progress: { _ in })
  }
}

/// Noise mode for every instance.
private struct FixedNoise: InstanceNoise {
  let settings: NoiseSettings

  func noise(for instanceID: String) -> PopulationNoise? {
    PopulationNoise(population: "bench", settings: settings)
  }
}
