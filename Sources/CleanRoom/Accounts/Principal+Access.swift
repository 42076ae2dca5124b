package import Metadata

/// The rules of who may act for an account. Every service asks here, within the transaction that it acts in.
extension Principal {
  /// The account, if the actor may act for it; nil where it does not exist, is a stranger's or of another region.
  ///
  /// - Throws: `CleanRoomError.viewerForbidden` when the user may only look, and the intent needs more.
  package func account(id: String, in snapshot: some MetadataReading) throws -> AccountRecord? {
    guard let role = try role(accountID: id, in: snapshot), let account = try snapshot.find(AccountRecord.self, id: id),
      sees(account)
    else { return nil }
    if intent.needsAdmin, role == .viewer { throw CleanRoomError.viewerForbidden }
    return account
  }

  /// Whether the actor may act for the instance's account.
  ///
  /// - Throws: `CleanRoomError.viewerForbidden` as `account(id:in:)`.
  package func mayUse(instanceID: String, in snapshot: some MetadataReading) throws -> Bool {
    guard let instance = try snapshot.find(InstanceRecord.self, id: instanceID) else { return false }
    return try account(id: instance.accountID, in: snapshot) != nil
  }

  /// Lets through a client of the operator's own, and a user who is an admin of at least one account.
  ///
  /// - Throws: `CleanRoomError.viewerForbidden`.
  package func requireAdminSomewhere(in snapshot: some MetadataReading) throws {
    guard let userID else { return }
    let isAdmin = try snapshot.memberships(userID: userID).contains { membership in
      guard membership.role == .admin, let account = try snapshot.find(AccountRecord.self, id: membership.accountID)
      else {
        return false
      }
      return sees(account)
    }
    guard isAdmin else { throw CleanRoomError.viewerForbidden }
  }

  /// A client without a user acts as an admin for the accounts that the operator has given it.
  func role(accountID: String, in snapshot: some MetadataReading) throws -> Role? {
    guard let userID else {
      return try snapshot.hasAccess(clientID: clientID, accountID: accountID) ? .admin : nil
    }
    return try snapshot.role(userID: userID, accountID: accountID)
  }

  /// An account whose marketplace is not known is in no region, and seen in all.
  private func sees(_ account: AccountRecord) -> Bool {
    guard let region, let own = Marketplace(id: account.marketplaceID)?.region else { return true }
    return own == region
  }
}
