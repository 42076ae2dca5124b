package import struct Foundation.Date
import GRDB

/// A target of Sponsored Display, stored for the audience that it shows advertisements to.
package struct DisplayTargetRecord: ChangingRecord {
  package static let databaseTableName = "displayTarget"
  package enum CodingKeys: String, StoredColumn {
    case sequence, id, profileID, adGroupID, state, definition, createdAt, updatedAt
  }

  package enum State: String, StoredChoice {
    case enabled
    case paused
    case archived
  }

  /// The position in the order of creation; nil before the first insert.
  package var sequence: Int64?
  package var id: Int64
  /// The profile that the target was made with; its targets are listed together.
  package var profileID: String
  /// The ad group of Sponsored Display that the target is in.
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

/// A filter of lists of targets. A property that is nil restricts nothing.
package struct DisplayTargetFilter: Sendable, Hashable {
  package var ids: Set<Int64>?
  package var adGroupIDs: Set<Int64>?
  package var states: Set<DisplayTargetRecord.State>?
  /// The campaigns of the targets' ad groups.
  package var campaignIDs: Set<Int64>?

  package init() {}
}

extension MetadataReading {
  /// The target with the id, if it belongs to the profile.
  package func displayTarget(id: Int64, profileID: String) throws -> DisplayTargetRecord? {
    try DisplayTargetRecord.filter { $0.id == id && $0.profileID == profileID }.fetchOne(database)
  }

  /// The profile's targets that match, oldest first, without the first `offset`, at most `limit`.
  package func displayTargets(
    _ filter: DisplayTargetFilter, profileID: String, offset: Int, limit: Int
  ) throws -> [DisplayTargetRecord] {
    var request = DisplayTargetRecord.filter { $0.profileID == profileID }
    if let ids = filter.ids { request = request.filter { ids.contains($0.id) } }
    if let adGroupIDs = filter.adGroupIDs { request = request.filter { adGroupIDs.contains($0.adGroupID) } }
    if let states = filter.states { request = request.filter { states.contains($0.state) } }
    if let campaignIDs = filter.campaignIDs {
      let adGroups = AdvertisingEntityRecord.filter {
        $0.kind == AdvertisingEntityRecord.Kind.displayAdGroup
          && campaignIDs.map { String($0) }.contains($0.parentID)
      }
      .select(sql: "CAST(id AS INTEGER)", as: Int64.self)
      request = request.filter { adGroups.contains($0.adGroupID) }
    }
    return try request.order { $0.sequence }.limit(limit, offset: offset).fetchAll(database)
  }

  /// The number of the profile's targets that are not archived.
  package func livingDisplayTargetCount(profileID: String) throws -> Int {
    try DisplayTargetRecord.filter { $0.profileID == profileID }.filter(sql: "state != 'archived'")
      .fetchCount(database)
  }
}
