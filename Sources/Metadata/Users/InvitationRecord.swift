package import struct Foundation.Data
package import struct Foundation.Date

/// That somebody is asked to join an account.
package struct InvitationRecord: Sendable, Hashable {
  package enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case pending = "PENDING"
    case redeemed = "REDEEMED"
    case revoked = "REVOKED"
  }

  package var id: String
  package var accountID: String
  package var emailAddress: String
  package var userName: String
  package var role: Role
  package var state: State
  package var createdAt: Date
  package var updatedAt: Date
  package var expiresAt: Date

  package init(
    id: String, accountID: String, emailAddress: String, userName: String, role: Role, createdAt: Date,
    expiresAt: Date
  ) {
    self.id = id
    self.accountID = accountID
    self.emailAddress = emailAddress
    self.userName = userName
    self.role = role
    state = .pending
    self.createdAt = createdAt
    updatedAt = createdAt
    self.expiresAt = expiresAt
  }
}

/// A link that lets whoever has it choose a password, once: as the invited or as a user. Known by its SHA-256 alone.
package struct OneTimeLinkRecord: Sendable, Hashable {
  package var hash: Data
  /// The invitation that it accepts; nil for a new password of a user.
  package var invitationID: String?
  package var userID: String?
  package var expiresAt: Date

  package init(hash: Data, invitationID: String, expiresAt: Date) {
    self.hash = hash
    self.invitationID = invitationID
    self.expiresAt = expiresAt
  }

  package init(hash: Data, userID: String, expiresAt: Date) {
    self.hash = hash
    self.userID = userID
    self.expiresAt = expiresAt
  }
}

/// That a user has accepted the terms of a region.
package struct UserTermsRecord: Sendable, Hashable {
  package var userID: String
  package var region: Region
  /// Which text; it rises with every change.
  package var version: Int
  package var acceptedAt: Date

  package init(userID: String, region: Region, version: Int, acceptedAt: Date) {
    self.userID = userID
    self.region = region
    self.version = version
    self.acceptedAt = acceptedAt
  }
}

extension InvitationRecord: StoredRecord {
  package static let databaseTableName = "invitation"
}

extension OneTimeLinkRecord: StoredRecord {
  package static let databaseTableName = "oneTimeLink"
}

extension UserTermsRecord: StoredRecord {
  package static let databaseTableName = "userTerms"
}
