import Catalog
import Foundation
import ObjectStorage
import S3TestSupport

@testable import Dialects
@testable import Warehouse

/// An engine and a signal store of their own, on a folder by default. They are removed with the last reference.
final class TestWarehouse: Sendable {
  static let instanceID = "test-instance"

  let folder: URL
  let storage: any ObjectStorage
  /// The owner of the storage, which keeps it alive.
  private let owner: AnyTestStorage?
  let store: SignalStore
  let settings: EngineSettings

  convenience init(now: @escaping @Sendable () -> Date = { Date() }) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-tests-\(UUID().uuidString)")
    self.init(folder: folder, storage: try LocalFolderStorage(root: folder.appending(path: "objects")), now: now)
  }

  /// A warehouse on that kind of storage.
  convenience init(on kind: StorageKind, now: @escaping @Sendable () -> Date = { Date() }) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adyton-tests-\(UUID().uuidString)")
    let owner = try await AnyTestStorage(kind)
    self.init(folder: folder, storage: owner.storage, owner: owner, now: now)
  }

  private init(
    folder: URL, storage: any ObjectStorage, owner: AnyTestStorage? = nil, now: @escaping @Sendable () -> Date
  ) {
    self.folder = folder
    self.owner = owner
    self.storage = storage
    store = SignalStore(storage: storage, now: now)
    settings = EngineSettings(threads: 2, memoryLimitBytes: 512 << 20, spillFolder: folder.appending(path: "spill"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var engine: DuckDBEngine { get throws { try DuckDBEngine(settings: settings) } }

  /// Writes the rows of a trusted statement as a part of a table.
  @discardableResult
  func publish(
    _ select: String, to table: String, day: Int? = nil, mode: SignalStore.PublishMode = .append
  ) async throws -> SignalManifest {
    let area = try await storage.stage()
    let file = try area.file("part.parquet")
    let rows = try await TrustedSession.with(settings, folders: [area.folder]) { session in
      try await session.rows("COPY (\(select)) TO '\(file.url.path)' (\(ParquetOptions.signals))")
    }
    let part = StagedPart(file: file, day: day, rowCount: rows.first?.first?.integer ?? 0)
    return try await store.publish([part], to: table, instanceID: Self.instanceID, mode: mode)
  }

  /// The rows of a Parquet file, or of several; columns are read as they are.
  func rows(_ select: String, of locations: [EngineLocation]) async throws -> [[EngineValue]] {
    try await TrustedSession.with(settings, files: locations) { session in
      try await session.execute(
        "CREATE VIEW data AS FROM read_parquet(\(SQLText.list(locations.map(\.path))), hive_partitioning = false)")
      return try await session.rows(select)
    }
  }

  /// The rows of a table as it is now.
  func rows(_ select: String, ofTable table: String) async throws -> [[EngineValue]] {
    try await rows(select, of: store.snapshot(instanceID: Self.instanceID).files(of: table, days: nil))
  }

  /// A query that reads these sources.
  func query(_ sql: String, sources: [EmittedSource] = []) -> EmittedQuery {
    EmittedQuery(sql: sql, sources: sources, columns: [])
  }

  /// A source of that name over the table of the same name.
  func source(_ name: String, _ columns: [(String, SQLType)], days: ClosedRange<Int>? = nil) -> EmittedSource {
    let columns = columns.map { OutputColumn(name: $0, type: $1) }
    return EmittedSource(name: name, table: name, days: days, storedRows: nil, columns: columns)
  }

  /// The location of a result.
  func output(_ name: String = "result.parquet") throws -> EngineLocation {
    try FileManager.default.createDirectory(at: folder.appending(path: "out"), withIntermediateDirectories: true)
    return EngineLocation(path: folder.appending(path: "out/\(name)").path)
  }

  var snapshot: SignalSnapshot { store.snapshot(instanceID: Self.instanceID) }
}
