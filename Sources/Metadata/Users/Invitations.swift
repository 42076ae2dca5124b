package import struct Foundation.Data
package import struct Foundation.Date
import GRDB

extension MetadataReading {
  /// The invitation of that id, or nil.
  package func invitation(id: String) throws -> InvitationRecord? {
    try InvitationRecord.fetchOne(database, key: id)
  }

  /// The invitations that can still be accepted, of one account where one is given, by id, from after `afterID`, at most
  /// `limit`.
  package func pendingInvitations(
    accountID: String?, at now: Date, afterID: String, limit: Int
  ) throws -> [InvitationRecord] {
    try InvitationRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM invitation WHERE (?1 IS NULL OR accountID = ?1) AND state = 'PENDING' AND expiresAt > ?2
          AND id > ?3 ORDER BY id LIMIT ?4
        """, arguments: [accountID, now.databaseMilliseconds, afterID, limit])
  }

  /// The one-time link with that SHA-256, or nil. It may have expired.
  package func oneTimeLink(hash: Data) throws -> OneTimeLinkRecord? {
    try OneTimeLinkRecord.fetchOne(database, key: hash)
  }

  /// Whether the user has accepted the region's terms of that version.
  package func hasAcceptedTerms(userID: String, region: Region, version: Int) throws -> Bool {
    let accepted = try UserTermsRecord.fetchOne(database, key: ["userID": userID, "region": region.rawValue])
    return accepted.map { $0.version >= version } ?? false
  }
}

extension WriteTransaction {
  package func insert(_ invitation: InvitationRecord) throws {
    try invitation.insert(database)
  }

  /// Writes all of the invitation. Throws `MetadataError.corrupted` when there is none.
  package func update(_ invitation: InvitationRecord) throws {
    do { try invitation.update(database) } catch is RecordError { throw MetadataError.corrupted }
  }

  /// Makes a link; earlier ones for the same invitation or user are good no more.
  package func replaceLink(with link: OneTimeLinkRecord) throws {
    try deleteLinks(invitationID: link.invitationID, userID: link.userID)
    try link.insert(database)
  }

  /// Forgets the links of an invitation, or of a user.
  package func deleteLinks(invitationID: String?, userID: String?) throws {
    try database.execute(
      sql: "DELETE FROM oneTimeLink WHERE invitationID = ? OR userID = ?", arguments: [invitationID, userID])
  }

  /// Notes that a user has accepted a region's terms.
  package func save(_ terms: UserTermsRecord) throws {
    try terms.save(database)
  }
}

extension Migrations {
  /// What a login needs beside users: companies, return addresses, codes, scopes, invitations, links and terms.
  static let loginWithAmazon = """
    ALTER TABLE client ADD COLUMN company TEXT;
    ALTER TABLE client ADD COLUMN previousSecretHash BLOB;
    ALTER TABLE client ADD COLUMN previousSecretExpiresAt INTEGER;
    ALTER TABLE client ADD COLUMN deletedAt INTEGER;
    CREATE UNIQUE INDEX clientByCompany ON client (company COLLATE NOCASE)
      WHERE company IS NOT NULL AND deletedAt IS NULL;
    CREATE TABLE returnURL (
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      url TEXT NOT NULL,
      PRIMARY KEY (clientID, url)) STRICT;

    CREATE TABLE authorizationCode (
      hash BLOB PRIMARY KEY,
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      userID TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
      redirectURI TEXT NOT NULL,
      scopes TEXT NOT NULL,
      codeChallenge TEXT,
      codeChallengeMethod TEXT CHECK (codeChallengeMethod IN ('plain', 'S256')),
      expiresAt INTEGER NOT NULL,
      usedAt INTEGER,
      CHECK ((codeChallenge IS NULL) = (codeChallengeMethod IS NULL))) STRICT;
    CREATE INDEX authorizationCodeByExpiry ON authorizationCode (expiresAt);
    ALTER TABLE refreshToken ADD COLUMN userID TEXT REFERENCES user ON DELETE CASCADE;
    ALTER TABLE refreshToken ADD COLUMN codeHash BLOB;
    ALTER TABLE refreshToken ADD COLUMN scopes TEXT NOT NULL
      DEFAULT 'advertising::audiences advertising::campaign_management';
    CREATE INDEX refreshTokenByClient ON refreshToken (clientID);
    CREATE INDEX refreshTokenByUser ON refreshToken (userID);
    CREATE INDEX refreshTokenByCode ON refreshToken (codeHash);
    ALTER TABLE accessToken ADD COLUMN userID TEXT REFERENCES user ON DELETE CASCADE;
    ALTER TABLE accessToken ADD COLUMN refreshTokenHash BLOB;
    ALTER TABLE accessToken ADD COLUMN scopes TEXT NOT NULL
      DEFAULT 'advertising::audiences advertising::campaign_management';
    CREATE INDEX accessTokenByRefreshToken ON accessToken (refreshTokenHash);
    CREATE INDEX accessTokenByUser ON accessToken (userID);

    CREATE TABLE invitation (
      id TEXT PRIMARY KEY,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      emailAddress TEXT NOT NULL COLLATE NOCASE,
      userName TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('admin', 'viewer')),
      state TEXT NOT NULL CHECK (state IN ('PENDING', 'REDEEMED', 'REVOKED')),
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      expiresAt INTEGER NOT NULL) STRICT;
    CREATE INDEX invitationByAccount ON invitation (accountID, id);
    CREATE TABLE oneTimeLink (
      hash BLOB PRIMARY KEY,
      invitationID TEXT REFERENCES invitation ON DELETE CASCADE,
      userID TEXT REFERENCES user ON DELETE CASCADE,
      expiresAt INTEGER NOT NULL,
      CHECK ((invitationID IS NULL) != (userID IS NULL))) STRICT;
    CREATE TABLE userTerms (
      userID TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
      region TEXT NOT NULL CHECK (region IN ('NA', 'EU', 'FE')),
      version INTEGER NOT NULL,
      acceptedAt INTEGER NOT NULL,
      PRIMARY KEY (userID, region)) STRICT;
    """
}
