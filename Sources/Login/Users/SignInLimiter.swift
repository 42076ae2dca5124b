import Crypto
import Synchronization

package import struct Foundation.Data
package import struct Foundation.Date

/// How often a password may be tried: for one user, and from one network address.
///
/// Kept in memory: a restart forgives. A try counts before the password is looked at, so that many at once count as well;
/// one that succeeds is taken back for the user, and stays counted for the address.
package final class SignInLimiter: Sendable {
  /// The most tries for one user within the window.
  package static let triesPerUser = 10
  /// The most tries from one address within the window. Behind a proxy, all of its users come from one.
  package static let triesPerAddress = 100
  /// How long tries count, in seconds, from the first one.
  package static let windowSeconds = 900.0
  /// The most users and addresses that are kept in mind. Where all of them are within their window, nobody new may try.
  package static let entryLimit = 100_000

  private struct Key: Hashable {
    let kind: UInt8
    let hash: Data
  }

  private struct Tries {
    var count: Int
    var since: Date
  }

  private let entries = Mutex<[Key: Tries]>([:])

  package init() {}

  /// Counts a try, or throws `SignInError.tooManyTries`.
  package func begin(emailAddress: String, address: String?, at now: Date) throws(SignInError) {
    let keys = [(Self.key(of: emailAddress), Self.triesPerUser)] + Self.addressKey(address)
    let wait = entries.withLock { entries -> Double? in
      if entries.count + keys.count > Self.entryLimit {
        entries = entries.filter { Self.wait(for: $0.value, at: now) > 0 }
        if entries.count + keys.count > Self.entryLimit { return Self.windowSeconds }
      }
      for (key, limit) in keys {
        if let tries = entries[key], tries.count >= limit, Self.wait(for: tries, at: now) > 0 {
          return Self.wait(for: tries, at: now)
        }
      }
      for (key, _) in keys {
        var tries = entries[key] ?? Tries(count: 0, since: now)
        if Self.wait(for: tries, at: now) <= 0 { tries = Tries(count: 0, since: now) }
        tries.count += 1
        entries[key] = tries
      }
      return nil
    }
    if let wait { throw .tooManyTries(retryAfterSeconds: max(1, Int(wait.rounded(.up)))) }
  }

  /// The password was right: the user's tries count no more.
  package func succeed(emailAddress: String) {
    entries.withLock { _ = $0.removeValue(forKey: Self.key(of: emailAddress)) }
  }

  private static func wait(for tries: Tries, at now: Date) -> Double {
    windowSeconds - now.timeIntervalSince(tries.since)
  }

  /// Hashed, so that long addresses take no more room than short ones.
  private static func key(of emailAddress: String) -> Key {
    Key(kind: 0, hash: Data(SHA256.hash(data: Data(emailAddress.lowercased().utf8))))
  }

  private static func addressKey(_ address: String?) -> [(Key, Int)] {
    address.map { [(Key(kind: 1, hash: Data(SHA256.hash(data: Data($0.utf8)))), triesPerAddress)] } ?? []
  }
}
