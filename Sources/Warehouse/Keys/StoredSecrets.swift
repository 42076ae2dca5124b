package import ObjectStorage

/// The secrets in a storage, for those who look at all of it.
package enum StoredSecrets {
  /// Whether an object is a secret that keys of hashes are made of.
  package static func isSecret(_ key: ObjectKey) -> Bool { key.lastPart.hasSuffix(".secret") }

  /// Makes sure that a secret is there, and is one.
  ///
  /// - Throws: `storage_corrupt` with the damage; other errors of the storage.
  package static func check(_ key: ObjectKey, in storage: any ObjectStorage) async throws(StorageError) {
    do throws(StorageError) {
      _ = try HashSecret(object: try await storage.get(key))
    } catch {
      switch error.code {
      case .notFound: throw StorageError(damage: ObjectDamage(.missing, of: key))
      // One of an earlier release is no damage.
      case .outdated: return
      case .corrupt: throw StorageError(damage: ObjectDamage(.malformed, of: key))
      default: throw error
      }
    }
  }
}
