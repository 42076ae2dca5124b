package import struct Foundation.Data

/// Where the results of reports are read from.
package protocol ReportReader: Sendable {
  /// The bytes of the object with that key, or nil when there is none.
  func report(at key: String) async throws -> Data?
}
