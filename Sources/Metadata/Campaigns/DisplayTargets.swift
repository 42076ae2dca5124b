package import struct Foundation.Date
import GRDB

/// A target of Sponsored Display: here for the audience that it shows advertisements to.
package struct DisplayTargetRecord: StoredRecord {
  package static let databaseTableName = "displayTarget"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, profileID, adGroupID, state, definition, createdAt, updatedAt
  }

  package enum State: String, StoredChoice {
    case enabled
    case paused
    case archived
  }

  /// The place in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: Int64
  /// The profile that it was made with, whose targets are listed together.
  package var profileID: String
  /// The client's own; there are no ad groups of Sponsored Display here.
  package var adGroupID: Int64
  package var state: State
  /// A JSON object as the client sent it.
  package var definition: String
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: Int64, profileID: String, adGroupID: Int64, state: State, definition: String, createdAt: Date
  ) {
    (self.id, self.profileID, self.adGroupID) = (id, profileID, adGroupID)
    (self.state, self.definition) = (state, definition)
    (self.createdAt, updatedAt) = (createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The target of that id, if it is the profile's.
  package func displayTarget(id: Int64, profileID: String) throws -> DisplayTargetRecord? {
    try DisplayTargetRecord.filter { $0.id == id && $0.profileID == profileID }.fetchOne(database)
  }

  /// The profile's targets, oldest first.
  package func displayTargets(profileID: String) throws -> [DisplayTargetRecord] {
    try DisplayTargetRecord.filter { $0.profileID == profileID }.order { $0.sequence }.fetchAll(database)
  }

  /// How many targets the profile has that are not archived.
  package func liveDisplayTargetCount(profileID: String) throws -> Int {
    try DisplayTargetRecord
      .filter { $0.profileID == profileID && $0.state != DisplayTargetRecord.State.archived }.fetchCount(database)
  }
}
