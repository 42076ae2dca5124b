package import struct Foundation.Date

/// The source of sandbox instances' signals.
package protocol SyntheticSignals: Sendable {
  /// The advertisers of the signals.
  var advertisers: [InstanceSetup.Advertiser] { get }

  /// Fills an instance with signals of the days before `end`, replacing those in its tables. Repeating it has the
  /// effect of once.
  ///
  /// - Throws: `CancellationError`, or the error of the server.
  func fill(instanceID: String, until end: Date) async throws

  /// Whether the signals of an instance end before the day before `now`, and are to move.
  func isBehind(instanceID: String, at now: Date) async throws -> Bool

  /// Moves the signals of an instance to the days before `end`: the oldest days leave. Repeating it has the effect of
  /// once.
  ///
  /// - Throws: `CancellationError`, or the error of the server.
  func renew(instanceID: String, until end: Date) async throws
}
