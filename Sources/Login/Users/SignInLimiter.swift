import Crypto
import Synchronization

package import struct Foundation.Data
package import struct Foundation.Date

/// The numbers of tries of passwords that operators may change.
package struct SignInLimits: Sendable, Hashable {
  /// The largest number of tries for one user within the window.
  package var triesPerUser = 10
  /// The largest number of tries from one network within the window. Behind a proxy, all users come from one.
  package var triesPerNetwork = 100
  /// The time for which tries count, in seconds, from the first one.
  package var windowSeconds = 900.0

  package init() {}
}

/// Limits the tries of passwords: for one user, and from one network address.
///
/// The counts are in memory, so a restart forgets them. A try counts before the password is checked, so tries at the
/// same time count as well. A successful try no longer counts for the user, but still for the address.
package final class SignInLimiter: Sendable {
  /// The largest number of users and addresses that are remembered. If all of them are within their window, no other
  /// one may try.
  package static let entryLimit = 100_000

  private struct Key: Hashable {
    let kind: UInt8
    let hash: Data
  }

  private struct Tries {
    var count: Int
    var since: Date
  }

  private let limits: SignInLimits
  private let entries = Mutex<[Key: Tries]>([:])

  package init(_ limits: SignInLimits = SignInLimits()) {
    self.limits = limits
  }

  /// Counts a try.
  ///
  /// - Throws: `LoginRefusal.tooManyTries`.
  package func begin(emailAddress: String, address: String?, at now: Date) throws(LoginRefusal) {
    let keys = [(Self.key(of: emailAddress), limits.triesPerUser)] + addressKey(address)
    let delay = entries.withLock { entries -> Double? in
      if entries.count + keys.count > Self.entryLimit {
        entries = entries.filter { wait(for: $0.value, at: now) > 0 }
        if entries.count + keys.count > Self.entryLimit { return limits.windowSeconds }
      }
      for (key, limit) in keys {
        if let tries = entries[key], tries.count >= limit, wait(for: tries, at: now) > 0 {
          return wait(for: tries, at: now)
        }
      }
      for (key, _) in keys {
        var tries = entries[key] ?? Tries(count: 0, since: now)
        if wait(for: tries, at: now) <= 0 { tries = Tries(count: 0, since: now) }
        tries.count += 1
        entries[key] = tries
      }
      return nil
    }
    if let delay { throw .tooManyTries(retryAfterSeconds: max(1, Int(delay.rounded(.up)))) }
  }

  /// Clears the user's tries after a right password.
  package func succeed(emailAddress: String) {
    entries.withLock { _ = $0.removeValue(forKey: Self.key(of: emailAddress)) }
  }

  private func wait(for tries: Tries, at now: Date) -> Double {
    limits.windowSeconds - now.timeIntervalSince(tries.since)
  }

  /// A hash, so long addresses need no more memory than short ones.
  private static func key(of emailAddress: String) -> Key {
    Key(kind: 0, hash: Data(SHA256.hash(data: Data(emailAddress.lowercased().utf8))))
  }

  private func addressKey(_ address: String?) -> [(Key, Int)] {
    address.map { [(Key(kind: 1, hash: Data(SHA256.hash(data: Data($0.utf8)))), limits.triesPerNetwork)] } ?? []
  }
}
