extension Migrations {
  static let subscriptions = """
    CREATE TABLE subscription (
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      feature TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      PRIMARY KEY (instanceID, feature)) STRICT;
    """

  /// SQLite can't change the check of a table: the table is made again.
  static let adServerAdvertisers = """
    CREATE TABLE newAdvertiser (
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('DISPLAY', 'SPONSORED_ADS', 'SAS')),
      name TEXT NOT NULL,
      marketplaceID TEXT,
      PRIMARY KEY (instanceID, id)) STRICT;
    INSERT INTO newAdvertiser SELECT instanceID, id, kind, name, marketplaceID FROM advertiser;
    DROP TABLE advertiser;
    ALTER TABLE newAdvertiser RENAME TO advertiser;
    """

  /// The bucket of an instance, and its deliveries.
  static let bucketsAndDeliveries = """
    ALTER TABLE instance ADD COLUMN s3BucketName TEXT;
    CREATE TABLE delivery (
      executionID TEXT NOT NULL PRIMARY KEY,
      bucket TEXT NOT NULL,
      stem TEXT NOT NULL,
      version INTEGER NOT NULL,
      UNIQUE (bucket, stem, version)
    ) STRICT;
    """

  /// Buckets that the operator gave to instances, as the audit log knows it. The others need a tag.
  static let approvedBuckets = """
    ALTER TABLE instance ADD COLUMN isBucketApproved INTEGER NOT NULL DEFAULT 0;
    UPDATE instance SET isBucketApproved = 1
      WHERE s3BucketName IS NOT NULL AND 'OPERATOR' = (
        SELECT actor FROM audit
        WHERE subjectID = instance.id
          AND (action = 'instance.create' OR json_extract(details, '$.s3BucketName') IS NOT NULL)
        ORDER BY sequence DESC LIMIT 1);
    """

  static let kindsOfProfiles = """
    ALTER TABLE profile ADD COLUMN kind TEXT NOT NULL DEFAULT 'agency';
    ALTER TABLE profile ADD COLUMN advertiserID TEXT;
    """

  /// The creation, change and removal of instances.
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

  /// Standard instances can have synthetic signals, as all sandboxes have.
  static let standardSandboxes = """
    ALTER TABLE instance ADD COLUMN hasSyntheticSignals INTEGER NOT NULL DEFAULT 0;
    UPDATE instance SET hasSyntheticSignals = 1 WHERE kind = 'SANDBOX';
    """
}
