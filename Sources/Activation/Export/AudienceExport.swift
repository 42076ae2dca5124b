package import Metadata
package import ObjectStorage

package import struct Foundation.Data
package import struct Foundation.Date

/// Members of an audience to be exported to a destination.
package struct ExportedAudience: Sendable, Hashable {
  package var destination: DestinationRecord
  /// The audience's id in the account: part of the keys in the bucket, and of the manifest.
  package var canonicalID: String
  /// The beginning of the audience's objects at the destination.
  package var folder: String
  /// The number of written revisions. The files of a revision have their own names.
  package var revision: Int
  /// The prefix of the members in the clean room; nil if there are to be none.
  package var membersPrefix: String?
}

/// The outcome of an export.
package enum ExportOutcome: Sendable, Hashable {
  case done
  /// The destination refused it, and will refuse it until something is changed there. The reason is safe to show.
  case refused(reason: String)
}

/// The export of audiences' members. A member leaves as an id that only the destination knows, never as a user key.
///
/// Repeating an operation has the effect of once. Thrown errors are those of the server's own storage, and those that
/// may pass by themselves.
package protocol AudienceExport: Sendable {
  /// Makes the members of `audience` the members at the destination, in one step. Those of earlier revisions are
  /// removed.
  func replace(_ audience: ExportedAudience, at now: Date) async throws -> ExportOutcome

  /// Removes all members of the audience from the destination.
  func remove(_ audience: ExportedAudience) async throws -> ExportOutcome
}

/// The export of servers and tests without destinations: every use is an error of the server.
package struct NoAudienceExport: AudienceExport {
  struct Missing: Error {}

  package init() {}

  package func replace(_ audience: ExportedAudience, at now: Date) async throws -> ExportOutcome { throw Missing() }

  package func remove(_ audience: ExportedAudience) async throws -> ExportOutcome { throw Missing() }
}

/// Computes the ids of members for a destination.
package protocol MemberDigests: Sendable {
  /// Writes a Parquet file named `name` into `area` with the ids of the members in `source`.
  ///
  /// - Returns: The number of members.
  func write(_ source: EngineLocation, secret: Data, to name: String, in area: StagingArea) async throws -> Int
}
