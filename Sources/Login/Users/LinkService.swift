package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

/// One-time links: to accept an invitation, or to choose a password.
package struct LinkService: Sendable {
  private let store: MetadataStore
  private let signIn: SignIn

  package init(store: MetadataStore, signIn: SignIn) {
    self.store = store
    self.signIn = signIn
  }

  /// The page of a link.
  package struct Target: Sendable, Hashable {
    package var emailAddress: String
    package var userName: String
    /// The account to join, and the role; nil if only a password is to be chosen.
    package var accountName: String?
    package var role: Role?
    /// Whether the address belongs to a user with a password. The page then asks for that password, so an invitation
    /// gives nobody another person's user.
    package var asksForPresentPassword: Bool
    package var hasAcceptedTerms: Bool
  }

  /// The filled-in form.
  package struct Form: Sendable {
    package var password: String
    /// The same password again, if it is a new one.
    package var repeatedPassword: String
    package var acceptsTerms: Bool

    package init(password: String, repeatedPassword: String, acceptsTerms: Bool) {
      self.password = password
      self.repeatedPassword = repeatedPassword
      self.acceptsTerms = acceptsTerms
    }
  }

  /// The page of a link.
  ///
  /// - Throws: `LoginRefusal.unknownLink`.
  package func target(token: String, region: Region, at now: Date) async throws -> Target {
    try await store.read { try $0.destination(token: token, at: now).target(region: region, in: $0) }
  }

  /// Follows a link and ends it: the terms are accepted, the password is set, the invited person is a member.
  ///
  /// - Throws: `LoginRefusal`, also of the sign-in if the present password was asked for.
  package func follow(
    token: String, _ form: Form, region: Region, from address: String?, at now: Date
  ) async throws {
    let target = try await target(token: token, region: region, at: now)
    guard target.hasAcceptedTerms || form.acceptsTerms else { throw LoginRefusal.termsNotAccepted }
    var hash: Data?
    if target.asksForPresentPassword {
      _ = try await signIn.signIn(
        emailAddress: target.emailAddress, password: form.password, from: address, at: now)
    } else {
      guard SignIn.passwordLength.contains(form.password.count) else { throw LoginRefusal.unfitPassword }
      guard form.password == form.repeatedPassword else { throw LoginRefusal.passwordsDiffer }
      hash = try await signIn.passwords.hash(form.password)
    }
    let passwordHash = hash
    try await store.write { transaction in
      let destination = try transaction.destination(token: token, at: now)
      // The link may have been used between the first look and now.
      let again = try destination.target(region: region, in: transaction)
      guard again.asksForPresentPassword == target.asksForPresentPassword else { throw LoginRefusal.unknownLink }
      try transaction.follow(destination, passwordHash: passwordHash, region: region, at: now)
    }
  }
}

/// The user and the invitation behind a link.
private struct Destination {
  var link: OneTimeLinkRecord
  var invitation: InvitationRecord?
  /// nil if the invited person is no user yet.
  var user: UserRecord?

  func target(region: Region, in snapshot: some MetadataReading) throws -> LinkService.Target {
    let hasAccepted = try user.map {
      try snapshot.hasAcceptedTerms(userID: $0.id, region: region, version: UserTerms.version)
    }
    return LinkService.Target(
      emailAddress: invitation?.emailAddress ?? user?.emailAddress ?? "",
      userName: user?.name ?? invitation?.userName ?? "",
      accountName: try invitation.flatMap { try snapshot.find(AccountRecord.self, id: $0.accountID)?.name },
      role: invitation?.role,
      asksForPresentPassword: invitation != nil && user?.passwordHash != nil, hasAcceptedTerms: hasAccepted ?? false)
  }
}

extension MetadataReading {
  /// The destination of a link.
  ///
  /// - Throws: `LoginRefusal.unknownLink`.
  fileprivate func destination(token: String, at now: Date) throws -> Destination {
    guard token.utf8.count <= LoginService.tokenLengthLimit,
      let link = try find(OneTimeLinkRecord.self, id: SecretHash.of(token)),
      link.expiresAt > now
    else { throw LoginRefusal.unknownLink }
    if let id = link.invitationID {
      guard let invitation = try find(InvitationRecord.self, id: id), invitation.state == .pending,
        invitation.expiresAt > now
      else {
        throw LoginRefusal.unknownLink
      }
      let user = try user(emailAddress: invitation.emailAddress)
      return Destination(link: link, invitation: invitation, user: user)
    }
    guard let id = link.userID, let user = try find(UserRecord.self, id: id) else { throw LoginRefusal.unknownLink }
    return Destination(link: link, invitation: nil, user: user)
  }
}

extension WriteTransaction {
  fileprivate func follow(
    _ destination: Destination, passwordHash: Data?, region: Region, at now: Date
  ) throws {
    var user: UserRecord
    if let invitation = destination.invitation {
      let known = try self.user(emailAddress: invitation.emailAddress)
      user =
        try known
        ?? self.user(
          emailAddress: invitation.emailAddress, orNamed: invitation.userName, at: now, by: nil)
      try redeem(invitation, as: user, at: now)
    } else if let known = destination.user {
      user = known
      // The old password may be known to somebody else.
      _ = try revokeTokens(clientID: nil, userID: user.id, at: now)
    } else {
      throw LoginRefusal.unknownLink
    }
    if let passwordHash {
      user.passwordHash = passwordHash
      try update(user)
      try audit(.setPassword, of: user.id, accountID: nil, by: .user(id: user.id), at: now)
    }
    try acceptTerms(of: user, region: region, at: now)
    try deleteLinks(invitationID: destination.link.invitationID, userID: destination.link.userID)
  }

  private func redeem(_ invitation: InvitationRecord, as user: UserRecord, at now: Date) throws {
    var invitation = invitation
    invitation.state = .redeemed
    try update(&invitation, at: now)
    try audit(
      .redeemInvitation, of: invitation.id, accountID: invitation.accountID, by: .user(id: user.id), at: now)
    // An invitation never removes a role.
    if try role(userID: user.id, accountID: invitation.accountID) != .admin {
      try setRole(
        invitation.role, userID: user.id, accountID: invitation.accountID, at: now, by: .user(id: user.id))
    }
  }

  /// Records that the user accepts the terms of the region, unless they have already.
  func acceptTerms(of user: UserRecord, region: Region, at now: Date) throws {
    guard try !hasAcceptedTerms(userID: user.id, region: region, version: UserTerms.version) else { return }
    try save(UserTermsRecord(userID: user.id, region: region, version: UserTerms.version, acceptedAt: now))
    try audit(
      .acceptUserTerms, of: user.id, accountID: nil, by: .user(id: user.id), at: now,
      details: ["region": region.rawValue, "version": "\(UserTerms.version)"])
  }
}
