import GRDB

extension MetadataReading {
  /// The user of that id, or nil.
  package func user(id: String) throws -> UserRecord? {
    try UserRecord.fetchOne(database, key: id)
  }

  /// The user of that address, whatever its case, or nil.
  package func user(emailAddress: String) throws -> UserRecord? {
    try UserRecord.fetchOne(
      database, sql: "SELECT * FROM user WHERE emailAddress = ? COLLATE NOCASE", arguments: [emailAddress])
  }

  /// What the user is to the account; nil for a stranger.
  package func role(userID: String, accountID: String) throws -> Role? {
    try MembershipRecord.fetchOne(database, key: ["userID": userID, "accountID": accountID])?.role
  }

  /// All users, by address.
  package func users() throws -> [UserRecord] {
    try UserRecord.fetchAll(database, sql: "SELECT * FROM user ORDER BY emailAddress, id")
  }

  /// The user's memberships, by account.
  package func memberships(userID: String) throws -> [MembershipRecord] {
    try MembershipRecord.fetchAll(
      database, sql: "SELECT * FROM membership WHERE userID = ? ORDER BY accountID", arguments: [userID])
  }

  /// How many admins the account has among its users.
  package func adminCount(accountID: String) throws -> Int {
    try Int.fetchOne(
      database, sql: "SELECT COUNT(*) FROM membership WHERE accountID = ? AND role = 'admin'",
      arguments: [accountID]) ?? 0
  }
}

extension WriteTransaction {
  package func insert(_ user: UserRecord) throws {
    try user.insert(database)
  }

  /// Writes all of the user. Throws `MetadataError.corrupted` when there is none.
  package func update(_ user: UserRecord) throws {
    do { try user.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Makes the user a member of the account, or changes the role of one.
  package func save(_ membership: MembershipRecord) throws {
    try membership.save(database)
  }

  /// Returns whether the user was a member.
  package func deleteMembership(userID: String, accountID: String) throws -> Bool {
    try MembershipRecord.deleteOne(database, key: ["userID": userID, "accountID": accountID])
  }
}

extension Migrations {
  static let users = """
    CREATE TABLE user (
      id TEXT PRIMARY KEY,
      emailAddress TEXT NOT NULL COLLATE NOCASE UNIQUE,
      name TEXT NOT NULL,
      passwordHash BLOB,
      createdAt INTEGER NOT NULL) STRICT;
    CREATE TABLE membership (
      userID TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      role TEXT NOT NULL CHECK (role IN ('admin', 'viewer')),
      createdAt INTEGER NOT NULL,
      PRIMARY KEY (userID, accountID)) STRICT;
    CREATE INDEX membershipByAccount ON membership (accountID, userID);
    """
}
