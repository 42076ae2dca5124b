package import struct Foundation.Date
import GRDB

/// A request to add advertisers to an instance, or to remove them.
package struct AdvertiserUpdateRecord: IdentifiedRecord, ChangingRecord {
  package static let databaseTableName = "advertiserUpdate"
  package enum CodingKeys: String, StoredColumn {
    case id, instanceID, number, status, statusReason, additions, removals, clientID, userID, createdAt, updatedAt
  }

  package enum Status: String, StoredChoice {
    case pending = "PENDING"
    case updating = "UPDATING"
    case completed = "COMPLETED"
    case rejected = "REJECTED"
  }

  /// An advertiser, as the request names it.
  package struct Advertiser: Sendable, Hashable, Codable {
    package var id: String
    package var kind: AdvertiserKind
    /// nil for a display advertiser.
    package var marketplaceID: String?

    package init(id: String, kind: AdvertiserKind, marketplaceID: String?) {
      (self.id, self.kind, self.marketplaceID) = (id, kind, marketplaceID)
    }
  }

  /// Unique among all instances; the subject of the update's job.
  package var id: String
  package var instanceID: String
  /// 0 for the first update of the instance, and one more for each further one.
  package var number: Int64
  package var status: Status = .pending
  /// The reason of a rejection; nil otherwise.
  package var statusReason: String?
  package var additions: [Advertiser]
  package var removals: [Advertiser]
  /// The client that made the request; its access is checked, or that of the user behind it.
  package var clientID: String
  package var userID: String?
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, instanceID: String, number: Int64, additions: [Advertiser], removals: [Advertiser],
    clientID: String, userID: String?, createdAt: Date
  ) {
    (self.id, self.instanceID, self.number) = (id, instanceID, number)
    (self.additions, self.removals) = (additions, removals)
    (self.clientID, self.userID, self.createdAt, updatedAt) = (clientID, userID, createdAt, createdAt)
  }
}

extension MetadataReading {
  /// The instance's update with the number, or nil.
  package func advertiserUpdate(number: Int64, instanceID: String) throws -> AdvertiserUpdateRecord? {
    try AdvertiserUpdateRecord.fetchOne(database, key: ["instanceID": instanceID, "number": number])
  }

  /// The instance's updates, newest first, from before the number, at most `limit`.
  package func advertiserUpdates(
    instanceID: String, before number: Int64, limit: Int
  ) throws -> [AdvertiserUpdateRecord] {
    try AdvertiserUpdateRecord.filter { $0.instanceID == instanceID && $0.number < number }.order { $0.number.desc }
      .limit(limit).fetchAll(database)
  }

  /// Whether an update of the instance is waiting or running.
  package func hasOpenAdvertiserUpdate(instanceID: String) throws -> Bool {
    let open: [AdvertiserUpdateRecord.Status] = [.pending, .updating]
    return try !AdvertiserUpdateRecord.filter { $0.instanceID == instanceID && open.contains($0.status) }
      .isEmpty(database)
  }

  /// The number of the instance's next update.
  package func nextAdvertiserUpdateNumber(instanceID: String) throws -> Int64 {
    let last = try AdvertiserUpdateRecord.filter { $0.instanceID == instanceID }
      .select({ max($0.number) }, as: Int64.self).fetchOne(database)
    return last.map { $0 + 1 } ?? 0
  }
}
