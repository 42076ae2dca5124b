import Base
import Foundation
package import ObjectStorage

/// A folder of Parquet files with a manifest that says which of them count.
///
/// The manifest changes in one step, so that a change of many files is seen whole or not at all. Anyone who changes a
/// folder holds the lock of its manifest's key; reading never waits.
///
/// A folder has its manifest before its first file, and until its last one is gone. A manifest that the storage's
/// ledger knows and that is not there is therefore damage, and so are signals and graphs without one.
struct ManifestFolder<Manifest: FileManifest>: Sendable {
  let prefix: ObjectKey

  /// The list of the files.
  func manifestKey() throws(StorageError) -> ObjectKey { try prefix.appending(ManifestFolderKeys.manifestName) }

  /// A file, by its name in the manifest.
  func file(_ name: String) throws(StorageError) -> ObjectKey { try prefix.appending(name) }

  /// The manifest with the version that it was read at; an empty one with no version where nothing was ever written.
  ///
  /// - Throws: `storage_outdated` for one that an earlier release wrote in a format that is no longer read,
  ///   `storage_corrupt` with the damage for one that is missing, not as it was written, of another folder, or older
  ///   than the storage's ledger knows.
  func manifest(
    in storage: any ObjectStorage
  ) async throws(StorageError) -> (manifest: Manifest, version: ObjectVersion?) {
    let found = try await find(in: storage)
    return (found.manifest, found.version)
  }

  /// The manifest with its own bytes; see `manifest(in:)`.
  func find(in storage: any ObjectStorage) async throws(StorageError) -> FoundManifest<Manifest> {
    let found = try await look(in: storage)
    guard let damage = found.damage else { return found }
    // Someone may have made or removed the folder between two of the looks.
    let again = try await look(in: storage)
    guard again.damage == nil else { throw StorageError(damage: damage) }
    return again
  }

  /// The manifest for who replaces all rows: where it is damaged, an empty one in its place.
  func manifestToReplace(
    in storage: any ObjectStorage
  ) async throws(StorageError) -> (manifest: Manifest, version: ObjectVersion?) {
    do throws(StorageError) {
      return try await manifest(in: storage)
    } catch {
      guard error.damage != nil else { throw error }
      var manifest = Manifest()
      manifest.generation = try await storage.ledger?.generation(of: manifestKey()) ?? 0
      return (manifest, try await storage.versioned(manifestKey())?.version)
    }
  }

  private func look(in storage: any ObjectStorage) async throws(StorageError) -> FoundManifest<Manifest> {
    let key = try manifestKey()
    // Before the manifest, which may be changed in between: it is never behind the ledger.
    let known = try await storage.ledger?.generation(of: key)
    guard let object = try await storage.versioned(key) else {
      let isLost: Bool = if known == nil { try await hasFiles(in: storage) } else { true }
      return FoundManifest(damage: isLost ? ObjectDamage(.missing, of: key) : nil)
    }
    let manifest = try ManifestCoding.manifest(Manifest.self, in: object.data, folder: prefix, key: key)
    let isOld = manifest.generation < known ?? 0
    return FoundManifest(
      manifest: manifest, data: object.data, version: object.version,
      damage: isOld ? ObjectDamage(.superseded, of: key) : nil)
  }

  private func hasFiles(in storage: any ObjectStorage) async throws(StorageError) -> Bool {
    guard Manifest.filesNeedAManifest else { return false }
    return try await storage.list(under: prefix).contains { ManifestFolderKeys.isDataFile($0.key) }
  }

  /// Gives a new folder its manifest, so that it has one before its first file. Returns the manifest's version. Only
  /// for who holds the folder's lock.
  func begin(_ manifest: Manifest, in storage: any ObjectStorage) async throws -> ObjectVersion {
    try await put(manifest, replacing: nil, in: storage)
    guard let object = try await storage.versioned(manifestKey()) else { throw StorageError(.conflict) }
    return object.version
  }

