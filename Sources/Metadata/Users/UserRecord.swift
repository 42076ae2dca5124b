package import struct Foundation.Data
package import struct Foundation.Date

/// A person who signs in on the consent page.
package struct UserRecord: Sendable, Hashable {
  package var id: String
  /// As it was given; compared without regard to case.
  package var emailAddress: String
  package var name: String
  /// What a password is checked against, as the sign-in writes it; nil before the user has chosen one.
  package var passwordHash: Data?
  package var createdAt: Date

  package init(id: String, emailAddress: String, name: String, passwordHash: Data?, createdAt: Date) {
    self.id = id
    self.emailAddress = emailAddress
    self.name = name
    self.passwordHash = passwordHash
    self.createdAt = createdAt
  }
}

/// What a user is to an account.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
  /// May do everything, users and instances included.
  case admin
  /// May look, and change nothing.
  case viewer
}

/// That a user belongs to an account.
package struct MembershipRecord: Sendable, Hashable {
  package var userID: String
  package var accountID: String
  package var role: Role
  package var createdAt: Date

  package init(userID: String, accountID: String, role: Role, createdAt: Date) {
    self.userID = userID
    self.accountID = accountID
    self.role = role
    self.createdAt = createdAt
  }
}

extension UserRecord: StoredRecord {
  package static let databaseTableName = "user"
}

extension MembershipRecord: StoredRecord {
  package static let databaseTableName = "membership"
}
