package import Base
package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

/// Users and their roles in accounts.
package struct UserService: Sendable {
  /// The lifetime of a link to choose a password, in seconds: a day.
  package static let passwordLinkLifetimeSeconds = 86_400.0

  let store: MetadataStore
  let secrets: any SecretGenerator

  package init(store: MetadataStore, secrets: any SecretGenerator = SystemSecretGenerator()) {
    self.store = store
    self.secrets = secrets
  }

  /// A user with their roles in accounts.
  package struct Details: Sendable, Hashable {
    package var user: UserRecord
    package var memberships: [MembershipRecord]
  }

  /// All users, by address.
  package func users() async throws -> [Details] {
    try await store.read { snapshot in
      try snapshot.users().map { Details(user: $0, memberships: try snapshot.memberships(userID: $0.id)) }
    }
  }

  /// Makes the user a member of the account, with the role. An unknown address becomes a new user; a member gets the
  /// role.
  ///
  /// - Throws: `LoginRefusal`.
  package func add(
    emailAddress: String, name: String, accountID: String, role: Role, at now: Date,
    by administrator: Administrator = .operatorAtMachine
  ) async throws -> UserRecord {
    guard EmailAddress.accepts(emailAddress) else { throw LoginRefusal.unfitEmailAddress }
    guard PersonName.accepts(name) else { throw LoginRefusal.unfitName }
    return try await store.write { transaction in
      guard try transaction.find(AccountRecord.self, id: accountID) != nil else { throw LoginRefusal.unknownAccount }
      let user = try transaction.user(emailAddress: emailAddress, orNamed: name, at: now, by: administrator)
      try transaction.setRole(role, userID: user.id, accountID: accountID, at: now, by: administrator)
      return user
    }
  }

  /// Changes a member's role. It takes effect with the next request.
  ///
  /// - Throws: `LoginRefusal`.
  package func setRole(
    _ role: Role, emailAddress: String, accountID: String, at now: Date,
    by administrator: Administrator = .operatorAtMachine
  ) async throws {
    try await store.write { transaction in
      guard let user = try transaction.user(emailAddress: emailAddress) else { throw LoginRefusal.unknownUser }
      guard try transaction.role(userID: user.id, accountID: accountID) != nil else { throw LoginRefusal.notAMember }
      try transaction.setRole(role, userID: user.id, accountID: accountID, at: now, by: administrator)
    }
  }

  /// Removes a member from the account. It takes effect with the next request.
  ///
  /// - Throws: `LoginRefusal`.
  package func remove(
    emailAddress: String, accountID: String, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws {
    try await store.write { transaction in
      guard let user = try transaction.user(emailAddress: emailAddress) else { throw LoginRefusal.unknownUser }
      guard let role = try transaction.role(userID: user.id, accountID: accountID) else {
        throw LoginRefusal.notAMember
      }
      if role == .admin { try transaction.requireAnotherAdmin(accountID: accountID) }
      _ = try transaction.deleteMembership(userID: user.id, accountID: accountID)
      try transaction.audit(.removeMember, of: user.id, accountID: accountID, by: administrator, at: now)
    }
  }

  /// The token of a link with which the user chooses a password, once, within a day. Earlier links are no longer valid.
  ///
  /// - Throws: `LoginRefusal.unknownUser`.
  package func makePasswordLink(
    emailAddress: String, at now: Date, by administrator: Administrator = .operatorAtMachine
  ) async throws -> String {
    let token = secrets.secret()
    try await store.write { transaction in
      guard let user = try transaction.user(emailAddress: emailAddress) else { throw LoginRefusal.unknownUser }
      try transaction.replaceLink(
        with: OneTimeLinkRecord(
          hash: SecretHash.of(token), userID: user.id,
          expiresAt: now.addingTimeInterval(Self.passwordLinkLifetimeSeconds)))
      try transaction.audit(.makePasswordLink, of: user.id, accountID: nil, by: administrator, at: now)
    }
    return token
  }
}

extension WriteTransaction {
  /// The user with the address, who is made if there is none.
  ///
  /// - Parameter administrator: nil if the users themselves come in.
  func user(
    emailAddress: String, orNamed name: String, at now: Date, by administrator: Administrator?
  ) throws -> UserRecord {
    if let known = try user(emailAddress: emailAddress) { return known }
    let user = UserRecord(
      id: RandomIdentifierGenerator.uuid(), emailAddress: emailAddress, name: name, passwordHash: nil, createdAt: now)
    try insert(user)
    try audit(.createUser, of: user.id, accountID: nil, by: administrator ?? .user(id: user.id), at: now)
    return user
  }

  /// Checks that the account has more than one admin.
  ///
  /// - Throws: `LoginRefusal.lastAdmin`.
  func requireAnotherAdmin(accountID: String) throws {
    guard try adminCount(accountID: accountID) > 1 else { throw LoginRefusal.lastAdmin }
  }

  /// Makes the user a member, or changes a member's role.
  func setRole(
    _ role: Role, userID: String, accountID: String, at now: Date, by administrator: Administrator
  ) throws {
    let known = try self.role(userID: userID, accountID: accountID)
    guard known != role else { return }
    if known == .admin { try requireAnotherAdmin(accountID: accountID) }
    try save(MembershipRecord(userID: userID, accountID: accountID, role: role, createdAt: now))
    try audit(
      known == nil ? .addMember : .setRole, of: userID, accountID: accountID, by: administrator, at: now,
      details: ["role": role.rawValue])
  }
}
