package import Metadata

package import struct Foundation.Data
package import struct Foundation.Date

/// Why a link did not lead to anything.
package enum LinkError: Error, Sendable, Hashable {
  /// It was used, revoked, replaced or has expired, or it never was one. Which of these is not said.
  case unknownLink
  case termsNotAccepted
  /// The password is too short or too long.
  case unfitPassword
  case passwordsDiffer

  /// The stable code.
  package var code: String {
    switch self {
    case .unknownLink: "unknown_link"
    case .termsNotAccepted: "user_terms_not_accepted"
    case .unfitPassword: "unfit_password"
    case .passwordsDiffer: "passwords_differ"
    }
  }

  /// One sentence, safe to show.
  package var message: String {
    switch self {
    case .unknownLink: "This link has been used or is no longer good. Ask for a new one."
    case .termsNotAccepted: "Read the terms and accept them."
    case .unfitPassword:
      "A password has \(SignIn.passwordLength.lowerBound) to \(SignIn.passwordLength.upperBound) characters."
    case .passwordsDiffer: "The two passwords are not the same."
    }
  }
}

/// What a one-time link leads to: an invitation to accept, or a password to choose.
package struct LinkService: Sendable {
  private let store: MetadataStore
  private let signIn: SignIn

  package init(store: MetadataStore, signIn: SignIn) {
    self.store = store
    self.signIn = signIn
  }

  /// What whoever has the link is shown.
  package struct Target: Sendable, Hashable {
    package var emailAddress: String
    package var userName: String
    /// The account to join, and as what; nil for a new password alone.
    package var accountName: String?
    package var role: Role?
    /// Whether there is a user of that address with a password already: then that one is asked for, so that an invitation
    /// gives nobody another's user.
    package var asksForPresentPassword: Bool
    package var hasAcceptedTerms: Bool
  }

  /// What was filled in.
  package struct Answer: Sendable {
    package var password: String
    /// The same once more, where it is a new one.
    package var repeatedPassword: String
    package var acceptsTerms: Bool

    package init(password: String, repeatedPassword: String, acceptsTerms: Bool) {
      self.password = password
      self.repeatedPassword = repeatedPassword
      self.acceptsTerms = acceptsTerms
    }
  }

  /// What a link leads to. Throws `LinkError.unknownLink`.
  package func target(token: String, region: Region, at now: Date) async throws -> Target {
    try await store.read { try $0.destination(token: token, at: now).target(region: region, in: $0) }
  }

  /// Does what the link is for, and ends it: the terms are accepted, the password is set, the invited is a member.
  ///
  /// - Throws: `LinkError`, `SignInError` where the present password was asked for.
  package func follow(
    token: String, _ answer: Answer, region: Region, from address: String?, at now: Date
  ) async throws {
    let target = try await target(token: token, region: region, at: now)
    guard target.hasAcceptedTerms || answer.acceptsTerms else { throw LinkError.termsNotAccepted }
    var hash: Data?
    if target.asksForPresentPassword {
      _ = try await signIn.signIn(
        emailAddress: target.emailAddress, password: answer.password, from: address, at: now)
    } else {
      guard SignIn.passwordLength.contains(answer.password.count) else { throw LinkError.unfitPassword }
      guard answer.password == answer.repeatedPassword else { throw LinkError.passwordsDiffer }
      hash = try await signIn.passwords.hash(answer.password)
    }
    let passwordHash = hash
    try await store.write { transaction in
      let destination = try transaction.destination(token: token, at: now)
      // Somebody else may have been faster between the look and now.
      let again = try destination.target(region: region, in: transaction)
      guard again.asksForPresentPassword == target.asksForPresentPassword else { throw LinkError.unknownLink }
      try transaction.follow(destination, passwordHash: passwordHash, region: region, at: now)
    }
  }
}

/// What stands behind a link.
private struct Destination {
  var link: OneTimeLinkRecord
  var invitation: InvitationRecord?
  /// nil where the invited is nobody yet.
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
  /// Throws `LinkError.unknownLink`.
  fileprivate func destination(token: String, at now: Date) throws -> Destination {
    guard token.utf8.count <= LoginService.tokenLengthLimit,
      let link = try find(OneTimeLinkRecord.self, id: SecretHash.of(token)),
      link.expiresAt > now
    else { throw LinkError.unknownLink }
    if let id = link.invitationID {
      guard let invitation = try find(InvitationRecord.self, id: id), invitation.state == .pending,
        invitation.expiresAt > now
      else {
        throw LinkError.unknownLink
      }
      let user = try user(emailAddress: invitation.emailAddress)
      return Destination(link: link, invitation: invitation, user: user)
    }
    guard let id = link.userID, let user = try find(UserRecord.self, id: id) else { throw LinkError.unknownLink }
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
      // Whoever chooses a new password may have lost the old one to somebody.
      _ = try revokeTokens(clientID: nil, userID: user.id, at: now)
    } else {
      throw LinkError.unknownLink
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
    invitation.updatedAt = now
    try update(invitation)
    try audit(
      .redeemInvitation, of: invitation.id, accountID: invitation.accountID, by: .user(id: user.id), at: now)
    // An invitation never takes anything away.
    if try role(userID: user.id, accountID: invitation.accountID) != .admin {
      try setRole(
        invitation.role, userID: user.id, accountID: invitation.accountID, at: now, by: .user(id: user.id))
    }
  }

  /// Notes that the user accepts the terms of the region, unless that was so already.
  func acceptTerms(of user: UserRecord, region: Region, at now: Date) throws {
    guard try !hasAcceptedTerms(userID: user.id, region: region, version: UserTerms.version) else { return }
    try save(UserTermsRecord(userID: user.id, region: region, version: UserTerms.version, acceptedAt: now))
    try audit(
      .acceptUserTerms, of: user.id, accountID: nil, by: .user(id: user.id), at: now,
      details: ["region": region.rawValue, "version": "\(UserTerms.version)"])
  }
}
