package import Metadata
package import ObjectStorage

package import struct Foundation.Data
package import struct Foundation.Date

/// Members of an audience on their way to a destination.
package struct ExportedAudience: Sendable, Hashable {
  package var destination: DestinationRecord
  /// What the account knows the audience by: part of the keys in the bucket, and of the manifest.
  package var canonicalID: String
  /// What the objects of the audience begin with in the destination.
  package var folder: String
  /// Counts what was written: the files of a revision have names of their own.
  package var revision: Int
  /// Where the members are in the clean room; nil where there are to be none.
  package var membersPrefix: String?

  package init(
    destination: DestinationRecord, canonicalID: String, folder: String, revision: Int, membersPrefix: String?
  ) {
    self.destination = destination
    self.canonicalID = canonicalID
    self.folder = folder
    self.revision = revision
    self.membersPrefix = membersPrefix
  }
}

/// What became of an export.
package enum ExportOutcome: Sendable, Hashable {
  case done
  /// The destination did not take it, and will not if nothing is changed there. The reason is safe to show.
  case refused(reason: String)
}

/// A way out for members of audiences. What leaves is never a user key, but an id that only the destination knows the member by.
///
/// Doing it twice has the effect of once. Throws what is wrong with the server's own storage, and what may pass by itself.
package protocol AudienceExport: Sendable {
  /// Makes the members of `audience` those that the destination has, at once; those of earlier revisions go.
  func replace(_ audience: ExportedAudience, at now: Date) async throws -> ExportOutcome

  /// Takes all members of the audience away from the destination.
  func remove(_ audience: ExportedAudience) async throws -> ExportOutcome
}

/// For servers and tests without destinations: every use is an error of the server.
package struct NoAudienceExport: AudienceExport {
  struct Missing: Error {}

  package init() {}

  package func replace(_ audience: ExportedAudience, at now: Date) async throws -> ExportOutcome { throw Missing() }

  package func remove(_ audience: ExportedAudience) async throws -> ExportOutcome { throw Missing() }
}

/// Turns user keys into the ids that a destination knows members by.
package protocol MemberDigests: Sendable {
  /// Writes a Parquet file named `name` into `area` with the ids of the members that `source` holds. Returns how many there are.
  func write(_ source: EngineLocation, secret: Data, to name: String, in area: StagingArea) async throws -> Int
}
