package import struct Foundation.Date

/// That somebody asked for advertisers to come into an instance, or to leave it.
package struct AdvertiserUpdateRecord: Sendable, Hashable {
  package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case updating = "UPDATING"
    case completed = "COMPLETED"
    case rejected = "REJECTED"
  }

  /// An advertiser as the request names it.
  package struct Advertiser: Sendable, Hashable, Codable {
    package var id: String
    package var kind: AdvertiserKind
    /// nil for a display advertiser.
    package var marketplaceID: String?

    package init(id: String, kind: AdvertiserKind, marketplaceID: String?) {
      self.id = id
      self.kind = kind
      self.marketplaceID = marketplaceID
    }
  }

  /// Unique among all instances; the subject of its job.
  package var id: String
  package var instanceID: String
  /// 0 for the first one of the instance, and then one more each time.
  package var number: Int64
  package var status: Status
  /// Why it was rejected; nil unless it was.
  package var statusReason: String?
  package var additions: [Advertiser]
  package var removals: [Advertiser]
  /// The client that asked, and the user behind it where there is one: whose access is looked at.
  package var clientID: String
  package var userID: String?
  package var createdAt: Date
  package var updatedAt: Date

  package init(
    id: String, instanceID: String, number: Int64, additions: [Advertiser], removals: [Advertiser],
    clientID: String, userID: String?, createdAt: Date
  ) {
    self.id = id
    self.instanceID = instanceID
    self.number = number
    self.additions = additions
    self.removals = removals
    self.clientID = clientID
    self.userID = userID
    self.createdAt = createdAt
    status = .pending
    updatedAt = createdAt
  }
}

extension AdvertiserUpdateRecord: StoredRecord {
  package static let databaseTableName = "advertiserUpdate"
}
