import Foundation
import ObjectStorage

/// How manifests stand in their objects: as sealed documents. Those of the release before have no seal.
enum ManifestCoding {
  /// Writes a manifest of a folder, with its seal.
  static func data(of manifest: some FileManifest, folder: ObjectKey) throws -> Data {
    try SealedDocument.data(of: manifest, folder: folder)
  }

  /// Reads the manifest of a folder. Throws `storage_corrupt` with the damage for one that is none, and
  /// `storage_outdated` for one of a format that is no longer read.
  static func manifest<Manifest: FileManifest>(
    _ type: Manifest.Type, in data: Data, folder: ObjectKey, key: ObjectKey
  ) throws(StorageError) -> Manifest {
    let (manifest, isSealed) = try SealedDocument.value(type, in: data, folder: folder, key: key)
    if isSealed, (1...type.currentFormat).contains(manifest.format) { return manifest }
    if !isSealed, (1..<type.unsealedFormat).contains(manifest.format) { throw StorageError(.outdated) }
    guard !isSealed, manifest.format == type.unsealedFormat else {
      throw StorageError(damage: ObjectDamage(.malformed, of: key))
    }
    return manifest
  }
}
