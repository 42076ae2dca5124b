import GRDB

/// A profile of the advertiser account: what `Amazon-Advertising-API-Scope` names.
package struct ProfileRecord: Sendable, Hashable {
  /// Whose profile it is.
  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The account's own: of Amazon DSP, and here also of all its sponsored ads advertisers.
    case agency
    /// Of a sponsored ads advertiser.
    case vendor
    /// Of a sponsored ads advertiser.
    case seller
  }

  package var id: String
  package var accountID: String
  package var kind: Kind
  /// The sponsored ads advertiser, which the profile acts for alone; nil for one of the account.
  package var advertiserID: String?

  package init(id: String, accountID: String, kind: Kind = .agency, advertiserID: String? = nil) {
    self.id = id
    self.accountID = accountID
    self.kind = kind
    self.advertiserID = advertiserID
  }
}

extension ProfileRecord: StoredRecord {
  package static let databaseTableName = "profile"
}

extension MetadataReading {
  /// The account's profiles by id.
  package func profiles(accountID: String) throws -> [ProfileRecord] {
    try ProfileRecord.filter(Column("accountID") == accountID).order(Column("id")).fetchAll(database)
  }
}

extension WriteTransaction {
  /// Gives a sponsored ads advertiser a profile in the account, unless it has one there.
  func addProfile(ofSponsoredAdsAdvertiser advertiserID: String, accountID: String) throws {
    guard try !profiles(accountID: accountID).contains(where: { $0.advertiserID == advertiserID }) else { return }
    var id = String(Int64.random(in: ProfileRecord.newIDs))
    while try profile(id: id) != nil { id = String(Int64.random(in: ProfileRecord.newIDs)) }
    try insert(ProfileRecord(id: id, accountID: accountID, kind: .vendor, advertiserID: advertiserID))
  }
}

extension ProfileRecord {
  /// Numbers of 16 digits, as the API's are.
  fileprivate static let newIDs = Int64(1_000_000_000_000_000)...9_007_199_254_740_991
}

extension Migrations {
  static let kindsOfProfiles = """
    ALTER TABLE profile ADD COLUMN kind TEXT NOT NULL DEFAULT 'agency';
    ALTER TABLE profile ADD COLUMN advertiserID TEXT;
    """
}
