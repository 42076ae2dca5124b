import FirstPartyData
import Foundation
import ObjectStorage

/// The files that a session of the engine may open, and how it works: all of it fixed before the first statement.
struct SessionAccess: Sendable {
  /// Files that may be read.
  var files: [EngineLocation] = []
  /// Folders in which files may be read and written.
  var folders: [URL] = []
  /// Whether joins are made as they are written.
  var keepsJoinOrder = false
  /// Whether the statements are the project's own, which may call `KeyedHashFunctions`.
  var isTrusted = false
  /// Set for loading advertisers' records: statements can then call `RecordFunctions`.
  var consent: ConsentPolicy?
  /// Where the session hashes a customer file: what its columns hold, and what becomes of them.
  var hashing: HashingTally?
}
