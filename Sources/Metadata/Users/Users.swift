package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

/// A person who signs in on the consent page.
package struct UserRecord: IdentifiedRecord {
  package static let databaseTableName = "user"
  package enum CodingKeys: String, StoredColumn { case id, emailAddress, name, passwordHash, createdAt }

  package var id: String
  /// As it was given; compared without regard to case.
  package var emailAddress: String
  package var name: String
  /// The hash that a password is checked against, as the sign-in writes it; nil before the user has chosen one.
  package var passwordHash: Data?
  package var createdAt: Date

  package init(id: String, emailAddress: String, name: String, passwordHash: Data?, createdAt: Date) {
    (self.id, self.emailAddress, self.name) = (id, emailAddress, name)
    (self.passwordHash, self.createdAt) = (passwordHash, createdAt)
  }
}

/// The role of a user in an account.
package enum Role: String, StoredChoice {
  /// May do everything, users and instances included.
  case admin
  /// May look, and change nothing.
  case viewer
}

/// The membership of a user in an account.
package struct MembershipRecord: StoredRecord {
  package static let databaseTableName = "membership"
  package enum CodingKeys: String, StoredColumn { case userID, accountID, role, createdAt }

  package var userID: String
  package var accountID: String
  package var role: Role
  package var createdAt: Date

  package init(userID: String, accountID: String, role: Role, createdAt: Date) {
    (self.userID, self.accountID, self.role, self.createdAt) = (userID, accountID, role, createdAt)
  }
}

extension MetadataReading {
  /// The user of that email address, whatever its case, or nil.
  package func user(emailAddress: String) throws -> UserRecord? {
    try UserRecord.filter { $0.emailAddress.collating(.nocase) == emailAddress }.fetchOne(database)
  }

  /// The role of the user in the account; nil for one who is no member.
  package func role(userID: String, accountID: String) throws -> Role? {
    try MembershipRecord.fetchOne(database, key: ["userID": userID, "accountID": accountID])?.role
  }

  /// All users, by email address.
  package func users() throws -> [UserRecord] {
    try UserRecord.order { [$0.emailAddress, $0.id] }.fetchAll(database)
  }

  /// The user's memberships, by account.
  package func memberships(userID: String) throws -> [MembershipRecord] {
    try MembershipRecord.filter { $0.userID == userID }.order { $0.accountID }.fetchAll(database)
  }

  /// How many admins the account has among its users.
  package func adminCount(accountID: String) throws -> Int {
    try MembershipRecord.filter { $0.accountID == accountID && $0.role == Role.admin }.fetchCount(database)
  }
}

extension WriteTransaction {
  /// Returns whether the user was a member.
  package func deleteMembership(userID: String, accountID: String) throws -> Bool {
    try MembershipRecord.deleteOne(database, key: ["userID": userID, "accountID": accountID])
  }
}
