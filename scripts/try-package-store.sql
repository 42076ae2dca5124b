-- The metadata store of an early release (its twelfth schema, "users"), with an account, an instance, a client and an
-- execution. scripts/try-package has a server of today upgrade it.
BEGIN TRANSACTION;
CREATE TABLE accessToken (
  hash BLOB PRIMARY KEY,
  clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
  expiresAt INTEGER NOT NULL) STRICT;
CREATE TABLE account (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, marketplaceID TEXT NOT NULL, createdAt INTEGER NOT NULL) STRICT;
INSERT INTO "account" VALUES('ENTITYOLDER','An account of an early release','ATVPDKIKX0DER',1750000000);
CREATE TABLE "advertiser" (
  instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('DISPLAY', 'SPONSORED_ADS', 'SAS')),
  name TEXT NOT NULL,
  marketplaceID TEXT,
  PRIMARY KEY (instanceID, id)) STRICT;
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
  membersPrefix TEXT, workflowID TEXT,
  CHECK (status != 'SUCCEEDED' OR membersPrefix IS NOT NULL)) STRICT;
CREATE TABLE audienceLog (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
  instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
  dspAdvertiserID TEXT,
  createdAt INTEGER NOT NULL) STRICT;
CREATE TABLE client (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, secretHash BLOB NOT NULL, createdAt INTEGER NOT NULL) STRICT;
INSERT INTO "client" VALUES('older-client','reporting',X'01',1750000000);
CREATE TABLE clientAccount (
  clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
  accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
  PRIMARY KEY (clientID, accountID)) STRICT;
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
CREATE TABLE delivery (
  executionID TEXT NOT NULL PRIMARY KEY,
  bucket TEXT NOT NULL,
  stem TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (bucket, stem, version)
) STRICT;
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
  workflow TEXT, scheduleID TEXT, cadence TEXT NOT NULL DEFAULT 'adhoc'
  CHECK (cadence IN ('adhoc', 'daily', 'weekly')), advertisers TEXT, requiresSyntheticData INTEGER NOT NULL DEFAULT 0, disablesAggregationControls INTEGER NOT NULL DEFAULT 0, skipsPublish INTEGER NOT NULL DEFAULT 0, csvKeys TEXT NOT NULL DEFAULT '[]', parquetKeys TEXT NOT NULL DEFAULT '[]', metadataKey TEXT, publishStatus TEXT NOT NULL DEFAULT 'PENDING'
  CHECK (publishStatus IN ('PENDING', 'AVAILABLE', 'UNAVAILABLE', 'FAILED')), publishStatusReason TEXT, outputURI TEXT) STRICT;
INSERT INTO "execution" VALUES(1,'older-execution','older','w','SELECT 1',0,1,NULL,NULL,'UTC','{}',0,900,'SUCCEEDED',NULL,1750000000,1750000000,NULL,NULL,NULL,'adhoc',NULL,0,0,0,'[]','[]',NULL,'PENDING',NULL,NULL);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 clients and accounts');
INSERT INTO "grdb_migrations" VALUES('2 audiences, executions and jobs');
INSERT INTO "grdb_migrations" VALUES('3 failures of jobs');
INSERT INTO "grdb_migrations" VALUES('4 workflows, schedules and the fair queue');
INSERT INTO "grdb_migrations" VALUES('subscriptions to paid features');
INSERT INTO "grdb_migrations" VALUES('advertisers of the ad server');
INSERT INTO "grdb_migrations" VALUES('buckets and deliveries');
INSERT INTO "grdb_migrations" VALUES('questions');
INSERT INTO "grdb_migrations" VALUES('kinds of jobs');
INSERT INTO "grdb_migrations" VALUES('data sets and uploads');
INSERT INTO "grdb_migrations" VALUES('terms and advertiser audiences');
INSERT INTO "grdb_migrations" VALUES('users');
CREATE TABLE idempotencyKey (
  clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
  instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
  keyHash BLOB NOT NULL,
  bodyHash BLOB NOT NULL,
  audienceID TEXT NOT NULL REFERENCES audience (id) ON DELETE CASCADE,
  createdAt INTEGER NOT NULL,
  PRIMARY KEY (clientID, instanceID, keyHash)) STRICT;
CREATE TABLE instance (
  id TEXT PRIMARY KEY,
  accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('STANDARD', 'SANDBOX')),
  createdAt INTEGER NOT NULL, s3BucketName TEXT) STRICT;
INSERT INTO "instance" VALUES('older','ENTITYOLDER','Older','STANDARD',1750000000,NULL);
CREATE TABLE "job" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  subjectID TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'FINISHED')),
  attempt INTEGER NOT NULL,
  crashCount INTEGER NOT NULL,
  createdAt INTEGER NOT NULL,
  updatedAt INTEGER NOT NULL,
  failureCount INTEGER NOT NULL DEFAULT 0,
  instanceID TEXT NOT NULL,
  accountID TEXT NOT NULL) STRICT;
CREATE TABLE loggedAudience (
  logID TEXT NOT NULL REFERENCES audienceLog (id) ON DELETE CASCADE,
  audienceID INTEGER NOT NULL REFERENCES streamedAudience ON DELETE CASCADE,
  PRIMARY KEY (logID, audienceID)) STRICT;
CREATE TABLE membership (
  userID TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
  accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('admin', 'viewer')),
  createdAt INTEGER NOT NULL,
  PRIMARY KEY (userID, accountID)) STRICT;
