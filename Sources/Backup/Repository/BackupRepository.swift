import Base
import Foundation
package import ObjectStorage

/// A place with the backups of one server: a folder or a prefix of a bucket.
///
///     repository.json                               whose backups these are
///     backups/{id}/metadata.sqlite                  the store
///     backups/{id}/backup-{sha256}.json             the manifest, written last; its name has the hash of its content
///     objects/{first two digits}/{sha256}           objects by their content, each once for all backups
package struct BackupRepository: Sendable {
  private struct Mark: Codable {
    var format = 1
    var storeId: String
  }

  let storage: any ObjectStorage

  package init(_ storage: any ObjectStorage) {
    self.storage = storage
  }

  // MARK: Keys

  private static func markKey() throws(StorageError) -> ObjectKey { try ObjectKey("repository.json") }

  static func objectKey(_ digest: ObjectDigest) throws(StorageError) -> ObjectKey {
    try ObjectKey("objects/\(digest.sha256.prefix(2))/\(digest.sha256)")
  }

  static func metadataKey(_ id: String) throws(StorageError) -> ObjectKey {
    try ObjectKey("backups/\(id)/metadata.sqlite")
  }

  private static let manifestPrefix = "backup-"
  private static let manifestSuffix = ".json"

  // MARK: Whose backups

  /// Makes sure that the backups here are, or will be, those of a store.
  ///
  /// - Throws: `BackupError.otherServer`, `BackupError.notARepository`, errors of the storage.
  func claim(for storeID: String) async throws {
    let key = try Self.markKey()
    if try await storage.versioned(key) == nil {
      guard try await isEmpty() else { throw BackupError.notARepository }
      _ = try await storage.putIfAbsent(try JSONEncoder().encode(Mark(storeId: storeID)), at: key)
    }
    guard try await ownerID() == storeID else { throw BackupError.otherServer }
  }

  /// The id of the store whose backups these are.
  func ownerID() async throws -> String {
    guard let mark = try await storage.versioned(Self.markKey()) else { throw BackupError.notARepository }
    guard let owner = try? JSONDecoder().decode(Mark.self, from: mark.data) else { throw BackupError.notARepository }
    return owner.storeId
  }

  private func isEmpty() async throws(StorageError) -> Bool {
    for prefix in ["backups", "objects", "instances", "identity"] {
      guard try await storage.list(under: try ObjectKey(prefix)).isEmpty else { return false }
    }
    return true
  }

  /// Keeps other commands of the same machine away that change what is here.
  func withLock<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    try await storage.withLock(Self.markKey(), work)
  }

  // MARK: Backups

  /// The backups that came to their end, the oldest first.
  package func backups() async throws -> [BackupSummary] {
    try await storage.list(under: try ObjectKey("backups")).compactMap { object in
      let parts = object.key.value.split(separator: "/")
      guard parts.count == 3, parts[2].hasPrefix(Self.manifestPrefix), parts[2].hasSuffix(Self.manifestSuffix) else {
        return nil
      }
      return BackupSummary(id: String(parts[1]), manifestKey: object.key)
    }
  }

  /// A backup by its id; the last one without.
  ///
  /// - Throws: `BackupError.unknownBackup`.
  package func backup(id: String?) async throws -> BackupSummary {
    let all = try await backups()
    guard let found = id.map({ id in all.last { $0.id == id } }) ?? all.last else {
      throw BackupError.unknownBackup(id: id)
    }
    return found
  }

  /// The manifest of a backup.
  ///
  /// - Throws: `BackupError.damagedBackup` unless it is the one that was written.
  package func manifest(of backup: BackupSummary) async throws -> BackupManifest {
    let data = try await storage.get(backup.manifestKey)
    let hash = backup.manifestKey.lastPart.dropFirst(Self.manifestPrefix.count).dropLast(Self.manifestSuffix.count)
    guard ObjectDigest(of: data).sha256 == hash,
      let manifest = try? StoredJSON.decoder.decode(BackupManifest.self, from: data), manifest.id == backup.id,
      manifest.format <= BackupManifest.currentFormat
    else { throw BackupError.damagedBackup(id: backup.id, name: backup.manifestKey.lastPart) }
    return manifest
  }

  /// Writes the manifest of a backup, with which it counts.
  func put(_ manifest: BackupManifest) async throws {
    let data = try StoredJSON.encoder.encode(manifest)
    let name = "\(Self.manifestPrefix)\(ObjectDigest(of: data).sha256)\(Self.manifestSuffix)"
    try await storage.put(data, at: try ObjectKey("backups/\(manifest.id)/\(name)"))
  }

  /// The objects that are here, by their SHA-256, with their lengths.
  func storedObjects() async throws -> [String: Int] {
    let objects = try await storage.list(under: try ObjectKey("objects"))
    return Dictionary(objects.map { ($0.key.lastPart, $0.byteCount) }) { first, _ in first }
  }

  /// Removes all but the last backups, and what only those needed: objects, and what interrupted commands left. Returns
  /// the ids of the removed backups.
  ///
  /// Nothing is removed where the manifest of a backup that stays can't be read: nobody could say what it needs.
  func prune(keeping count: Int) async throws -> [String] {
    let all = try await backups()
    let (old, kept) = (all.dropLast(count), all.suffix(count))
    var needed: Set<String> = []
    for backup in kept { needed.formUnion(try await manifest(of: backup).digests.map(\.sha256)) }
    // A backup without its manifest does not count, so manifests are deleted before their files.
    for backup in old { try await storage.delete(backup.manifestKey) }
    let keptIDs = Set(kept.map(\.id))
    for object in try await storage.list(under: try ObjectKey("backups")) {
      let id = object.key.value.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      if !keptIDs.contains(id) { try await storage.delete(object.key) }
    }
    for object in try await storage.list(under: try ObjectKey("objects")) where !needed.contains(object.key.lastPart) {
      try await storage.delete(object.key)
    }
    return old.map(\.id)
  }
}
