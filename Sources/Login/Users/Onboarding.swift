import Base
package import Metadata

package import struct Foundation.Date

/// The onboarding of accounts. An account that was made for a user waits for that user: for the terms, and for the
/// first application that is let in. Until then nobody can use it. Nobody else can complete it, whatever their role.
extension UserService {
  /// Makes the user the account's creator and an admin of it. An unknown address becomes a new user.
  ///
  /// - Throws: `LoginRefusal`; `accountIsOnboarded` for an account that is in use.
  package func setCreator(
    emailAddress: String, name: String, accountID: String, at now: Date,
    by administrator: Administrator = .operatorAtMachine
  ) async throws -> UserRecord {
    guard EmailAddress.accepts(emailAddress) else { throw LoginRefusal.unfitEmailAddress }
    guard PersonName.accepts(name) else { throw LoginRefusal.unfitName }
    return try await store.write { transaction in
      guard var account = try transaction.find(AccountRecord.self, id: accountID) else {
        throw LoginRefusal.unknownAccount
      }
      guard !account.isOnboarded else { throw LoginRefusal.accountIsOnboarded }
      let user = try transaction.user(emailAddress: emailAddress, orNamed: name, at: now, by: administrator)
      try transaction.setRole(.admin, userID: user.id, accountID: accountID, at: now, by: administrator)
      account.creatorID = user.id
      try transaction.update(account)
      try transaction.audit(.setCreator, of: user.id, accountID: accountID, by: administrator, at: now)
      return user
    }
  }
}

extension AccountRecord {
  /// The state of the onboarding, as the user sees it.
  func onboarding(for userID: String) -> ConsentService.Signatory.Onboarding {
    if isOnboarded { return .completed }
    return creatorID == userID ? .awaitsUser : .awaitsCreator
  }
}

extension WriteTransaction {
  /// Completes the onboarding of the accounts that the user has created and is an admin of.
  ///
  /// - Parameter excluded: The ids of marketplaces whose accounts are left out.
  func completeOnboarding(by userID: String, outside excluded: Set<String>, at now: Date) throws {
    for var account in try accountsAwaiting(creatorID: userID, outside: excluded)
    where try role(userID: userID, accountID: account.id) == .admin {
      account.onboardedAt = now
      try update(account)
      try audit(.completeOnboarding, of: account.id, accountID: account.id, by: .user(id: userID), at: now)
    }
  }
}
