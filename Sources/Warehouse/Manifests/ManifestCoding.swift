import Base
import Crypto
import Foundation
import ObjectStorage

/// How manifests stand in their files: JSON with sorted names, times as seconds since 1970, and a seal at the end.
///
///     {"files":[…],"format":2,"generation":7,…,"seal":{"folder":"instances/shop/signals/clicks","sha256":"…"}}
///
/// The seal is the folder that the manifest is for, and the SHA-256 of that folder and of all the bytes before the seal:
/// a flipped bit, and the manifest of another table, are noticed.
enum ManifestCoding {
  private struct Seal: Codable {
    var folder: String
    var sha256: String
  }

  /// The beginning of the seal. No value of a manifest can have these bytes, because quotes are escaped in texts.
  private static let mark = Data(#","seal":"#.utf8)

  /// Writes a manifest of a folder; the same one always gives the same bytes.
  static func data(of manifest: some FileManifest, folder: ObjectKey) throws -> Data {
    let content = try encoder.encode(manifest)
    let seal = Seal(folder: folder.value, sha256: checksum(of: content, folder: folder.value))
    return content.dropLast() + mark + (try encoder.encode(seal)) + Data("}".utf8)
  }

  /// Reads the manifest of a folder. Throws `storage_corrupt` with the damage for one that is none, and
  /// `storage_outdated` for one of a format that is no longer read.
  static func manifest<Manifest: FileManifest>(
    _ type: Manifest.Type, in data: Data, folder: ObjectKey, key: ObjectKey
  ) throws(StorageError) -> Manifest {
    guard let manifest = try? decoder.decode(type, from: data), manifest.format > 0,
      manifest.format <= type.currentFormat
    else { throw StorageError(damage: ObjectDamage(.malformed, of: key)) }
    guard let start = data.range(of: mark, options: .backwards)?.lowerBound else {
      if manifest.format < type.unsealedFormat { throw StorageError(.outdated) }
      guard manifest.format == type.unsealedFormat else { throw StorageError(damage: ObjectDamage(.malformed, of: key)) }
      return manifest
    }
    let content = data[..<start] + Data("}".utf8)
    guard let seal = try? decoder.decode(Seal.self, from: data[(start + mark.count)...].dropLast()),
      seal.sha256 == checksum(of: content, folder: seal.folder)
    else { throw StorageError(damage: ObjectDamage(.content, of: key)) }
    guard seal.folder == folder.value else { throw StorageError(damage: ObjectDamage(.foreign, of: key)) }
    return manifest
  }

  private static func checksum(of content: Data, folder: String) -> String {
    var hash = SHA256()
    hash.update(data: Data("\(folder)\n".utf8))
    hash.update(data: content)
    return Hexadecimal.text(of: hash.finalize())
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    return decoder
  }
}
