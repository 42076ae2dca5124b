package import Base
package import Metadata

package import struct Foundation.Date

/// An account with one instance, for `adyton sandbox`, the demo and tests.
package struct InstanceSetup: Sendable, Hashable {
  package var accountID: String
  package var accountName: String
  package var marketplaceID: String
  package var profileID: String
  /// The profile of the sponsored ads advertiser; nil to use the account's own.
  package var sponsoredAdsProfileID: String?
  package var instanceID: String
  package var instanceName: String
  package var kind: InstanceRecord.Kind
  /// Whether a standard instance has synthetic signals as well.
  package var hasSyntheticSignals = false
  /// The privacy mode, which stays for good.
  package var privacy = InstancePrivacy.threshold
  /// `inProgress` for a sandbox whose signals are yet to be made.
  package var status = InstanceRecord.Status.completed
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

  /// A setup with new identifiers in the form of the API's.
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

  /// The default marketplace of accounts: that of the United States.
  package static let defaultMarketplaceID = "ATVPDKIKX0DER"
}

extension InstanceService {
  /// Makes the account with its profile, the instance and its advertisers, all or nothing; for the operator.
  ///
  /// - Throws: `MetadataError` if one of the identifiers is taken; `CleanRoomError.instanceBeingRemoved`.
  package func create(_ setup: InstanceSetup, at now: Date) async throws {
    try await inTransaction { transaction in
      let account = AccountRecord(
        id: setup.accountID, name: setup.accountName, marketplaceID: setup.marketplaceID, createdAt: now)
      try transaction.create(account, profileID: setup.profileID, at: now)
      if let id = setup.sponsoredAdsProfileID {
        try transaction.insert(
          ProfileRecord(
            id: id, accountID: setup.accountID, kind: .vendor, advertiserID: setup.sponsoredAdsAdvertiserID))
      }
      let display = InstanceSetup.Advertiser(
        kind: .display, id: setup.displayAdvertiserID, name: "\(setup.instanceName) (Amazon DSP)", marketplaceID: nil)
      let sponsored = InstanceSetup.Advertiser(
        kind: .sponsoredAds, id: setup.sponsoredAdsAdvertiserID, name: "\(setup.instanceName) (sponsored ads)",
        marketplaceID: setup.marketplaceID)
      var instance = InstanceRecord(
        id: setup.instanceID, accountID: setup.accountID, name: setup.instanceName, kind: setup.kind, createdAt: now,
        status: setup.status)
      instance.hasSyntheticSignals = setup.kind == .sandbox || setup.hasSyntheticSignals
      instance.privacy = setup.privacy
      try transaction.create(
        instance,
        advertisers: [display, sponsored] + setup.moreAdvertisers, at: now)
    }
  }

  /// Makes an empty account with its profile; for the operator.
  package func create(_ account: AccountRecord, profileID: String) async throws {
    try await inTransaction { try $0.create(account, profileID: profileID, at: account.createdAt) }
  }

  /// Makes an instance that is COMPLETED at once, in an existing account; for the operator.
  ///
  /// - Throws: `CleanRoomError.accountForbidden` if there is no such account; `tooManyInstances`;
  ///   `instanceBeingRemoved`; `MetadataError` if the id is taken.
  package func create(_ instance: InstanceRecord, advertisers: [InstanceSetup.Advertiser]) async throws {
    try await inTransaction { transaction in
      guard try transaction.find(AccountRecord.self, id: instance.accountID) != nil else {
        throw CleanRoomError.accountForbidden
      }
      guard try transaction.instanceCount(accountID: instance.accountID) < InstanceRules.instanceCountLimit else {
        throw CleanRoomError.tooManyInstances(limit: InstanceRules.instanceCountLimit)
      }
      try transaction.create(instance, advertisers: advertisers, at: instance.createdAt)
    }
  }

  /// Adds advertisers to the instance; existing ones stay as they are; for the operator.
  package func addAdvertisers(
    _ advertisers: [InstanceSetup.Advertiser], instanceID: String, at now: Date
  ) async throws {
    try await inTransaction { transaction in
      let missing = try advertisers.filter { try transaction.advertiser(id: $0.id, instanceID: instanceID) == nil }
      guard !missing.isEmpty, let instance = try transaction.find(InstanceRecord.self, id: instanceID) else { return }
      for advertiser in missing {
        try transaction.insert(AdvertiserRecord(advertiser, instanceID: instanceID))
      }
      try transaction.audit(
        .updateAdvertisers, of: instanceID, accountID: instance.accountID, by: .operatorAtMachine, at: now,
        details: ["added": missing.map(\.id).joined(separator: ", ")])
    }
  }

  /// Lets the client act for the account; repeating it changes nothing; for the operator.
  package func grantAccess(clientID: String, accountID: String, at now: Date) async throws {
    try await inTransaction { transaction in
      guard try !transaction.hasAccess(clientID: clientID, accountID: accountID) else { return }
      try transaction.grantAccess(clientID: clientID, accountID: accountID)
      try transaction.audit(.grantAccount, of: clientID, accountID: accountID, by: .operatorAtMachine, at: now)
    }
  }
}

extension AdvertiserRecord {
  init(_ advertiser: InstanceSetup.Advertiser, instanceID: String) {
    self.init(
      instanceID: instanceID, id: advertiser.id, kind: advertiser.kind, name: advertiser.name,
      marketplaceID: advertiser.marketplaceID)
  }
}

extension WriteTransaction {
  fileprivate func create(_ account: AccountRecord, profileID: String, at now: Date) throws {
    try insert(account)
    try insert(ProfileRecord(id: profileID, accountID: account.id))
    try audit(.createAccount, of: account.id, accountID: account.id, by: .operatorAtMachine, at: now)
  }

  fileprivate func create(
    _ instance: InstanceRecord, advertisers: [InstanceSetup.Advertiser], at now: Date
  ) throws {
    guard try find(InstanceRemovalRecord.self, id: instance.id) == nil else {
      throw CleanRoomError.instanceBeingRemoved
    }
    try insert(instance)
    for advertiser in advertisers { try insert(AdvertiserRecord(advertiser, instanceID: instance.id)) }
    var details = ["instanceType": instance.kind.rawValue, "privacyMode": instance.privacyMode.rawValue]
    details["population"] = instance.population
    try audit(
      .createInstance, of: instance.id, accountID: instance.accountID, by: .operatorAtMachine, at: now,
      details: details)
  }
}
