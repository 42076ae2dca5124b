import Foundation
import ObjectStorage

/// A list of the files that count in a folder.
protocol FileManifest: Codable, Sendable {
  /// The version of the format that is written now.
  static var currentFormat: Int { get }

  /// The version of the format that it was written in.
  var format: Int { get }
  /// The names of all files that have to stay: those that are part of the folder, and those that may still be read by
  /// work which began before they were replaced.
  var keptNames: [String] { get }

  /// A folder without files.
  init()
}

/// A folder of Parquet files with a manifest that says which of them count.
///
/// The manifest changes in one step, so that a change of many files is seen whole or not at all. A change
/// holds the lock of the manifest's key; reading never waits.
struct ManifestFolder<Manifest: FileManifest>: Sendable {
  let prefix: ObjectKey

  /// The list of the files.
  func manifestKey() throws(StorageError) -> ObjectKey { try prefix.appending("manifest.json") }

  /// A file, by its name in the manifest.
  func file(_ name: String) throws(StorageError) -> ObjectKey { try prefix.appending(name) }

  /// The manifest with the version that it was read at; an empty one with no version where nothing was ever written.
  /// Throws `storage_outdated` for one that an earlier release wrote in a format that is no longer read.
  func manifest(
    in storage: any ObjectStorage
  ) async throws(StorageError) -> (manifest: Manifest, version: ObjectVersion?) {
    guard let object = try await storage.versioned(manifestKey()) else { return (Manifest(), nil) }
    guard let manifest = try? ManifestCoding.decoder.decode(Manifest.self, from: object.data),
      manifest.format <= Manifest.currentFormat
    else { throw StorageError(.corrupt) }
    guard manifest.format == Manifest.currentFormat else { throw StorageError(.outdated) }
    return (manifest, object.version)
  }

  /// Puts a manifest in place of the version that it was made from. Throws `storage_conflict` where that is no longer
  /// the current one: the lock keeps out everyone who shares it; the version, everyone else.
  func put(
    _ manifest: Manifest, replacing version: ObjectVersion?, in storage: any ObjectStorage
  ) async throws {
    guard try await storage.put(try ManifestCoding.encoder.encode(manifest), at: manifestKey(), replacing: version)
    else {
      throw StorageError(.conflict)
    }
  }

  /// Removes the files that the manifest knows nothing of: what work left that did not come to its end. Only for who
  /// holds the folder's lock.
  func removeStrays(_ manifest: Manifest, in storage: any ObjectStorage) async throws(StorageError) {
    var wanted: Set<ObjectKey> = []
    for name in manifest.keptNames { wanted.insert(try file(name)) }
    for object in try await storage.list(under: prefix)
    where object.key.lastPart.hasSuffix(".parquet") && !wanted.contains(object.key) {
      try await storage.delete(object.key)
    }
  }
}

/// The folder of `StoredRows`.
typealias RowFolder = ManifestFolder<RowManifest>

extension RowFolder {
  /// The folder of that name, such as `dataSets/9f3a…`, of an instance. Throws `storage_invalid_key`.
  init(_ folder: String, instanceID: String) throws(StorageError) {
    self.init(prefix: try SignalKeys(instanceID: instanceID).storedRows(folder))
  }
}
