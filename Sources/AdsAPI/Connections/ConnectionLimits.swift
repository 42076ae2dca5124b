/// The limits of connections that operators may change.
package struct ConnectionLimits: Sendable, Hashable {
  /// The number of connections at once. More wait until one ends.
  package var connections = 1_000
  /// The number of connections of one network address; more are closed. Behind a proxy, all have its address.
  package var connectionsPerAddress = 500
  /// The time within which the head of a connection's first request has to be there, in seconds.
  package var headSeconds = 20
  /// The time that a client may be waited for while it sends a body, in seconds, whatever its rate.
  package var bodySeconds = 30
  /// The rate at which bodies that take longer have to come, in bytes a second.
  package var bodyBytesPerSecond = 8 << 10
  /// The time for which a connection may be silent before it is closed, in seconds.
  package var idleSeconds = 75

  /// The largest body that is read, or thrown away after the response, in bytes: more than any operation accepts.
  static let largestBodyBytes = 64 << 20

  package init() {}

  /// The same limits, with no more connections than half of the files that the process may open: stores, workers and
  /// requests need the others.
  package func fitting(openFileLimit: Int) -> ConnectionLimits {
    var limits = self
    limits.connections = max(1, min(connections, openFileLimit / 2))
    limits.connectionsPerAddress = min(connectionsPerAddress, limits.connections)
    return limits
  }
}
