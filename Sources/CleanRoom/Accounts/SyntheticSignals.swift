package import struct Foundation.Date

/// Where the signals of sandbox instances come from.
package protocol SyntheticSignals: Sendable {
  /// The advertisers that the signals are about.
  var advertisers: [InstanceSetup.Advertiser] { get }

  /// Fills an instance, in place of what its tables held, with signals of the days before `end`. Doing it twice has the
  /// effect of once.
  ///
  /// - Throws: `CancellationError`, or what makes the server fail.
  func fill(instanceID: String, until end: Date) async throws
}
