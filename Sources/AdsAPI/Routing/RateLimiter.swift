package import Base
import Foundation
import Synchronization

/// A bucket of calls for each caller and operation. It contains `burst` calls, and `perSecond` of them come back each
/// second.
///
/// The callers of an operation with a token are clients. Those of a public one are network addresses.
package final class RateLimiter: Sendable {
  /// The one whose calls are counted.
  private enum Caller: Hashable {
    case client(String)
    case network(String)
  }

  private struct Key: Hashable {
    let caller: Caller
    let operation: String
  }

  private struct Bucket {
    var calls: Double
    var filledAt: Date

    /// The calls at a time. A clock that is set back adds and removes nothing.
    func calls(at now: Date, _ limit: RateLimit) -> Double {
      min(limit.burst, calls + max(0, now.timeIntervalSince(filledAt)) * limit.perSecond)
    }
  }

  /// The rate of refused credentials from one network address.
  static let refusalLimit = RateLimit(perSecond: 10, burst: 100)
  /// The name under which refused credentials are counted; no operation has it.
  private static let refusals = "(refused credentials)"
  /// The largest number of buckets. Beyond it, those that are full again are forgotten.
  static let bucketLimit = 100_000

  private let limits: [String: RateLimit]
  private let clock: any WallClock
  private let buckets = Mutex<[Key: Bucket]>([:])

  /// - Parameter limits: Operations without a limit are not limited. With none at all, nothing is.
  package init(limits: [String: RateLimit], clock: any WallClock) {
    self.limits = limits.isEmpty ? [:] : limits.merging([Self.refusals: Self.refusalLimit]) { first, _ in first }
    self.clock = clock
  }

  /// Takes a call out of the client's bucket.
  ///
  /// - Throws: `RequestError.tooManyRequests` with the number of seconds until the next call.
  func admit(clientID: String, operation: String) throws(RequestError) {
    try admit(.client(clientID), operation: operation)
  }

  /// Takes a call out of the bucket of a network address; does nothing without one.
  ///
  /// - Throws: `RequestError.tooManyRequests`.
  func admit(network: String?, operation: String) throws(RequestError) {
    if let network { try admit(.network(network), operation: operation) }
  }

  /// Counts refused credentials of a network address.
  ///
  /// - Throws: `RequestError.tooManyRequests`.
  func countRefusal(network: String?) throws(RequestError) {
    try admit(network: network, operation: Self.refusals)
  }

  private func admit(_ caller: Caller, operation: String) throws(RequestError) {
    guard let limit = limits[operation] else { return }
    let now = clock.now
    let wait = buckets.withLock { buckets -> Double? in
      let key = Key(caller: caller, operation: operation)
      if buckets[key] == nil, buckets.count >= Self.bucketLimit {
        buckets = buckets.filter { !isFull($0.value, of: $0.key, at: now) }
        // As many callers as that at once are an attack: the next one waits until some are full again.
        guard buckets.count < Self.bucketLimit else { return limit.burst / limit.perSecond }
      }
      var bucket = buckets[key] ?? Bucket(calls: limit.burst, filledAt: now)
      bucket.calls = bucket.calls(at: now, limit)
      bucket.filledAt = now
      let isAdmitted = bucket.calls >= 1
      if isAdmitted { bucket.calls -= 1 }
      buckets[key] = bucket
      return isAdmitted ? nil : (1 - bucket.calls) / limit.perSecond
    }
    if let wait { throw .tooManyRequests(retryAfterSeconds: max(1, Int(wait.rounded(.up)))) }
  }

  private func isFull(_ bucket: Bucket, of key: Key, at now: Date) -> Bool {
    limits[key.operation].map { bucket.calls(at: now, $0) >= $0.burst } ?? true
  }
}
