package import struct Foundation.Date
import GRDB

/// An AMC account. It owns instances, and clients are given access to it. Its id is the entity id of the API.
package struct AccountRecord: IdentifiedRecord {
  package static let databaseTableName = "account"
  package enum CodingKeys: String, StoredColumn { case id, name, marketplaceID, createdAt, creatorID, onboardedAt }

  package var id: String
  package var name: String
  package var marketplaceID: String
  package var createdAt: Date
  /// The user for whom the account was made, who alone completes its onboarding; nil for an account of the operator's.
  package var creatorID: String?
  /// The end of the onboarding; nil as long as nobody can use the account.
  package var onboardedAt: Date?

  /// An account of the operator's, which can be used at once.
  package init(id: String, name: String, marketplaceID: String, createdAt: Date) {
    (self.id, self.name, self.marketplaceID, self.createdAt) = (id, name, marketplaceID, createdAt)
    onboardedAt = createdAt
  }

  package var isOnboarded: Bool { onboardedAt != nil }
}

/// Access of a client to an account.
struct ClientAccountRecord: StoredRecord {
  static let databaseTableName = "clientAccount"
  enum CodingKeys: String, StoredColumn { case clientID, accountID }

  var clientID: String
  var accountID: String
}

extension MetadataReading {
  /// Every account, by id; for the operator, never for a client.
  package func allAccounts() throws -> [AccountRecord] {
    try AccountRecord.order { $0.id }.fetchAll(database)
  }

  /// The accounts whose onboarding waits for the user, by id.
  ///
  /// - Parameter excluded: The ids of marketplaces whose accounts are left out.
  package func accountsAwaiting(creatorID: String, outside excluded: Set<String>) throws -> [AccountRecord] {
    try AccountRecord.filter { $0.creatorID == creatorID && $0.onboardedAt == nil }
      .filter { !excluded.contains($0.marketplaceID) }.order { $0.id }.fetchAll(database)
  }

  /// Whether the client may act for the account.
  package func hasAccess(clientID: String, accountID: String) throws -> Bool {
    try ClientAccountRecord.exists(database, key: ["clientID": clientID, "accountID": accountID])
  }

  /// The accounts that the operator's own client was given (`userID` nil), or those that the user is a member of: by
  /// id, from after `afterID`, at most `limit`.
  ///
  /// - Parameter excluded: The ids of marketplaces whose accounts are left out.
  package func accounts(
    clientID: String, userID: String?, outside excluded: Set<String>, afterID: String, limit: Int
  ) throws -> [AccountRecord] {
    try AccountRecord.filter { $0.id > afterID && !excluded.contains($0.marketplaceID) }
      .filter(sql: "id IN (\(Self.accountsOfPrincipal))", arguments: [clientID, userID, userID])
      .order { $0.id }.limit(limit).fetchAll(database)
  }

  /// The ids of a principal's accounts, as SQL. Its arguments are the client's id, and the user's id twice.
  static var accountsOfPrincipal: String {
    """
    SELECT accountID FROM clientAccount WHERE clientID = ? AND ? IS NULL
    UNION ALL SELECT accountID FROM membership WHERE userID = ?
    """
  }
}

extension WriteTransaction {
  /// Gives the client access to the account; repeating it changes nothing.
  package func grantAccess(clientID: String, accountID: String) throws {
    try ClientAccountRecord(clientID: clientID, accountID: accountID).insert(database, onConflict: .ignore)
  }
}
