package import ObjectStorage

/// The secret that turns the user identifiers of an instance's files into its user keys. It never leaves the instance,
/// so that keys of different instances cannot be joined, and keys cannot be guessed from identifiers.
package struct UserKeySecret: Sendable, CustomStringConvertible {
  private let key: HashKey

  init(_ secret: HashSecret) { key = secret.key(for: "user key") }

  /// The expression that makes a key of the VARCHAR expression `identifier`: its keyed hash, as a BIGINT. NULL stays
  /// NULL. Only trusted sessions can compute it.
  package func keyExpression(of identifier: String) -> String {
    KeyedHashFunctions.number(of: identifier, key: key)
  }

  /// Nothing of the secret.
  package var description: String { "UserKeySecret(hidden)" }
}

extension SignalStore {
  /// The instance's secret, which the first call makes. Throws `storage_outdated` where an earlier release made it.
  package func userKeySecret(instanceID: String) async throws(StorageError) -> UserKeySecret {
    let key = try SignalKeys(instanceID: instanceID).userKeySecret()
    return UserKeySecret(try await HashSecret.atKey(key, in: storage))
  }

  /// Makes sure that user keys which the instance has, if any, are of today's kind, so that new ones can be compared
  /// with them. Throws `storage_outdated` where they are not.
  package func requireCurrentKeys(instanceID: String) async throws(StorageError) {
    _ = try await HashSecret.existing(at: try SignalKeys(instanceID: instanceID).userKeySecret(), in: storage)
  }
}
