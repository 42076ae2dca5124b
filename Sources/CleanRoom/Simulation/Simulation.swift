/// The behaviour of AMC that a server imitates, for tests of integrations. By default it imitates nothing.
package struct Simulation: Sendable, Hashable {
  /// The time that work takes, in seconds. Each piece of work draws its own, which never changes.
  package struct Pace: Sendable, Hashable {
    /// The time until the work is shown as running.
    package var pendingSeconds: ClosedRange<Int>
    /// The time from then until the work is done.
    package var runningSeconds: ClosedRange<Int>

    package init(pendingSeconds: ClosedRange<Int> = 0...0, runningSeconds: ClosedRange<Int> = 0...0) {
      self.pendingSeconds = pendingSeconds
      self.runningSeconds = runningSeconds
    }
  }

  /// The shares of requests that fail although nothing is wrong with them, each from 0 to 1, together at most 1.
  package struct Faults: Sendable, Hashable {
    /// 429, too many requests.
    package var throttled = 0.0
    /// 500, an error of the server.
    package var failed = 0.0
    /// 503, the service is unavailable.
    package var unavailable = 0.0

    package init() {}
  }

  /// The number behind all draws. The same number, and the same requests in the same order, have the same faults.
  package var seed: UInt64 = 1
  /// Executions of measurement queries; nil for no wait.
  package var executions: Pace?
  /// Audiences until they are in the advertiser account, also when they are refreshed; nil for no wait.
  package var audiences: Pace?
  package var faults = Faults()
  /// The lifetime of download URLs in seconds, 0 for URLs that have expired already; nil for the usual one.
  package var downloadURLLifetimeSeconds: Int?
  /// The time that signals take to arrive, in seconds. Queries do not see younger signals.
  package var signalDelaySeconds = 0

  package init() {}
}
