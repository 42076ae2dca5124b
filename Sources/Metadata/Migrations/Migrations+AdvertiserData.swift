extension Migrations {
  /// Data sets of advertisers, uploads to them, and requests to delete people from them.
  static let dataSetsAndUploads = """
    CREATE TABLE dataSet (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      id TEXT NOT NULL,
      uid TEXT NOT NULL UNIQUE,
      isLegacy INTEGER NOT NULL,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      UNIQUE (instanceID, id)) STRICT;
    CREATE TABLE dataSetRemoval (uid TEXT PRIMARY KEY, instanceID TEXT NOT NULL) STRICT;

    CREATE TABLE dataUpload (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      dataSetID TEXT NOT NULL,
      dataSetUID TEXT NOT NULL,
      request TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('SUBMITTED', 'IN_PROGRESS', 'SUCCESS', 'FAILED')),
      message TEXT,
      metrics TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX dataUploadByInstance ON dataUpload (instanceID, sequence);
    CREATE INDEX dataUploadByDataSet ON dataUpload (dataSetUID, status);

    CREATE TABLE userDeletion (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      identityCount INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX userDeletionByInstance ON userDeletion (instanceID, sequence);
    """

  /// Terms that clients accept, connections, streamed audiences with their logs, and what was sent to them.
  static let termsAndAdvertiserAudiences = """
    CREATE TABLE termsAcceptance (
      clientID TEXT PRIMARY KEY REFERENCES client ON DELETE CASCADE,
      agreementToken TEXT NOT NULL,
      acceptedAt INTEGER NOT NULL) STRICT;

    CREATE TABLE connection (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL,
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      accountID TEXT REFERENCES account ON DELETE CASCADE,
      instanceID TEXT REFERENCES instance ON DELETE CASCADE,
      dspAdvertiserID TEXT,
      dspProfileID TEXT REFERENCES profile ON DELETE CASCADE,
      dspInstanceID TEXT REFERENCES instance ON DELETE CASCADE,
      isDefault INTEGER NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      UNIQUE (clientID, id),
      CHECK (instanceID IS NOT NULL OR dspAdvertiserID IS NOT NULL),
      CHECK ((dspAdvertiserID IS NULL) = (dspInstanceID IS NULL))) STRICT;
    CREATE UNIQUE INDEX defaultConnection ON connection (clientID) WHERE isDefault = 1;

    CREATE TABLE streamedAudience (
      id INTEGER PRIMARY KEY,
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      name TEXT NOT NULL,
      audienceDescription TEXT NOT NULL,
      externalAudienceID TEXT NOT NULL,
      ttlSeconds INTEGER NOT NULL CHECK (ttlSeconds BETWEEN 0 AND 34300800),
      fees TEXT,
      countryCode TEXT,
      connectionID TEXT,
      dspAdvertiserID TEXT,
      dspInstanceID TEXT REFERENCES instance ON DELETE CASCADE,
      receivedCount INTEGER NOT NULL,
      resolvedCount INTEGER NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      CHECK (connectionID IS NOT NULL OR dspAdvertiserID IS NOT NULL)) STRICT;

    CREATE TABLE audienceLog (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      dspAdvertiserID TEXT,
      createdAt INTEGER NOT NULL) STRICT;
    CREATE UNIQUE INDEX audienceLogByTarget ON audienceLog (clientID, instanceID, COALESCE(dspAdvertiserID, ''));
    CREATE INDEX audienceLogByInstance ON audienceLog (instanceID);
    CREATE TABLE loggedAudience (
      logID TEXT NOT NULL REFERENCES audienceLog (id) ON DELETE CASCADE,
      audienceID INTEGER NOT NULL REFERENCES streamedAudience ON DELETE CASCADE,
      PRIMARY KEY (logID, audienceID)) STRICT;

    CREATE TABLE recordSubmission (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
      audienceID INTEGER NOT NULL REFERENCES streamedAudience ON DELETE CASCADE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      amcLogID TEXT REFERENCES audienceLog (id) ON DELETE CASCADE,
      dspLogID TEXT REFERENCES audienceLog (id) ON DELETE CASCADE,
      state TEXT NOT NULL CHECK (state IN ('PENDING', 'SUCCEEDED', 'PARTIALLYSUCCEEDED', 'FAILED')),
      batchID TEXT,
      stagedKey TEXT,
      receivedCount INTEGER NOT NULL,
      validCount INTEGER NOT NULL,
      resolvedCount INTEGER NOT NULL,
      invalidRecords TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX waitingSubmission ON recordSubmission (instanceID, sequence) WHERE state = 'PENDING';
    """
}
