extension Migrations {
  /// How instances come, change and go.
  static let lifeOfInstances = """
    ALTER TABLE instance ADD COLUMN status TEXT NOT NULL DEFAULT 'COMPLETED'
      CHECK (status IN ('REQUESTED', 'SUBMITTED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'));
    ALTER TABLE instance ADD COLUMN statusReason TEXT;
    ALTER TABLE instance ADD COLUMN advertiserName TEXT;
    ALTER TABLE instance ADD COLUMN awsAccountID TEXT;
    ALTER TABLE instance ADD COLUMN completedAt INTEGER;
    UPDATE instance SET completedAt = createdAt;

    CREATE TABLE instanceRequest (
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      keyHash BLOB NOT NULL,
      bodyHash BLOB NOT NULL,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      PRIMARY KEY (accountID, keyHash)) STRICT;

    -- No foreign keys: it outlives the instance, until nothing of it is left in storage.
    CREATE TABLE instanceRemoval (
      instanceID TEXT PRIMARY KEY,
      accountID TEXT NOT NULL,
      removedAt INTEGER NOT NULL) STRICT;

    CREATE TABLE advertiserUpdate (
      id TEXT PRIMARY KEY,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      number INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('PENDING', 'UPDATING', 'COMPLETED', 'REJECTED')),
      statusReason TEXT,
      additions TEXT NOT NULL,
      removals TEXT NOT NULL,
      clientID TEXT NOT NULL,
      userID TEXT,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      UNIQUE (instanceID, number)) STRICT;
    CREATE UNIQUE INDEX openAdvertiserUpdate ON advertiserUpdate (instanceID)
      WHERE status IN ('PENDING', 'UPDATING');
    """
}
