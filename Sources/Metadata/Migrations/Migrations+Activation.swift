extension Migrations {
  /// Uses outlive their line items: the last use of an audience decides how often it is refreshed.
  static let lineItems = """
    CREATE TABLE lineItem (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      advertiserID TEXT NOT NULL,
      name TEXT NOT NULL,
      campaignID TEXT NOT NULL,
      state TEXT NOT NULL,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX lineItemByAccount ON lineItem (accountID, advertiserID, sequence);
    CREATE TABLE lineItemAudience (
      lineItemID TEXT NOT NULL,
      canonicalID TEXT NOT NULL,
      targetID TEXT UNIQUE,
      definition TEXT NOT NULL,
      addedAt INTEGER NOT NULL,
      removedAt INTEGER,
      PRIMARY KEY (lineItemID, canonicalID)) STRICT;
    CREATE INDEX lineItemAudienceByAudience ON lineItemAudience (canonicalID);
    """

  static let campaigns = """
    CREATE TABLE campaign (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      profileID TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
      program TEXT NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      canonicalID TEXT,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX campaignByProfile ON campaign (profileID, program, sequence);
    CREATE TABLE displayTarget (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id INTEGER NOT NULL UNIQUE,
      profileID TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
      adGroupID INTEGER NOT NULL,
      state TEXT NOT NULL,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX displayTargetByProfile ON displayTarget (profileID, sequence);
    """

  /// An export outlives its audience, whose members have to be removed then.
  static let destinations = """
    CREATE TABLE destination (
      id TEXT NOT NULL PRIMARY KEY,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      name TEXT NOT NULL,
      bucket TEXT NOT NULL,
      prefix TEXT NOT NULL,
      secret BLOB NOT NULL,
      createdAt INTEGER NOT NULL,
      removedAt INTEGER) STRICT;
    CREATE UNIQUE INDEX destinationByPlace ON destination (bucket, prefix) WHERE removedAt IS NULL;
    CREATE TABLE audienceExport (
      id TEXT NOT NULL PRIMARY KEY,
      destinationID TEXT NOT NULL REFERENCES destination ON DELETE CASCADE,
      instanceID TEXT NOT NULL,
      accountID TEXT NOT NULL,
      audienceID TEXT NOT NULL,
      isConnected INTEGER NOT NULL,
      requestCount INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      folder TEXT,
      membersPrefix TEXT,
      exportedAt INTEGER,
      problem TEXT,
      createdAt INTEGER NOT NULL,
      UNIQUE (destinationID, audienceID)) STRICT;
    CREATE INDEX audienceExportByAudience ON audienceExport (audienceID);
    """

  /// Indexes for lists of an advertiser account, and for limits on the number of their elements.
  static let indexesOfLists = """
    CREATE INDEX livingCampaignByName ON campaign (profileID, program, name, state) WHERE state != 'ARCHIVED';
    CREATE INDEX livingDisplayTarget ON displayTarget (profileID, state) WHERE state != 'archived';
    CREATE INDEX advertiserAudienceByAge
      ON advertiserAudience (accountID, advertiserKind, createdAt, canonicalID);
    """

  /// Campaigns and ad groups.
  static let advertisingEntities = """
    CREATE TABLE advertisingEntity (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
      ownerID TEXT NOT NULL,
      parentID TEXT,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX advertisingEntityByOwner ON advertisingEntity (accountID, ownerID, kind, sequence);
    CREATE INDEX livingAdvertisingEntity
      ON advertisingEntity (accountID, ownerID, kind, name, state) WHERE state != 'ARCHIVED';
    """

  /// Campaigns of sponsored ads, line items and targets become rows of that table, each kind in its order.
  static let oneTableOfEntities = """
    INSERT INTO advertisingEntity
      (id, kind, accountID, ownerID, name, state, definition, createdAt, updatedAt)
    SELECT campaign.id, CASE program WHEN 'SPONSORED_PRODUCTS' THEN 'productsCampaign' ELSE 'brandsCampaign' END,
      profile.accountID, profileID, name, state, definition, createdAt, updatedAt
    FROM campaign JOIN profile ON profile.id = profileID ORDER BY campaign.sequence;
    INSERT INTO advertisingEntity
      (id, kind, accountID, ownerID, parentID, name, state, definition, createdAt, updatedAt)
    SELECT id, 'dspLineItem', accountID, advertiserID, campaignID, name, state, definition, createdAt, updatedAt
    FROM lineItem ORDER BY sequence;
    INSERT INTO advertisingEntity
      (id, kind, accountID, ownerID, parentID, name, state, definition, createdAt, updatedAt)
    SELECT CAST(displayTarget.id AS TEXT), 'displayTarget', profile.accountID, profileID, CAST(adGroupID AS TEXT), '',
      upper(state), definition, createdAt, updatedAt
    FROM displayTarget JOIN profile ON profile.id = profileID ORDER BY displayTarget.sequence;
    DROP TABLE campaign;
    DROP TABLE lineItem;
    DROP TABLE displayTarget;
    """
}
