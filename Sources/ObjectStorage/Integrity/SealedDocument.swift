import Base
import Crypto
package import Foundation

/// JSON documents with a seal at their end: the folder that a document is for, and the SHA-256 of that folder and of
/// all the bytes before the seal. A flipped bit, and the document of another folder in its place, are noticed.
///
///     {"files":[…],"format":2,"generation":7,…,"seal":{"folder":"instances/shop/signals/clicks","sha256":"…"}}
package enum SealedDocument {
  private struct Seal: Codable {
    var folder: String
    var sha256: String
  }

  /// The beginning of the seal. No value of a document can have these bytes, because quotes are escaped in texts.
  private static let mark = Data(#","seal":"#.utf8)

  /// Writes a value with its seal: sorted names, times as seconds since 1970. The same value always gives the same
  /// bytes.
  package static func data(of value: some Encodable, folder: ObjectKey) throws -> Data {
    let content = try StoredJSON.encoder.encode(value)
    let seal = Seal(folder: folder.value, sha256: checksum(of: content, folder: folder.value))
    return content.dropLast() + mark + (try StoredJSON.encoder.encode(seal)) + Data("}".utf8)
  }

  /// Reads a value, and whether it was sealed.
  ///
  /// - Throws: `storage_corrupt` with the damage for what is no such value, where the seal is broken, and for the
  ///   document of another folder.
  package static func value<Value: Decodable>(
    _ type: Value.Type, in data: Data, folder: ObjectKey, key: ObjectKey
  ) throws(StorageError) -> (value: Value, isSealed: Bool) {
    guard let value = try? StoredJSON.decoder.decode(type, from: data) else {
      throw StorageError(damage: ObjectDamage(.malformed, of: key))
    }
    return (value, try isSealed(data, folder: folder, key: key))
  }

  private static func isSealed(_ data: Data, folder: ObjectKey, key: ObjectKey) throws(StorageError) -> Bool {
    guard let start = data.range(of: mark, options: .backwards)?.lowerBound else { return false }
    let content = data[..<start] + Data("}".utf8)
    guard let seal = try? StoredJSON.decoder.decode(Seal.self, from: Data(data[(start + mark.count)...].dropLast())),
      seal.sha256 == checksum(of: content, folder: seal.folder)
    else { throw StorageError(damage: ObjectDamage(.content, of: key)) }
    guard seal.folder == folder.value else { throw StorageError(damage: ObjectDamage(.foreign, of: key)) }
    return true
  }

  private static func checksum(of content: Data, folder: String) -> String {
    var hash = SHA256()
    hash.update(data: Data("\(folder)\n".utf8))
    hash.update(data: content)
    return Hexadecimal.text(of: hash.finalize())
  }
}
