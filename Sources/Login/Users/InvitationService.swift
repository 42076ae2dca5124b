package import Base
package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

/// A person whom an account invites.
package struct InvitationDraft: Sendable, Hashable {
  package var emailAddress: String
  package var userName: String
  package var role: Role

  package init(emailAddress: String, userName: String, role: Role) {
    self.emailAddress = emailAddress
    self.userName = userName
    self.role = role
  }
}

/// Invitations of people to accounts, until they are accepted.
package struct InvitationService: Sendable {
  /// The time within which an invitation can be accepted, in seconds: two weeks, as in the release notes of the
  /// published API.
  package static let lifetimeSeconds = 14.0 * 86_400
  /// The largest number of invitations in a request, from the same notes.
  package static let batchLimit = 50

  let store: MetadataStore
  let secrets: any SecretGenerator

  package init(store: MetadataStore, secrets: any SecretGenerator = SystemSecretGenerator()) {
    self.store = store
    self.secrets = secrets
  }

  /// Invites a person.
  ///
  /// - Throws: `LoginRefusal`.
  package func create(
    _ draft: InvitationDraft, accountID: String, at now: Date, by administrator: Administrator
  ) async throws -> InvitationRecord {
    guard EmailAddress.accepts(draft.emailAddress) else { throw LoginRefusal.unfitEmailAddress }
    guard PersonName.accepts(draft.userName) else { throw LoginRefusal.unfitName }
    let invitation = InvitationRecord(
      id: RandomIdentifierGenerator.uuid(), accountID: accountID, emailAddress: draft.emailAddress,
      userName: draft.userName, role: draft.role, createdAt: now,
      expiresAt: now.addingTimeInterval(Self.lifetimeSeconds))
    try await store.write { transaction in
      guard try transaction.find(AccountRecord.self, id: accountID) != nil else { throw LoginRefusal.unknownAccount }
      try transaction.insert(invitation)
      try transaction.audit(
        .createInvitation, of: invitation.id, accountID: accountID, by: administrator, at: now,
        details: ["role": draft.role.rawValue])
    }
    return invitation
  }

  /// The invitation with the id.
  ///
  /// - Parameter accountID: The account whose invitation it must be; nil for any account.
  /// - Throws: `LoginRefusal.unknownInvitation`.
  package func invitation(id: String, accountID: String?) async throws -> InvitationRecord {
    try await store.read { try $0.invitation(id: id, accountID: accountID) }
  }

  /// Invitations that can still be accepted, ordered by id, after `afterID`, at most `limit`.
  package func pending(
    accountID: String?, afterID: String, limit: Int, at now: Date
  ) async throws -> [InvitationRecord] {
    try await store.read {
      try $0.pendingInvitations(accountID: accountID, at: now, afterID: afterID, limit: limit)
    }
  }

  /// Revokes an invitation: its link is no longer valid.
  ///
  /// - Throws: `LoginRefusal`.
  package func revoke(
    id: String, accountID: String?, at now: Date, by administrator: Administrator
  ) async throws -> InvitationRecord {
    try await change(id: id, accountID: accountID, at: now, .revokeInvitation, by: administrator) { invitation, _ in
      invitation.state = .revoked
    }
  }

  /// Renews an invitation: it is valid for two weeks from now, without its former link.
  ///
  /// - Throws: `LoginRefusal`.
  package func resend(
    id: String, accountID: String?, at now: Date, by administrator: Administrator
  ) async throws -> InvitationRecord {
    try await change(id: id, accountID: accountID, at: now, .resendInvitation, by: administrator) { invitation, _ in
      invitation.expiresAt = now.addingTimeInterval(Self.lifetimeSeconds)
    }
  }

  /// The token of a link with which the invited person accepts, once. Earlier links are no longer valid. The store has
  /// only the token's hash.
  ///
  /// - Throws: `LoginRefusal`.
  package func makeLink(id: String, at now: Date, by administrator: Administrator) async throws -> String {
    let token = secrets.secret()
    _ = try await change(id: id, accountID: nil, at: now, .makeInvitationLink, by: administrator) { invitation, links in
      guard invitation.expiresAt > now else { throw LoginRefusal.notPending }
      links = OneTimeLinkRecord(
        hash: SecretHash.of(token), invitationID: invitation.id, expiresAt: invitation.expiresAt)
    }
    return token
  }

  private func change(
    id: String, accountID: String?, at now: Date, _ action: AuditAction, by administrator: Administrator,
    _ change: @escaping @Sendable (inout InvitationRecord, inout OneTimeLinkRecord?) throws -> Void
  ) async throws -> InvitationRecord {
    try await store.write { transaction in
      var invitation = try transaction.invitation(id: id, accountID: accountID)
      guard invitation.state == .pending else { throw LoginRefusal.notPending }
      var link: OneTimeLinkRecord?
      try change(&invitation, &link)
      try transaction.update(&invitation, at: now)
      try transaction.deleteLinks(invitationID: id, userID: nil)
      if let link { try transaction.replaceLink(with: link) }
      try transaction.audit(action, of: id, accountID: invitation.accountID, by: administrator, at: now)
      return invitation
    }
  }
}

extension MetadataReading {
  func invitation(id: String, accountID: String?) throws -> InvitationRecord {
    guard let found = try find(InvitationRecord.self, id: id), accountID == nil || found.accountID == accountID else {
      throw LoginRefusal.unknownInvitation
    }
    return found
  }
}
