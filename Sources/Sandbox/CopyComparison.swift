import Dialects
import Foundation
import ObjectStorage
public import Warehouse

/// Measures generation against what the engine needs just to write the same rows: the yardstick for a generator that
/// runs inside the engine.
public struct CopyComparison: Sendable {
  private let store: SignalStore
  private let engine: EngineSettings

  /// A comparison with what is in that store.
  public init(store: SignalStore, engine: EngineSettings) {
    self.store = store
    self.engine = engine
  }

  /// Holds the files of each table in memory, file by file, and writes each again with the same options. Returns the
  /// seconds that the writing took, reading not counted.
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
