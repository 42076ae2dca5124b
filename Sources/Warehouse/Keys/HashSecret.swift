import Base
import Crypto
import Foundation
import ObjectStorage

/// A secret that keys of hashes are made of, as an object in the storage has it: a byte with the version of the hashes,
/// and 32 random bytes.
struct HashSecret: Sendable, CustomStringConvertible {
  /// The length of the random part.
  static let byteCount = 32
  /// The version of today's hashes: SipHash-2-4 under keys that HKDF makes. Version 1 was MD5; its objects have no byte
  /// with the version.
  static let version: UInt8 = 2

  private let material: SymmetricKey

  /// The secret in an object. Throws `storage_outdated` for one of an earlier version, `storage_corrupt` for anything
  /// else.
  init(object: Data) throws(StorageError) {
    if object.count == Self.byteCount { throw StorageError(.outdated) }
    guard object.count == Self.byteCount + 1, object.first == Self.version else { throw StorageError(.corrupt) }
    material = SymmetricKey(data: object.dropFirst())
  }

  /// A secret that is none, for data that is made up.
  init(known text: String) {
    material = SymmetricKey(data: Data(text.utf8))
  }

  /// The secret at `key`, made where there is none yet. Of two callers at once, the second takes the
  /// secret that the first made.
  static func atKey(_ key: ObjectKey, in storage: any ObjectStorage) async throws(StorageError) -> HashSecret {
    if let secret = try await existing(at: key, in: storage) { return secret }
    let bytes = SystemSecretGenerator().bytes(count: byteCount)
    _ = try await storage.putIfAbsent(Data([version] + bytes), at: key)
    return try HashSecret(object: try await storage.get(key))
  }

  /// The secret at `key`; nil where there is none.
  static func existing(at key: ObjectKey, in storage: any ObjectStorage) async throws(StorageError) -> HashSecret? {
    try await storage.exists(key) ? try HashSecret(object: try await storage.get(key)) : nil
  }

  /// A key for one purpose, of which no other key says anything.
  func key(for purpose: String) -> HashKey {
    let key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: material, info: Data("adyton \(purpose)".utf8), outputByteCount: HashKey.byteCount)
    guard let result = key.withUnsafeBytes({ HashKey(bytes: Array($0)) }) else {
      preconditionFailure("HKDF gave a key of another length")
    }
    return result
  }

  /// Nothing of the secret.
  var description: String { "HashSecret(hidden)" }
}
