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

  /// There are no foreign keys: the log outlives the records that it is about.
  static let auditLog = """
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      happenedAt INTEGER NOT NULL,
      actor TEXT NOT NULL,
      actorID TEXT,
      accountID TEXT,
      action TEXT NOT NULL,
      subjectID TEXT NOT NULL,
      details TEXT NOT NULL) STRICT;
    CREATE INDEX auditByAccount ON audit (accountID, sequence);
    CREATE TRIGGER auditIsNotChanged BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END;
    CREATE TRIGGER auditIsNotDeleted BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END;
    -- INSERT OR REPLACE deletes without the trigger above.
    CREATE TRIGGER auditIsNotReplaced BEFORE INSERT ON audit
      WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence)
      BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END;
    """

  /// Records of a login beside users: companies, return URLs, codes, scopes, invitations, links and terms.
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

  /// The clients of earlier releases may go on with the scopes that they had: all of them.
  static let approvedScopes = """
    ALTER TABLE client ADD COLUMN approvedScopes TEXT
      DEFAULT 'advertising::audiences advertising::campaign_management';
    """

  /// The accounts of earlier releases are the operator's, and in use.
  static let creatorsOfAccounts = """
    ALTER TABLE account ADD COLUMN creatorID TEXT REFERENCES user ON DELETE SET NULL;
    ALTER TABLE account ADD COLUMN onboardedAt INTEGER;
    UPDATE account SET onboardedAt = createdAt;
    CREATE INDEX accountByCreator ON account (creatorID) WHERE creatorID IS NOT NULL;
    """
}
