package import Base
import CryptoExtras
import Dispatch
package import Foundation

/// Hashes of passwords: scrypt (RFC 7914) with a salt for each. The cost is stored beside the hash, so present
/// passwords stay valid when the cost is raised.
package final class PasswordHasher: Sendable {
  /// The cost of a check.
  package struct Cost: Sendable, Hashable {
    /// N: a power of two.
    package var rounds: Int
    package var blockSize: Int
    package var parallelism: Int

    /// 32 MiB and three rounds: one of the settings of the OWASP Password Storage Cheat Sheet.
    package static let usual = Cost(rounds: 1 << 15, blockSize: 8, parallelism: 3)
  }

  /// The largest number of checks that may wait. Each takes memory and about half a second of one processor.
  package static let waitingLimit = 32
  static let saltByteCount = 16
  static let keyByteCount = 32

  private let cost: Cost
  private let secrets: any SecretGenerator
  /// Checks run one at a time, away from the threads that serve requests.
  private let queue = DispatchQueue(label: "adyton.passwords")
  private let waiting = Counter()

  package init(cost: Cost = .usual, secrets: any SecretGenerator = SystemSecretGenerator()) {
    self.cost = cost
    self.secrets = secrets
  }

  /// The hash of a password, to be stored.
  ///
  /// - Throws: `LoginRefusal.busy`.
  package func hash(_ password: String) async throws -> Data {
    let salt = Data(secrets.bytes(count: Self.saltByteCount))
    let cost = cost
    return try await run { try Stored(cost: cost, salt: salt, key: Self.key(password, salt, cost)).data }
  }

  /// Whether `stored` was made from the password. Without a hash, or with one that can't be read, the same work is done
  /// and the result is false.
  ///
  /// - Throws: `LoginRefusal.busy`.
  package func matches(_ password: String, _ stored: Data?) async throws -> Bool {
    let known = stored.flatMap(Stored.init(data:))
    let cost = cost
    return try await run {
      let salt = known?.salt ?? Data(count: Self.saltByteCount)
      let key = try Self.key(password, salt, known?.cost ?? cost)
      return SecretHash.areEqual(known?.key ?? Data(count: Self.keyByteCount), key) && known != nil
    }
  }

  private static func key(_ password: String, _ salt: Data, _ cost: Cost) throws -> Data {
    // The same characters can be typed in several ways.
    let text = password.precomposedStringWithCompatibilityMapping
    let key = try KDF.Scrypt.deriveKey(
      from: Data(text.utf8), salt: salt, outputByteCount: keyByteCount, rounds: cost.rounds,
      blockSize: cost.blockSize, parallelism: cost.parallelism)
    return key.withUnsafeBytes { Data($0) }
  }

  private func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    guard waiting.increment(below: Self.waitingLimit) else { throw LoginRefusal.busy }
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { [waiting] in
        let result = Result { try work() }
        waiting.decrement()
        continuation.resume(with: result)
      }
    }
  }
}

/// A hash with its parameters: `scrypt$N$r$p$salt$key`, the last two in Base64.
private struct Stored {
  var cost: PasswordHasher.Cost
  var salt: Data
  var key: Data

  init(cost: PasswordHasher.Cost, salt: Data, key: Data) {
    self.cost = cost
    self.salt = salt
    self.key = key
  }

  init?(data: Data) {
    let parts = String(decoding: data, as: UTF8.self).split(separator: "$")
    guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let blockSize = Int(parts[2]),
      let parallelism = Int(parts[3]), let salt = Data(base64Encoded: String(parts[4])),
      let key = Data(base64Encoded: String(parts[5]))
    else { return nil }
    self.init(
      cost: .init(rounds: rounds, blockSize: blockSize, parallelism: parallelism), salt: salt, key: key)
  }

  var data: Data {
    let numbers = "scrypt$\(cost.rounds)$\(cost.blockSize)$\(cost.parallelism)"
    return Data("\(numbers)$\(salt.base64EncodedString())$\(key.base64EncodedString())".utf8)
  }
}
