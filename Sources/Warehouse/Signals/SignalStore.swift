import Base
public import Catalog
public import Foundation
public import ObjectStorage

/// The signals of all instances: Parquet files in an object storage, with a manifest a table that says which of them
/// are the table.
///
/// The manifest changes in one step, so that a load of many files is seen whole or not at all, even when it is killed
/// halfway. Changes of one table wait for each other, across processes; reading never waits.
public struct SignalStore: Sendable {
  /// How long files stay that a load replaced, in seconds, for queries that began before it.
  public static let retirementSeconds = 6 * 3600.0

  /// How many files of a load are moved at the same time, and how many of a query are fetched.
  static let concurrentMoves = 16

  /// Where everything is.
  public let storage: any ObjectStorage
  private let now: @Sendable () -> Date
  private let makeName: @Sendable () -> String

  /// A store in that storage. `now` is the clock; `makeName` gives each new file a name that no other has;
  /// by default a random one.
  public init(
    storage: any ObjectStorage, now: @escaping @Sendable () -> Date = { Date() },
    makeName: (@Sendable () -> String)? = nil
  ) {
    self.storage = storage
    self.now = now
    self.makeName = makeName ?? { RandomIdentifierGenerator.uuid() }
  }

  /// How rows come into a table.
  public enum PublishMode: Sendable, Hashable, CaseIterable {
    /// They join those that are there.
    case append
    /// They replace those that are there.
    case replace
  }

  /// The manifest of a table, which is empty where nothing was ever loaded.
  public func manifest(of table: String, instanceID: String) async throws(StorageError) -> SignalManifest {
    try await Self.folder(of: table, instanceID: instanceID).manifest(in: storage).manifest
  }

  /// The instance's tables as they are from the moment that each is first asked for: what one query reads.
  public func snapshot(instanceID: String) -> SignalSnapshot {
    SignalSnapshot(store: self, instanceID: instanceID)
  }

  /// Makes staged files part of a table, all of them in one step, and removes files that have not been part of it for
  /// long. Returns the new manifest.
  @discardableResult
  package func publish(
    _ parts: [StagedPart], to table: String, instanceID: String, mode: PublishMode
  ) async throws -> SignalManifest {
    let folder = try Self.folder(of: table, instanceID: instanceID)
    return try await storage.withLock(folder.manifestKey()) {
      var (old, version) =
        switch mode {
        case .append: try await folder.manifest(in: storage)
        case .replace: try await folder.manifestToReplace(in: storage)
        }
      if version == nil { version = try await folder.begin(old, in: storage) }
      old.retired.removeAll(where: isPastRetirement)
      try await folder.removeStrays(old, in: storage)
      let added = try await move(parts, to: folder)
      let new = next(after: old, adding: added, mode: mode)
      try await folder.put(new, replacing: version, in: storage)
      return new
    }
  }

  static func folder(
    of table: String, instanceID: String
  ) throws(StorageError) -> ManifestFolder<SignalManifest> {
    ManifestFolder(prefix: try SignalKeys(instanceID: instanceID).table(table))
  }

  /// The manifest that follows on `old`.
  private func next(
    after old: SignalManifest, adding added: [SignalManifest.File], mode: PublishMode
  ) -> SignalManifest {
    var new = old
    new.generation += 1
    if mode == .replace {
      new.retired += old.files.map { SignalManifest.RetiredFile(name: $0.name, retiredAt: now()) }
      new.files = []
    }
    new.files = (new.files + added).sorted { $0.name < $1.name }
    return new
  }

  private func isPastRetirement(_ file: SignalManifest.RetiredFile) -> Bool {
    now().timeIntervalSince(file.retiredAt) >= Self.retirementSeconds
  }

  /// Gives the files their keys. As long as no manifest lists them, they do not count.
  private func move(
    _ parts: [StagedPart], to folder: ManifestFolder<SignalManifest>
  ) async throws -> [SignalManifest.File] {
    // Most of the time goes into waiting for the disk, which takes several files at once as well as one.
    try await ConcurrentWork.map(parts, atOnce: Self.concurrentMoves) { (_, part) throws(StorageError) in
      let day = part.day.map { "day=\(UTCDay(number: $0).text)/" } ?? ""
      let name = "\(day)part-\(makeName()).parquet"
      let digest = try await storage.publishWithDigest(part.file, as: try folder.file(name))
      return SignalManifest.File(
        name: name, day: part.day, rowCount: part.rowCount, byteCount: digest.byteCount, sha256: digest.sha256)
    }
  }
}

/// A finished Parquet file on its way into a table.
package struct StagedPart: Sendable {
  /// The file.
  package var file: StagedFile
  /// The UTC day of all its rows, as days since 1970-01-01; nil in tables without an event time.
  package var day: Int?
  /// How many rows it has.
  package var rowCount: Int

  package init(file: StagedFile, day: Int?, rowCount: Int) {
    self.file = file
    self.day = day
    self.rowCount = rowCount
  }
}

/// The tables of an instance as they were when each was first asked for, so that a query which reads a table twice
/// reads the same.
public actor SignalSnapshot: SignalFiles {
  private let store: SignalStore
  let instanceID: String
  private var manifests: [String: SignalManifest] = [:]
  private var rowManifests: [String: RowManifest] = [:]

  init(store: SignalStore, instanceID: String) {
    self.store = store
    self.instanceID = instanceID
  }

  /// The files of a table; see `SignalFiles`.
  public func files(of table: String, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] {
    do throws(StorageError) {
      let folder = try SignalStore.folder(of: table, instanceID: instanceID)
      let wanted = try await manifest(of: table).files(in: days).map(\.listed)
      return try await folder.locations(of: wanted, in: store.storage, for: .query)
    } catch {
      throw error.about(table)
    }
  }

  /// The files of rows beside the signals; see `SignalFiles`.
  public func files(of rows: StoredRows, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] {
    let folder = try RowFolder(rows.folder, instanceID: instanceID)
    let manifest = try await manifest(of: rows.folder, in: folder)
    let files =
      switch rows.derivation {
      case .allRows: manifest.files(in: days, asOf: rows.asOf)
      // Whoever is a member can have come at any time, and the entries say when.
      case .currentMembers: manifest.files
      }
    return try await folder.locations(of: files.map(\.listed), in: store.storage, for: .query)
  }

  func manifest(of table: String) async throws(StorageError) -> SignalManifest {
    if let known = manifests[table] { return known }
    let read = try await store.manifest(of: table, instanceID: instanceID)
    // While it was read, another call may have read it as well; the first one counts.
    let first = manifests[table] ?? read
    manifests[table] = first
    return first
  }

  func manifest(of name: String, in folder: RowFolder) async throws(StorageError) -> RowManifest {
    if let known = rowManifests[name] { return known }
    let read = try await folder.manifest(in: store.storage).manifest
    let first = rowManifests[name] ?? read
    rowManifests[name] = first
    return first
  }
}