CREATE TABLE profile (
  id TEXT PRIMARY KEY, accountID TEXT NOT NULL REFERENCES account ON DELETE CASCADE) STRICT;
CREATE TABLE question (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  executionID TEXT NOT NULL UNIQUE,
  instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
  query TEXT NOT NULL,
  workflow TEXT,
  parameterValues TEXT NOT NULL,
  advertisers TEXT,
  timeWindowStart INTEGER NOT NULL,
  timeWindowEnd INTEGER NOT NULL,
  createdAt INTEGER NOT NULL) STRICT;
CREATE TABLE questionSource (
  executionID TEXT NOT NULL REFERENCES question (executionID) ON DELETE CASCADE,
  dataSource TEXT NOT NULL,
  firstDay INTEGER NOT NULL,
  lastDay INTEGER NOT NULL,
  PRIMARY KEY (executionID, dataSource, firstDay, lastDay)) STRICT;
CREATE TABLE queueTurn (instanceID TEXT PRIMARY KEY, turn INTEGER NOT NULL) STRICT;
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
CREATE TABLE refreshToken (
  hash BLOB PRIMARY KEY,
  clientID TEXT NOT NULL REFERENCES client ON DELETE CASCADE,
  createdAt INTEGER NOT NULL, revokedAt INTEGER) STRICT;
CREATE TABLE schedule (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  instanceID TEXT NOT NULL,
  id TEXT NOT NULL,
  workflowID TEXT NOT NULL,
  period TEXT NOT NULL CHECK (period IN ('Daily', 'Weekly')),
  startDay TEXT NOT NULL,
  hourUTC INTEGER NOT NULL CHECK (hourUTC BETWEEN 0 AND 23),
  isEnabled INTEGER NOT NULL,
  requiresSyntheticData INTEGER NOT NULL,
  disablesAggregationControls INTEGER NOT NULL,
  lastPeriodEnd INTEGER NOT NULL,
  createdAt INTEGER NOT NULL,
  updatedAt INTEGER NOT NULL,
  UNIQUE (instanceID, id),
  FOREIGN KEY (instanceID, workflowID) REFERENCES workflow (instanceID, id),
  FOREIGN KEY (instanceID) REFERENCES instance ON DELETE CASCADE) STRICT;
CREATE TABLE serverKey (name TEXT PRIMARY KEY, value BLOB NOT NULL, createdAt INTEGER NOT NULL) STRICT;
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
CREATE TABLE subscription (
  instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
  feature TEXT NOT NULL,
  createdAt INTEGER NOT NULL,
  PRIMARY KEY (instanceID, feature)) STRICT;
CREATE TABLE termsAcceptance (
  clientID TEXT PRIMARY KEY REFERENCES client ON DELETE CASCADE,
  agreementToken TEXT NOT NULL,
  acceptedAt INTEGER NOT NULL) STRICT;
CREATE TABLE user (
  id TEXT PRIMARY KEY,
  emailAddress TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name TEXT NOT NULL,
  passwordHash BLOB,
  createdAt INTEGER NOT NULL) STRICT;
CREATE TABLE userDeletion (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
  identityCount INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
  createdAt INTEGER NOT NULL,
  updatedAt INTEGER NOT NULL) STRICT;
CREATE TABLE workflow (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
  id TEXT NOT NULL,
  definition TEXT NOT NULL,
  createdAt INTEGER NOT NULL,
  updatedAt INTEGER NOT NULL,
  UNIQUE (instanceID, id)) STRICT;
CREATE INDEX accessTokenByExpiry ON accessToken (expiresAt);
CREATE INDEX instanceByAccount ON instance (accountID, id);
CREATE INDEX audienceByInstance ON audience (instanceID, sequence);
CREATE INDEX advertiserAudienceByAccount ON advertiserAudience (accountID, advertiserID, sequence);
CREATE INDEX executionByInstance ON execution (instanceID, sequence);
CREATE INDEX scheduleByWorkflow ON schedule (instanceID, workflowID);
CREATE INDEX executionByWorkflow ON execution (instanceID, workflowID, sequence);
CREATE INDEX executionByCreation ON execution (instanceID, createdAt);
CREATE UNIQUE INDEX executionBySchedule ON execution (instanceID, scheduleID, timeWindowEnd)
  WHERE scheduleID IS NOT NULL;
CREATE INDEX questionByInstance ON question (instanceID, createdAt);
CREATE INDEX questionSourceByName ON questionSource (dataSource, firstDay);
CREATE INDEX jobByState ON job (state, id);
CREATE UNIQUE INDEX unfinishedJobBySubject ON job (kind, subjectID) WHERE state != 'FINISHED';
CREATE INDEX jobByLane ON job (state, instanceID, kind, id);
CREATE INDEX dataUploadByInstance ON dataUpload (instanceID, sequence);
CREATE INDEX dataUploadByDataSet ON dataUpload (dataSetUID, status);
CREATE INDEX userDeletionByInstance ON userDeletion (instanceID, sequence);
CREATE UNIQUE INDEX defaultConnection ON connection (clientID) WHERE isDefault = 1;
CREATE UNIQUE INDEX audienceLogByTarget ON audienceLog (clientID, instanceID, COALESCE(dspAdvertiserID, ''));
CREATE INDEX audienceLogByInstance ON audienceLog (instanceID);
CREATE INDEX waitingSubmission ON recordSubmission (instanceID, sequence) WHERE state = 'PENDING';
CREATE INDEX membershipByAccount ON membership (accountID, userID);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('job',0);
INSERT INTO "sqlite_sequence" VALUES('execution',1);
COMMIT;
