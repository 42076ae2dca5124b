import GRDB

/// A profile of the advertiser account, which `Amazon-Advertising-API-Scope` names.
package struct ProfileRecord: IdentifiedRecord {
  package static let databaseTableName = "profile"
  package enum CodingKeys: String, StoredColumn { case id, accountID, kind, advertiserID }

  /// The owner of a profile.
  package enum Kind: String, StoredChoice {
    /// The account: its Amazon DSP, and here also all of its sponsored ads advertisers.
    case agency
    /// A sponsored ads advertiser.
    case vendor
    /// A sponsored ads advertiser.
    case seller
  }

  /// Numbers of 16 digits, as those of the API.
  fileprivate static let newIDs = Int64(1_000_000_000_000_000)...9_007_199_254_740_991

  package var id: String
  package var accountID: String
  package var kind: Kind
  /// The sponsored ads advertiser that the profile acts for; nil for a profile of the account.
  package var advertiserID: String?

  package init(id: String, accountID: String, kind: Kind = .agency, advertiserID: String? = nil) {
    (self.id, self.accountID, self.kind, self.advertiserID) = (id, accountID, kind, advertiserID)
  }
}

extension MetadataReading {
  /// The profile with the id, or nil. Profiles that `profiles(accountID:)` hides are not found.
  package func profile(id: String) throws -> ProfileRecord? {
    try ProfileRecord.shown.filter { $0.id == id }.fetchOne(database)
  }

  /// The account's profiles by id.
  ///
  /// The profile of a sponsored ads advertiser is hidden while no instance of the account has the advertiser. Its
  /// campaigns are kept, and the same profile returns with the advertiser.
  package func profiles(accountID: String) throws -> [ProfileRecord] {
    try ProfileRecord.shown.filter { $0.accountID == accountID }.order { $0.id }.fetchAll(database)
  }
}

extension WriteTransaction {
  /// Gives a sponsored ads advertiser a profile in the account, unless it has one there.
  func addProfile(ofSponsoredAdsAdvertiser advertiserID: String, accountID: String) throws {
    let known = ProfileRecord.filter { $0.accountID == accountID && $0.advertiserID == advertiserID }
    guard try known.isEmpty(database) else { return }
    var id: String
    repeat { id = String(Int64.random(in: ProfileRecord.newIDs)) } while try find(ProfileRecord.self, id: id) != nil
    try insert(ProfileRecord(id: id, accountID: accountID, kind: .vendor, advertiserID: advertiserID))
  }
}

extension ProfileRecord {
  fileprivate static var shown: QueryInterfaceRequest<ProfileRecord> {
    filter(
      sql: """
        advertiserID IS NULL OR EXISTS (
          SELECT 1 FROM advertiser JOIN instance ON instance.id = advertiser.instanceID
          WHERE advertiser.id = profile.advertiserID AND advertiser.kind = 'SPONSORED_ADS'
            AND instance.accountID = profile.accountID)
        """)
  }
}
