import Foundation
import ObjectStorage

/// The place of a folder of `StoredRows`.
struct RowFolder: Sendable {
  let prefix: ObjectKey

  /// The folder of that name, such as `dataSets/9f3a…`, of an instance. Throws `storage_invalid_key`.
  init(_ folder: String, instanceID: String) throws(StorageError) {
    prefix = try SignalKeys(instanceID: instanceID).storedRows(folder)
  }

  func manifestKey() throws(StorageError) -> ObjectKey { try prefix.appending("manifest.json") }

  /// A file, by its name in the manifest.
  func file(_ name: String) throws(StorageError) -> ObjectKey { try prefix.appending(name) }

  /// The manifest with the version that it was read at; an empty one with no version where nothing was ever written.
  func manifest(
    in storage: any ObjectStorage
  ) async throws(StorageError) -> (manifest: RowManifest, version: ObjectVersion?) {
    guard let object = try await storage.versioned(manifestKey()) else { return (RowManifest(), nil) }
    guard let manifest = try? ManifestCoding.decoder.decode(RowManifest.self, from: object.data),
      manifest.format == RowManifest.currentFormat
    else { throw StorageError(.corrupt) }
    return (manifest, object.version)
  }

  /// Puts a manifest in place of the version that it was made from. Throws `storage_conflict` where that is no longer
  /// the current one: the lock keeps out everyone who shares it; the version, everyone else.
  func put(
    _ manifest: RowManifest, replacing version: ObjectVersion?, in storage: any ObjectStorage
  ) async throws {
    guard try await storage.put(try ManifestCoding.encoder.encode(manifest), at: manifestKey(), replacing: version)
    else {
      throw StorageError(.conflict)
    }
  }

  /// Removes what the manifest knows nothing of: what work left that did not come to its end. Only for who holds the
  /// folder's lock.
  func removeStrays(_ manifest: RowManifest, in storage: any ObjectStorage) async throws(StorageError) {
    let manifestKey = try manifestKey()
    var wanted: Set<ObjectKey> = [manifestKey]
    for name in manifest.files.map(\.name) + manifest.retired.map(\.file.name) { wanted.insert(try file(name)) }
    for object in try await storage.list(under: prefix) where !wanted.contains(object.key) {
      try await storage.delete(object.key)
    }
  }
}
