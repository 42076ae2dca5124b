public import Catalog
import Foundation
import ObjectStorage
public import Warehouse

/// Makes a sandbox: synthetic signals of an instance in all of its tables, joined to each other as real ones are, and
/// the identity graph of the people behind them.
///
/// Everything is made inside the engine, a day at a time. Memory therefore grows with users and conversions, not with
/// impressions. `GroundTruth` describes the content of the rows. The same settings make the same files, byte for byte,
/// with the same release of the engine.
///
///     let settings = try SandboxSettings(users: 20_000, days: 30, endDate: "2025-01-30")
///     let statistics = try await SandboxGenerator(settings, store: store, engine: engineSettings)
///       .generate(instanceID: "amcdemo")
public struct SandboxGenerator: Sendable {
  private let store: SignalStore
  private let engine: EngineSettings
  private let settings: SandboxSettings
  private let tables: SandboxTables

  /// A generator that writes into a store.
  ///
  /// - Throws: `SandboxRecipeError` if the catalogue has columns that the sandbox does not fill.
  public init(
    _ settings: SandboxSettings, store: SignalStore, engine: EngineSettings, catalogue: Catalogue = .standard
  ) throws(SandboxRecipeError) {
    self.settings = settings
    self.store = store
    self.engine = engine
    tables = try SandboxTables(catalogue.dataSources, settings: settings)
  }

  /// The largest number of users for which no table has more than one row group a day. The distribution of rows over
  /// several groups depends on which thread of the engine is first. Larger sandboxes are therefore made by one thread:
  /// the same settings must make the same files.
  static let parallelUserLimit = 100_000

  /// Makes the sandbox, replacing the present content of the instance's tables. Tables change one after the other, each
  /// in one step, and only after all of them are made.
  ///
  /// - Parameters:
  ///   - willPublish: Called before the first table changes. From then until the end the tables may not fit each other.
  ///   - progress: Called with rising fractions from 0 to 1.
  /// - Throws: `EngineError`, `StorageError`, `CancellationError`; errors of `willPublish`.
  public func generate(
    instanceID: String, willPublish: @Sendable () async throws -> Void = {},
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> SandboxStatistics {
    let start = ContinuousClock.now
    let area = try await store.storage.stage()
    defer { area.discard() }
    var engine = engine
    if settings.users > Self.parallelUserLimit { engine.threads = 1 }
    let parts = try await TrustedSession.with(engine, folders: [area.folder], keepsJoinOrder: true) { session in
      let work = SandboxWork(settings: settings, tables: tables, area: area, session: session)
      return try await work.run(progress)
    }
    try await willPublish()
    var statistics = SandboxStatistics()
    for (source, staged) in parts {
      try Task.checkCancellation()
      let manifest = try await store.publish(staged, to: source.baseName, instanceID: instanceID, mode: .replace)
      statistics.tables.append(
        SandboxStatistics.Table(
          name: source.name, rowCount: manifest.rowCount, byteCount: manifest.byteCount,
          fileCount: manifest.files.count))
    }
    let sandbox = IdentityManifest.Sandbox(
      users: settings.users, seed: settings.seed, lastDay: settings.lastDay.text,
      movingDays: settings.movesWithClock ? settings.days : nil)
    let graph = try await IdentityLoader(store: IdentityStore(storage: store.storage), settings: engine)
      .replace(SandboxPeople(sandbox).known, of: .sandbox(instanceID: instanceID), sandbox: sandbox)
    statistics.peopleCount = graph.userCount
    let elapsed = start.duration(to: .now)
    statistics.seconds = elapsed / .seconds(1)
    return statistics
  }
}
