import Base
import Crypto
import Foundation
import ObjectStorage

/// A secret that keys of hashes are made of, as an object in the storage has it: a byte with the version of the hashes,
/// 32 random bytes, and the first bytes of the SHA-256 of all of that. Another secret would give other keys, which
/// match nobody, so that damage must not go unnoticed.
struct HashSecret: Sendable, CustomStringConvertible {
  /// The length of the random part.
  static let byteCount = 32
  /// The version of today's hashes: SipHash-2-4 under keys that HKDF makes. Version 1 was MD5; its objects have no byte
  /// with the version.
  static let version: UInt8 = 2
  /// The length of the checksum. Objects of the first releases with this version have none.
  static let checksumByteCount = 8
  /// The length of an object that is written now.
  static let objectByteCount = 1 + byteCount + checksumByteCount

  private let material: SymmetricKey

  /// The secret in an object. Throws `storage_outdated` for one of an earlier version, `storage_corrupt` for anything
  /// else.
  init(object: Data) throws(StorageError) {
    if object.count == Self.byteCount { throw StorageError(.outdated) }
    let content = object.prefix(1 + Self.byteCount)
    guard content.count == 1 + Self.byteCount, content.first == Self.version,
      object.count == content.count || object == Self.object(of: content)
    else { throw StorageError(.corrupt) }
    material = SymmetricKey(data: content.dropFirst())
  }

  /// Version and secret with their checksum.
  private static func object(of content: Data) -> Data {
    content + Data(SHA256.hash(data: content).prefix(checksumByteCount))
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
    _ = try await storage.putIfAbsent(object(of: Data([version] + bytes)), at: key)
    let secret = try HashSecret(object: try await storage.get(key))
    await storage.ledger?.record(1, of: key)
    return secret
  }

  /// The secret at `key`; nil where there is none. Throws `storage_corrupt` where the storage's ledger knows that there
  /// was one.
  static func existing(at key: ObjectKey, in storage: any ObjectStorage) async throws(StorageError) -> HashSecret? {
    let isKnown = try await storage.ledger?.generation(of: key) != nil
    guard let object = try await storage.versioned(key) else {
      if isKnown { throw StorageError(damage: ObjectDamage(.missing, of: key, subject: "the secret of user keys")) }
      return nil
    }
    let secret = try HashSecret(object: object.data)
    if !isKnown { await storage.ledger?.record(1, of: key) }
    return secret
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
