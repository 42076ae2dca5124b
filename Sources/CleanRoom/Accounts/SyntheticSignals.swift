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
}
