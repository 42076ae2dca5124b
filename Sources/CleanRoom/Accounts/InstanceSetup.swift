package import Metadata

package import struct Foundation.Date

/// An account with one instance, as `adyton sandbox`, the demo and tests need it.
package struct InstanceSetup: Sendable, Hashable {
  package var accountID: String
  package var accountName: String
  package var marketplaceID: String
  package var profileID: String
  /// The profile of the sponsored ads advertiser; nil for none, so that the account's own stands in.
  package var sponsoredAdsProfileID: String?
  package var instanceID: String
  package var instanceName: String
  package var kind: InstanceRecord.Kind
  package var displayAdvertiserID: String
  package var sponsoredAdsAdvertiserID: String
  /// Advertisers beside the two that every instance has.
  package var moreAdvertisers: [Advertiser] = []

  package struct Advertiser: Sendable, Hashable {
    package var kind: AdvertiserKind
    package var id: String
    package var name: String
    /// nil for a display advertiser.
    package var marketplaceID: String?

    package init(kind: AdvertiserKind, id: String, name: String, marketplaceID: String?) {
      self.kind = kind
      self.id = id
      self.name = name
      self.marketplaceID = marketplaceID
    }
  }

  package init(
    accountID: String, accountName: String, marketplaceID: String, profileID: String, instanceID: String,
    instanceName: String, kind: InstanceRecord.Kind, displayAdvertiserID: String, sponsoredAdsAdvertiserID: String
  ) {
    self.accountID = accountID
    self.accountName = accountName
    self.marketplaceID = marketplaceID
    self.profileID = profileID
    self.instanceID = instanceID
    self.instanceName = instanceName
    self.kind = kind
    self.displayAdvertiserID = displayAdvertiserID
    self.sponsoredAdsAdvertiserID = sponsoredAdsAdvertiserID
  }

  /// A set-up with new identifiers, shaped as the API's are.
  package static func new(
    instanceID: String? = nil, name: String, kind: InstanceRecord.Kind, identifiers: any IdentifierGenerator
  ) -> InstanceSetup {
    var setup = InstanceSetup(
      accountID: "ENTITY\(identifiers.number(digits: 13))", accountName: name,
      marketplaceID: defaultMarketplaceID, profileID: identifiers.number(digits: 16),
      instanceID: instanceID ?? "amc\(identifiers.number(digits: 10))", instanceName: name, kind: kind,
      displayAdvertiserID: identifiers.number(digits: 18),
      sponsoredAdsAdvertiserID: "ENTITY\(identifiers.number(digits: 13))")
    setup.sponsoredAdsProfileID = identifiers.number(digits: 16)
    return setup
  }

  /// The marketplace of accounts that say nothing else: that of the United States.
  package static let defaultMarketplaceID = "ATVPDKIKX0DER"
}

extension InstanceService {
  /// Makes the account with its profile, the instance and its advertisers, all or nothing.
  ///
  /// - Throws: `MetadataError` when one of the identifiers is taken.
  package func create(_ setup: InstanceSetup, at now: Date) async throws {
    try await inTransaction { transaction in
      try transaction.insert(
        AccountRecord(
          id: setup.accountID, name: setup.accountName, marketplaceID: setup.marketplaceID, createdAt: now))
      try transaction.insert(ProfileRecord(id: setup.profileID, accountID: setup.accountID))
      if let id = setup.sponsoredAdsProfileID {
        try transaction.insert(
          ProfileRecord(
            id: id, accountID: setup.accountID, kind: .vendor, advertiserID: setup.sponsoredAdsAdvertiserID))
      }
      try transaction.insert(
        InstanceRecord(
          id: setup.instanceID, accountID: setup.accountID, name: setup.instanceName, kind: setup.kind,
          createdAt: now))
      try transaction.insert(
        AdvertiserRecord(
          instanceID: setup.instanceID, id: setup.displayAdvertiserID, kind: .display,
          name: "\(setup.instanceName) (Amazon DSP)", marketplaceID: nil))
      try transaction.insert(
        AdvertiserRecord(
          instanceID: setup.instanceID, id: setup.sponsoredAdsAdvertiserID, kind: .sponsoredAds,
          name: "\(setup.instanceName) (sponsored ads)", marketplaceID: setup.marketplaceID))
      for advertiser in setup.moreAdvertisers {
        try transaction.insert(AdvertiserRecord(advertiser, instanceID: setup.instanceID))
      }
    }
  }

  /// Adds advertisers to the instance; those that it has already stay as they are.
  package func addAdvertisers(_ advertisers: [InstanceSetup.Advertiser], instanceID: String) async throws {
    try await inTransaction { transaction in
      for advertiser in advertisers where try transaction.advertiser(id: advertiser.id, instanceID: instanceID) == nil {
        try transaction.insert(AdvertiserRecord(advertiser, instanceID: instanceID))
      }
    }
  }

  /// Lets the client act for the account; again changes nothing.
  package func grantAccess(clientID: String, accountID: String) async throws {
    try await inTransaction { try $0.grantAccess(clientID: clientID, accountID: accountID) }
  }

  /// Whether there is an instance of that id, for commands that put signals into it.
  package func instanceExists(id: String) async throws -> Bool {
    try await instance(id: id) != nil
  }
}

extension AdvertiserRecord {
  init(_ advertiser: InstanceSetup.Advertiser, instanceID: String) {
    self.init(
      instanceID: instanceID, id: advertiser.id, kind: advertiser.kind, name: advertiser.name,
      marketplaceID: advertiser.marketplaceID)
  }
}
