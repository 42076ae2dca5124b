package import Metadata

/// The rules of access to accounts. Every service uses them, within the transaction that it acts in.
extension Principal {
  /// The account, if the principal may act for it; nil if it does not exist, belongs to others, or is in another
  /// region.
  ///
  /// - Throws: `CleanRoomError.onboardingIncomplete` as long as the account waits for its creator; `viewerForbidden` if
  ///   the user may only look, and the intent needs more.
  package func account(id: String, in snapshot: some MetadataReading) throws -> AccountRecord? {
    guard let role = try role(accountID: id, in: snapshot), let account = try snapshot.find(AccountRecord.self, id: id),
      sees(account)
    else { return nil }
    guard account.isOnboarded else { throw CleanRoomError.onboardingIncomplete }
    if intent.needsAdmin, role == .viewer { throw CleanRoomError.viewerForbidden }
    return account
  }

  /// Whether the principal may act for the instance's account.
  ///
  /// - Throws: as `account(id:in:)`.
  package func mayUse(instanceID: String, in snapshot: some MetadataReading) throws -> Bool {
    guard let instance = try snapshot.find(InstanceRecord.self, id: instanceID) else { return false }
    return try account(id: instance.accountID, in: snapshot) != nil
  }

  /// Accepts the operator's own client, and a user who is an admin of at least one account.
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

  /// A client without a user acts as an admin of the accounts that the operator has given it.
  func role(accountID: String, in snapshot: some MetadataReading) throws -> Role? {
    guard let userID else {
      return try snapshot.hasAccess(clientID: clientID, accountID: accountID) ? .admin : nil
    }
    return try snapshot.role(userID: userID, accountID: accountID)
  }

  /// An account with an unknown marketplace is in no region, and visible in all.
  private func sees(_ account: AccountRecord) -> Bool {
    guard let region, let own = Marketplace(id: account.marketplaceID)?.region else { return true }
    return own == region
  }
}
