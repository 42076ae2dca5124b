import Dialects
import Foundation
import ObjectStorage
public import Warehouse

/// Measures how long the engine needs just to write the rows of a sandbox: the yardstick for a generator that runs
/// inside the engine.
public struct CopyComparison: Sendable {
  private let store: SignalStore
  private let engine: EngineSettings

  /// A comparison with the tables in the store.
  public init(store: SignalStore, engine: EngineSettings) {
    self.store = store
    self.engine = engine
  }

  /// Reads the files of each table into memory, one by one, and writes each again with the same options.
  ///
  /// - Returns: The seconds that the writing took; reading does not count.
  /// - Throws: `EngineError`, `StorageError`.
  public func seconds(for statistics: SandboxStatistics, instanceID: String) async throws -> Double {
    let snapshot = store.snapshot(instanceID: instanceID)
    let area = try await store.storage.stage()
    defer { area.discard() }
    let copy = SQLText.string(try area.location(of: "copy.parquet").path)
    var total = Duration.zero
    for table in statistics.tables {
      let files = try await snapshot.files(of: table.name, days: nil)
      total += try await TrustedSession.with(engine, files: files, folders: [area.folder]) { session in
        var spent = Duration.zero
        for file in files {
          try await session.execute(
            "CREATE OR REPLACE TABLE held AS "
              + "FROM read_parquet(\(SQLText.string(file.path)), hive_partitioning = false)")
          let start = ContinuousClock.now
          try await session.execute("COPY held TO \(copy) (\(ParquetOptions.signals))")
          spent += start.duration(to: .now)
        }
        return spent
      }
    }
    return total / .seconds(1)
  }
}
