package import struct Foundation.Date

/// An AMC account: owns instances, is what clients get access to. Its id is the entity id of the API.
package struct AccountRecord: Sendable, Hashable {
  package var id: String
  package var name: String
  package var marketplaceID: String
  package var createdAt: Date

  package init(id: String, name: String, marketplaceID: String, createdAt: Date) {
    self.id = id
    self.name = name
    self.marketplaceID = marketplaceID
    self.createdAt = createdAt
  }
}

/// That a client may act for an account.
package struct ClientAccountRecord: Sendable, Hashable {
  package var clientID: String
  package var accountID: String

  package init(clientID: String, accountID: String) {
    self.clientID = clientID
    self.accountID = accountID
  }
}

/// The kind of an advertiser's account. Audiences go to display and sponsored ads advertisers only.
package enum AdvertiserKind: String, Sendable, Hashable, Codable, CaseIterable {
  case display = "DISPLAY"
  case sponsoredAds = "SPONSORED_ADS"
  /// The ad server, once Sizmek Ad Suite.
  case adServer = "SAS"
}

/// An advertiser whose signals are in an instance.
package struct AdvertiserRecord: Sendable, Hashable {
  package var instanceID: String
  package var id: String
  package var kind: AdvertiserKind
  package var name: String
  /// Set for sponsored ads and ad server advertisers only.
  package var marketplaceID: String?

  package init(instanceID: String, id: String, kind: AdvertiserKind, name: String, marketplaceID: String?) {
    self.instanceID = instanceID
    self.id = id
    self.kind = kind
    self.name = name
    self.marketplaceID = marketplaceID
  }
}

extension AccountRecord: StoredRecord {
  package static let databaseTableName = "account"
}

extension ClientAccountRecord: StoredRecord {
  package static let databaseTableName = "clientAccount"
}

extension AdvertiserRecord: StoredRecord {
  package static let databaseTableName = "advertiser"
}
