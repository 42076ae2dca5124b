import Catalog
import Dialects
import Foundation
import ObjectStorage
import S3TestSupport
import Sandbox
import Synchronization
import Warehouse
import WarehouseTestSupport

/// A sandbox in its own folder, which is removed with the last reference.
final class SandboxFixture: Sendable {
  static let instanceID = "sandbox"

  let folder: URL
  let settings: SandboxSettings
  let engine: EngineSettings
  let store: SignalStore
  let statistics: SandboxStatistics

  /// A sandbox that all tests read: made once, and large enough for shares to be near their expectation.
  static let shared = Task { try await SandboxFixture(users: 6_000, days: 17, seed: 7) }

  /// The owner of the storage, which keeps it alive.
  private let owner: AnyTestStorage
  private let opening = Mutex<Task<OpenSession, any Error>?>(nil)

  init(
    users: Int, days: Int, seed: Int, endDate: String = "2026-03-10", on kind: StorageKind = .folder,
    movesWithClock: Bool = false
  ) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-tests-\(UUID().uuidString)")
    var settings = try SandboxSettings(users: users, days: days, seed: seed, endDate: endDate)
    settings.movesWithClock = movesWithClock
    self.settings = settings
    engine = EngineSettings(threads: 2, memoryLimitBytes: 1 << 30, spillFolder: folder.appending(path: "spill"))
    owner = try await AnyTestStorage(kind)
    store = SignalStore(storage: owner.storage)
    statistics = try await SandboxGenerator(settings, store: store, engine: engine)
      .generate(instanceID: Self.instanceID)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Every data source of the catalogue, and the internal tables.
  static let sources = Catalogue.standard.dataSources.filter { !$0.isForAudiences } + InternalTables.all
  static let tables = sources.map(\.name)
  /// Tables whose files have rows of one day each.
  static let timedTables = sources.filter { $0.eventTimeColumn != nil }.map(\.name)
  /// Tables without rows on some days.
  static let rareTables = Set(
    tables.filter { $0.hasSuffix("_snapshot") } + [
      "ncs_cpg_insights_stream", "amazon_attributed_events_by_traffic_time",
    ])

  /// The rows of a statement. It can name every table of the sandbox, and every `table_files`, which has the `filename`
  /// and the `file_row_number` of each row as well.
  func rows(_ sql: String) async throws -> [[EngineValue]] {
    try await session().rows(sql)
  }

  /// One session for all statements, with a view for each table: the views take much longer to make than most
  /// statements that name them.
  private func session() async throws -> OpenSession {
    let opening = opening.withLock { opening in
      let task = opening ?? Task { [store, engine] in try await Self.open(store, engine) }
      opening = task
      return task
    }
    return try await opening.value
  }

  private static func open(_ store: SignalStore, _ engine: EngineSettings) async throws -> OpenSession {
    let snapshot = store.snapshot(instanceID: instanceID)
    var files: [String: [EngineLocation]] = [:]
    for table in tables { files[table] = try await snapshot.files(of: table, days: nil) }
    let session = try await OpenSession(engine, files: files.values.flatMap { $0 })
    for (table, locations) in files {
      let list = SQLText.list(locations.map(\.path))
      try await session.execute("CREATE VIEW \(table) AS FROM read_parquet(\(list), hive_partitioning = false)")
      try await session.execute(
        "CREATE VIEW \(table)_files AS FROM read_parquet(\(list), hive_partitioning = false, filename = true, "
          + "file_row_number = true)")
    }
    return session
  }

  /// The single number that a statement gives.
  func number(_ sql: String) async throws -> Int {
    try await rows(sql).first?.first?.integer ?? -1
  }

  /// The single fraction that a statement gives.
  func fraction(_ sql: String) async throws -> Double {
    guard case .double(let value)? = try await rows("SELECT CAST((\(sql)) AS DOUBLE)").first?.first else { return .nan }
    return value
  }

  /// The SHA-256 of every file, by table and day.
  func digests() async throws -> [String: String] {
    var files: [String: EngineLocation] = [:]
    for table in Self.tables {
      for file in try await store.manifest(of: table, instanceID: Self.instanceID).files {
        let key = try ObjectKey("instances/\(Self.instanceID)/signals/\(table)/\(file.name)")
        files["\(table) \(file.day.map(String.init) ?? "")"] = try await store.storage.engineLocation(of: key)
      }
    }
    return try await TrustedSession.with(engine, files: Array(files.values)) { [files] session in
      var digests: [String: String] = [:]
      for (name, location) in files {
        let rows = try await session.rows("SELECT sha256(content) FROM read_blob(\(SQLText.string(location.path)))")
        digests[name] = rows.first?.first?.text
      }
      return digests
    }
  }
}
