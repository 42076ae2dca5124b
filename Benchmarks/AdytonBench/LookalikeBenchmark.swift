import ArgumentParser
import Catalog
import CleanRoom
import Foundation
import ObjectStorage
import Privacy
import Queries
import Sandbox
import Warehouse

/// Lookalikes in a sandbox: the users outside the seed who come to its product later on, and the scores of held-out
/// users, for comparison with another implementation.
struct LookalikeBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "lookalike")

  @Option(help: "The data folder of a sandbox.")
  var data: String

  @Option(help: "The instance.")
  var instance: String

  @Option(help: "The first day of the seed's window, as yyyy-MM-dd.")
  var from: String

  @Option(help: "The day after the last one. What users do from then on is what the lookalikes are to predict.")
  var to: String

  @Option(help: "The file to write for the held-out users' scores.")
  var scores: String

  @Option(help: "Threads of the engine.")
  var threads = 2

  @Option(name: .customLong("memory-mib"), help: "Memory of the engine, in MiB.")
  var memoryMiB = 2048

  private static let reaches = ["MOST_SIMILAR", "SIMILAR", "BALANCED", "BROAD", "MOST_BROAD"]
  private static let fullSizes = [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000]

  private struct Result: Encodable {
    struct Reach: Encodable {
      var reach: String
      var members: Int
      var lift: Double
      var seconds: Double
      var peakMemoryMiB: Int
    }

    var seeds: Int
    var candidates: Int
    var converters: Int
    var features: [String]
    var reaches: [Reach]
  }

  func run() async throws {
    let root = URL(filePath: data, directoryHint: .isDirectory)
    let objects = try LocalFolderStorage(root: root.appending(path: "objects", directoryHint: .isDirectory))
    let settings = EngineSettings(
      threads: threads, memoryLimitBytes: memoryMiB << 20, spillFolder: root.appending(path: "spill"))
    let signals = SignalStore(storage: objects)
    let service = EngineQueryService(
      engine: try DuckDBEngine(settings: settings), signals: signals, objects: objects, now: { Date() })
    var runs: [(members: Int, seconds: Double, peak: Int)] = []
    for place in Self.reaches.indices {
      PeakMemory.forget()
      let start = ContinuousClock.now
      let outcome = try await service.runLookalike(try request(place), outputPrefix: "bench/like-\(place)") { _ in }
      guard case .members(let count) = outcome else { throw ValidationError("No lookalikes: \(outcome).") }
      runs.append((count, start.duration(to: .now) / .seconds(1), PeakMemory.mebibytes))
    }
    let area = try await objects.stage()
    defer { area.discard() }
    guard case .ready(let search) = try await service.gather(try request(0), in: area) else {
      throw ValidationError("The seed cannot be learnt from.")
    }
    let own = try area.location(of: "scores.csv")
    let features = try await LookalikeEvaluation(settings: settings, search: search).run(writingTo: own)
    try? FileManager.default.removeItem(atPath: scores)
    try FileManager.default.copyItem(atPath: own.path, toPath: scores)
    let census = try await census(objects, signals, settings, area)
    let base = Double(census.converters) / Double(max(census.candidates, 1))
    let result = Result(
      seeds: census.seeds, candidates: census.candidates, converters: census.converters, features: features,
      reaches: zip(Self.reaches.indices, runs).map { place, run in
        Result.Reach(
          reach: Self.reaches[place], members: run.members,
          lift: Double(census.found[place]) / Double(max(run.members, 1)) / base, seconds: run.seconds,
          peakMemoryMiB: run.peak)
      })
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }

  /// Those who had to do with the admired product, and the size of a reach where the operator has set nothing.
  private func request(_ place: Int) throws -> LookalikeRequest {
    LookalikeRequest(
      seed: QueryRequest(
        sql: "SELECT user_id FROM conversions_for_audiences WHERE tracked_item = '\(GroundTruth.admiredASIN)'",
        instanceID: instance, purpose: .audience(.display),
        timeWindow: try TimeWindow(from: from, to: to)),
      seedSizes: 500...500_000,
      sizing: LookalikeSizing(fullSizes: Self.fullSizes, index: place, scale: nil, minimumSize: 2_000))
  }

  private struct Census {
    var seeds: Int
    var candidates: Int
    /// Candidates who come to the product after the seed's window.
    var converters: Int
    /// How many of them are among the members of each reach.
    var found: [Int]
  }

  private func census(
    _ objects: LocalFolderStorage, _ signals: SignalStore, _ settings: EngineSettings, _ area: StagingArea
  ) async throws -> Census {
    let users = try area.location(of: LookalikeEvaluation.userFile)
    let first = Int(try TimeWindow(from: from, to: to).end.timeIntervalSince1970) / 86_400
    let conversions = try await signals.snapshot(instanceID: instance).files(
      of: "conversions", days: first...(first + 1_000))
    var members: [EngineLocation] = []
    for place in Self.reaches.indices {
      members.append(try await objects.engineLocation(of: ObjectKey("bench/like-\(place)/members.parquet")))
    }
    let list = { (files: [EngineLocation]) in "[\(files.map { "'\($0.path)'" }.joined(separator: ", "))]" }
    let counts = members.map { "count(*) FILTER (WHERE user_id IN (FROM read_parquet('\($0.path)')))" }
    return try await TrustedSession.with(settings, files: conversions + members + [users]) { session in
      let sizes = try await session.rows(
        "SELECT count(*) FILTER (WHERE is_seed), count(*) FILTER (WHERE NOT is_seed) FROM read_parquet('\(users.path)')"
      )
      let found = try await session.rows(
        """
        SELECT count(*), \(counts.joined(separator: ", ")) FROM read_parquet('\(users.path)')
        WHERE NOT is_seed AND user_id IN (
          SELECT user_id FROM read_parquet(\(list(conversions)), hive_partitioning = false)
          WHERE tracked_item = '\(GroundTruth.admiredASIN)')
        """)
      let numbers = found.first?.map { $0.integer ?? 0 } ?? []
      return Census(
        seeds: sizes[0][0].integer ?? 0, candidates: sizes[0][1].integer ?? 0, converters: numbers.first ?? 0,
        found: Array(numbers.dropFirst()))
    }
  }
}
