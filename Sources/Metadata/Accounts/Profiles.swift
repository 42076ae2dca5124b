import GRDB

/// A profile of the advertiser account, which `Amazon-Advertising-API-Scope` names.
package struct ProfileRecord: IdentifiedRecord {
  package static let databaseTableName = "profile"
  package enum CodingKeys: String, StoredColumn { case id, accountID, kind, advertiserID }

  /// Whose profile it is.
  package enum Kind: String, StoredChoice {
    /// The account's own: of Amazon DSP, and here also of all its sponsored ads advertisers.
    case agency
    /// Of a sponsored ads advertiser.
    case vendor
    /// Of a sponsored ads advertiser.
    case seller
  }

  /// Numbers of 16 digits, as the API's are.
  fileprivate static let newIDs = Int64(1_000_000_000_000_000)...9_007_199_254_740_991

  package var id: String
  package var accountID: String
  package var kind: Kind
  /// The sponsored ads advertiser, which the profile acts for alone; nil for one of the account.
  package var advertiserID: String?

  package init(id: String, accountID: String, kind: Kind = .agency, advertiserID: String? = nil) {
    (self.id, self.accountID, self.kind, self.advertiserID) = (id, accountID, kind, advertiserID)
  }
}

extension MetadataReading {
  /// The account's profiles by id.
  package func profiles(accountID: String) throws -> [ProfileRecord] {
    try ProfileRecord.filter { $0.accountID == accountID }.order { $0.id }.fetchAll(database)
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
