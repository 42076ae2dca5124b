extension Migrations {
  static let clientsAndAccounts = """
    CREATE TABLE serverKey (name TEXT PRIMARY KEY, value BLOB NOT NULL, createdAt INTEGER NOT NULL) STRICT;

    CREATE TABLE client (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, secretHash BLOB NOT NULL, createdAt INTEGER NOT NULL) STRICT;
    CREATE TABLE refreshToken (
      hash BLOB PRIMARY KEY,
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      createdAt INTEGER NOT NULL, revokedAt INTEGER) STRICT;
    CREATE TABLE accessToken (
      hash BLOB PRIMARY KEY,
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      expiresAt INTEGER NOT NULL) STRICT;
    CREATE INDEX accessTokenByExpiry ON accessToken (expiresAt);

    CREATE TABLE account (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, marketplaceID TEXT NOT NULL, createdAt INTEGER NOT NULL) STRICT;
    CREATE TABLE profile (
      id TEXT PRIMARY KEY, accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE) STRICT;
    CREATE TABLE clientAccount (
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      PRIMARY KEY (clientID, accountID)) STRICT;
    CREATE TABLE instance (
      id TEXT PRIMARY KEY,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      name TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('STANDARD', 'SANDBOX')),
      createdAt INTEGER NOT NULL) STRICT;
    CREATE INDEX instanceByAccount ON instance (accountID, id);
    CREATE TABLE advertiser (
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('DISPLAY', 'SPONSORED_ADS')),
      name TEXT NOT NULL,
      marketplaceID TEXT,
      PRIMARY KEY (instanceID, id)) STRICT;
    """

  static let audiencesExecutionsAndJobs = """
    CREATE TABLE audience (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      advertiserID TEXT NOT NULL,
      advertiserKind TEXT NOT NULL,
      name TEXT NOT NULL,
      audienceDescription TEXT,
      query TEXT NOT NULL,
      timeWindowStart INTEGER NOT NULL,
      timeWindowEnd INTEGER NOT NULL,
      isTimeWindowRelative INTEGER NOT NULL,
      refreshRateDays INTEGER NOT NULL CHECK (refreshRateDays BETWEEN 0 AND 21),
      inputParameters TEXT,
      parameterValues TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'DEACTIVATED')),
      statusReason TEXT,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      lastRefreshedAt INTEGER,
      memberCount INTEGER,
      membersPrefix TEXT,
      CHECK (status != 'SUCCEEDED' OR membersPrefix IS NOT NULL)) STRICT;
    CREATE INDEX audienceByInstance ON audience (instanceID, sequence);

    CREATE TABLE advertiserAudience (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      canonicalID TEXT NOT NULL UNIQUE,
      audienceID TEXT NOT NULL UNIQUE REFERENCES audience (id) ON DELETE CASCADE,
      advertiserID TEXT NOT NULL,
      advertiserKind TEXT NOT NULL,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      name TEXT NOT NULL,
      audienceDescription TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX advertiserAudienceByAccount ON advertiserAudience (accountID, advertiserID, sequence);

    CREATE TABLE idempotencyKey (
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      keyHash BLOB NOT NULL,
      bodyHash BLOB NOT NULL,
      audienceID TEXT NOT NULL REFERENCES audience (id) ON DELETE CASCADE,
      createdAt INTEGER NOT NULL,
      PRIMARY KEY (clientID, instanceID, keyHash)) STRICT;

    CREATE TABLE execution (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      workflowID TEXT NOT NULL,
      query TEXT NOT NULL,
      timeWindowStart INTEGER NOT NULL,
      timeWindowEnd INTEGER NOT NULL,
      timeWindowStartOriginal TEXT,
      timeWindowEndOriginal TEXT,
      timeZone TEXT NOT NULL,
      parameterValues TEXT NOT NULL,
      isDryRun INTEGER NOT NULL,
      timeoutSeconds INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
      statusReason TEXT,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      rowCount INTEGER,
      resultKey TEXT) STRICT;
    CREATE INDEX executionByInstance ON execution (instanceID, sequence);

    CREATE TABLE job (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('audience', 'execution')),
      subjectID TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'FINISHED')),
      attempt INTEGER NOT NULL,
      crashCount INTEGER NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX jobByState ON job (state, id);
    CREATE UNIQUE INDEX unfinishedJobBySubject ON job (kind, subjectID) WHERE state != 'FINISHED';
    """
}
