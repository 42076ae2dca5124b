import Base
import Foundation
package import ObjectStorage

/// What turns the user identifiers of an instance's files into its user keys. It never leaves the instance, so that
/// keys of different instances cannot be joined, and keys cannot be guessed from identifiers.
package struct UserKeySecret: Sendable, CustomStringConvertible {
  /// The length of a secret.
  package static let byteCount = 32

  private let hexadecimal: String

  init(bytes: Data) throws(StorageError) {
    guard bytes.count == Self.byteCount else { throw StorageError(.corrupt) }
    hexadecimal = Hexadecimal.text(of: bytes)
  }

  /// The expression that makes a key of the VARCHAR expression `identifier`: the last eight bytes of the MD5 of
  /// secret and identifier, as a BIGINT. NULL stays NULL. Only trusted sessions can compute it.
  package func keyExpression(of identifier: String) -> String {
    DigestFunctions.number(of: identifier, after: hexadecimal)
  }

  /// Nothing of the secret.
  package var description: String { "UserKeySecret(hidden)" }
}

extension SignalStore {
  /// The instance's secret, which the first call makes.
  package func userKeySecret(instanceID: String) async throws(StorageError) -> UserKeySecret {
    let key = try SignalKeys(instanceID: instanceID).userKeySecret()
    if !(try await storage.exists(key)) {
      let bytes = Data(SystemSecretGenerator().bytes(count: UserKeySecret.byteCount))
      // Whoever comes second takes what the first one made.
      _ = try await storage.putIfAbsent(bytes, at: key)
    }
    return try UserKeySecret(bytes: try await storage.get(key))
  }
}
