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

extension Migrations {
  static let kindsOfProfiles = """
    ALTER TABLE profile ADD COLUMN kind TEXT NOT NULL DEFAULT 'agency';
    ALTER TABLE profile ADD COLUMN advertiserID TEXT;
    """
}
