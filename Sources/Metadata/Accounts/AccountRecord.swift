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

/// A clean room.
package struct InstanceRecord: Sendable, Hashable {
  /// What stands behind an instance's signals.
  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case standard = "STANDARD"
    /// Synthetic signals only.
    case sandbox = "SANDBOX"
  }

  package var id: String
  package var accountID: String
  package var name: String
  package var kind: Kind
  package var createdAt: Date
  /// The bucket that results are delivered into; nil for none.
  package var s3BucketName: String?

  package init(id: String, accountID: String, name: String, kind: Kind, createdAt: Date) {
    self.id = id
    self.accountID = accountID
    self.name = name
    self.kind = kind
    self.createdAt = createdAt
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

extension InstanceRecord: StoredRecord {
  package static let databaseTableName = "instance"
}

extension AdvertiserRecord: StoredRecord {
  package static let databaseTableName = "advertiser"
}