  /// Puts a manifest in place of the version that it was made from. Throws `storage_conflict` where that is no longer
  /// the current one: the lock keeps out everyone who shares it; the version, everyone else.
  func put(
    _ manifest: Manifest, replacing version: ObjectVersion?, in storage: any ObjectStorage
  ) async throws {
    var manifest = manifest
    manifest.format = Manifest.currentFormat
    let data = try ManifestCoding.data(of: manifest, folder: prefix)
    guard try await storage.put(data, at: manifestKey(), replacing: version) else { throw StorageError(.conflict) }
    await storage.ledger?.record(manifest.generation, of: try manifestKey())
  }

  /// Where the engine reads files of the manifest, each of which is checked first.
  ///
  /// - Throws: `storage_corrupt` with the damage and its day; `storage_not_found` for a file that was removed since the
  ///   manifest was read, as by the deletion of a user.
  func locations(
    of files: [ManifestFile], in storage: any ObjectStorage, for use: ObjectUse
  ) async throws(StorageError) -> [EngineLocation] {
    try await ConcurrentWork.map(files, atOnce: SignalStore.concurrentMoves) { (_, file) throws(StorageError) in
      try await location(of: file, in: storage, for: use)
    }
  }

  private func location(
    of file: ManifestFile, in storage: any ObjectStorage, for use: ObjectUse
  ) async throws(StorageError) -> EngineLocation {
    do throws(StorageError) {
      return try await storage.engineLocation(of: try self.file(file.name), expecting: file.expected, for: use)
    } catch {
      if error.damage?.fault == .missing {
        let present = try await manifest(in: storage).manifest
        guard present.keptFiles.contains(where: { $0.name == file.name }) else { throw StorageError(.notFound) }
      }
      throw error.about(nil, day: file.day.map { UTCDay(number: $0).text })
    }
  }

  /// Removes the folder with everything in it. Only for who holds its lock.
  ///
  /// An empty manifest comes first, and goes last: a query that comes in between, and every one after an interruption,
  /// sees no rows rather than missing files.
  func remove(from storage: any ObjectStorage) async throws {
    let key = try manifestKey()
    let objects = try await storage.list(under: prefix)
    for known in Set(objects.map(\.key).filter { !ManifestFolderKeys.isDataFile($0) } + [key]) {
      try await storage.ledger?.forget(known)
    }
    guard !objects.isEmpty else { return }
    try await storage.put(try ManifestCoding.data(of: Manifest(), folder: prefix), at: key)
    for object in objects where object.key != key { try await storage.delete(object.key) }
    try await storage.delete(key)
  }

  /// Removes the files that the manifest knows nothing of: what work left that did not come to its end. Only for who
  /// holds the folder's lock.
  func removeStrays(_ manifest: Manifest, in storage: any ObjectStorage) async throws(StorageError) {
    var wanted: Set<ObjectKey> = []
    for one in manifest.keptFiles { wanted.insert(try file(one.name)) }
    for object in try await storage.list(under: prefix)
    where ManifestFolderKeys.isDataFile(object.key) && !wanted.contains(object.key) {
      try await storage.delete(object.key)
    }
  }
}

/// A manifest as it was found; an empty one without bytes where there is none.
struct FoundManifest<Manifest: FileManifest> {
  var manifest = Manifest()
  var data: Data?
  var version: ObjectVersion?
  var damage: ObjectDamage?
}

/// The names in folders with a manifest.
package enum ManifestFolderKeys {
  package static let manifestName = "manifest.json"

  /// Whether an object of such a folder counts only if the manifest lists it.
  package static func isDataFile(_ key: ObjectKey) -> Bool { key.lastPart.hasSuffix(".parquet") }
}

/// The folder of `StoredRows`.
typealias RowFolder = ManifestFolder<RowManifest>

extension RowFolder {
  /// The folder of that name, such as `dataSets/9f3a…`, of an instance. Throws `storage_invalid_key`.
  init(_ folder: String, instanceID: String) throws(StorageError) {
    self.init(prefix: try SignalKeys(instanceID: instanceID).storedRows(folder))
  }
}
