package import Base
import Foundation
import Synchronization

/// A bucket of calls for each client and operation: it holds `burst` calls and gets `perSecond` of them back.
package final class RateLimiter: Sendable {
  private struct Key: Hashable {
    let clientID: String
    let operation: String
  }

  private struct Bucket {
    var calls: Double
    var filledAt: Date
  }

  private let limits: [String: RateLimit]
  private let clock: any WallClock
  private let buckets = Mutex<[Key: Bucket]>([:])

  /// - Parameter limits: Operations that are not in it are not limited.
  package init(limits: [String: RateLimit], clock: any WallClock) {
    self.limits = limits
    self.clock = clock
  }

  /// Takes a call out of the client's bucket.
  ///
  /// - Throws: `RequestError.tooManyRequests` with the whole seconds until there is one again.
  func admit(clientID: String, operation: String) throws(RequestError) {
    guard let limit = limits[operation] else { return }
    let now = clock.now
    let wait = buckets.withLock { buckets -> Double? in
      let key = Key(clientID: clientID, operation: operation)
      var bucket = buckets[key] ?? Bucket(calls: limit.burst, filledAt: now)
      // A clock that is set back gives nothing and takes nothing.
      let elapsed = max(0, now.timeIntervalSince(bucket.filledAt))
      bucket.calls = min(limit.burst, bucket.calls + elapsed * limit.perSecond)
      bucket.filledAt = now
      let isAdmitted = bucket.calls >= 1
      if isAdmitted { bucket.calls -= 1 }
      buckets[key] = bucket
      return isAdmitted ? nil : (1 - bucket.calls) / limit.perSecond
    }
    if let wait { throw .tooManyRequests(retryAfterSeconds: max(1, Int(wait.rounded(.up)))) }
  }
}
