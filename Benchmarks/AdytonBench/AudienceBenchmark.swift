import ArgumentParser
import Catalog
import CleanRoom
import Foundation
import ObjectStorage
import Privacy
import Queries
import Warehouse

/// An audience query through Adyton, and the same written by hand for DuckDB on the same files, in turn.
struct AudienceBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "audience")

  @OptionGroup var sandbox: SandboxOptions

  @Option(help: "How many pairs are measured, after one that is not.")
  var pairs = 9

  @Option(help: "Threads of the engine.")
  var threads = 2

  private static let query = """
    SELECT user_id FROM dsp_impressions_for_audiences
    WHERE campaign_id IS NOT NULL AND device_type <> 'none'
    GROUP BY user_id HAVING SUM(impressions) >= 2
    """

  func run() async throws {
    let root = sandbox.root
    let objects = try LocalFolderStorage(root: root.appending(path: "objects", directoryHint: .isDirectory))
    let settings = EngineSettings(threads: threads, spillFolder: root.appending(path: "spill"))
    let store = SignalStore(storage: objects)
    let service = EngineQueryService(
      engine: try DuckDBEngine(settings: settings), signals: store, objects: objects, now: { Date() })
    let window = try sandbox.window
    let request = QueryRequest(
      sql: Self.query, instanceID: sandbox.instance, purpose: .audience(.display), timeWindow: window)
    var ours: [Double] = []
    var theirs: [Double] = []
    var counts: Set<Int> = []
    for pair in 0...pairs {
      let a = try await ContinuousClock.seconds {
        counts.insert(try await service.runAudience(request, outputPrefix: "bench/audience") { _ in })
      }
      let b = try await ContinuousClock.seconds { counts.insert(try await byHand(store, objects, settings, window)) }
      if pair > 0 {
        ours.append(a)
        theirs.append(b)
      }
    }
    guard counts.count == 1, let users = counts.first else {
      throw ValidationError("The two ways found different numbers of users: \(counts.sorted()).")
    }
    print(#"{"users": \#(users), "adyton": \#(ours), "duckdb": \#(theirs)}"#)
  }

  /// The query that an engineer with access to the files would write.
  private func byHand(
    _ store: SignalStore, _ objects: LocalFolderStorage, _ settings: EngineSettings, _ window: TimeWindow
  ) async throws -> Int {
    let first = Int(window.start.timeIntervalSince1970) / 86_400
    let last = Int(window.end.timeIntervalSince1970) / 86_400 - 1
    let snapshot = store.snapshot(instanceID: sandbox.instance)
    let impressions = try await snapshot.files(of: "dsp_impressions", days: first...last)
    let preferences = try await snapshot.files(of: "user_preferences", days: nil)
    let area = try await objects.stage()
    defer { area.discard() }
    let output = try area.location(of: "members.parquet")
    let list = { (files: [EngineLocation]) in "[\(files.map { "'\($0.path)'" }.joined(separator: ", "))]" }
    let statement = """
      COPY (
        SELECT user_id FROM read_parquet(\(list(impressions)), hive_partitioning = false)
        WHERE campaign_id IS NOT NULL AND device_type <> 'none' AND deal_id IS NULL AND user_id_type = 'adUserId'
          AND user_id IS NOT NULL
          AND impression_dt_utc >= TIMESTAMP '\(sandbox.from) 00:00:00'
          AND impression_dt_utc < TIMESTAMP '\(sandbox.to) 00:00:00'
          AND user_id NOT IN (
            SELECT user_id FROM read_parquet(\(list(preferences))) WHERE opted_out OR excluded)
        GROUP BY user_id HAVING sum(impressions) >= 2
      ) TO '\(output.path)' (FORMAT parquet)
      """
    return try await TrustedSession.with(settings, files: impressions + preferences, folders: [area.folder]) {
      session in
      try await session.execute(statement)
      let rows = try await session.rows("SELECT count(*) FROM read_parquet('\(output.path)')")
      guard case .integer(let count) = rows[0][0] else { return -1 }
      return Int(count)
    }
  }
}
