extension Migrations {
  /// Saved workflows, their schedules, what executions of them remember, and what a fair queue goes by.
  static let workflowsSchedulesAndQueue = """
    CREATE TABLE workflow (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      id TEXT NOT NULL,
      definition TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL,
      UNIQUE (instanceID, id)) STRICT;

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
    CREATE INDEX scheduleByWorkflow ON schedule (instanceID, workflowID);

    ALTER TABLE execution ADD COLUMN workflow TEXT;
    ALTER TABLE execution ADD COLUMN scheduleID TEXT;
    ALTER TABLE execution ADD COLUMN cadence TEXT NOT NULL DEFAULT 'adhoc'
      CHECK (cadence IN ('adhoc', 'daily', 'weekly'));
    ALTER TABLE execution ADD COLUMN advertisers TEXT;
    ALTER TABLE execution ADD COLUMN requiresSyntheticData INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE execution ADD COLUMN disablesAggregationControls INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE execution ADD COLUMN skipsPublish INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE execution ADD COLUMN csvKeys TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE execution ADD COLUMN parquetKeys TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE execution ADD COLUMN metadataKey TEXT;
    ALTER TABLE execution ADD COLUMN publishStatus TEXT NOT NULL DEFAULT 'PENDING'
      CHECK (publishStatus IN ('PENDING', 'AVAILABLE', 'UNAVAILABLE', 'FAILED'));
    ALTER TABLE execution ADD COLUMN publishStatusReason TEXT;
    ALTER TABLE execution ADD COLUMN outputURI TEXT;
    UPDATE execution SET csvKeys = json_array(resultKey) WHERE resultKey IS NOT NULL;
    UPDATE execution SET publishStatus = 'UNAVAILABLE' WHERE status NOT IN ('PENDING', 'RUNNING');
    ALTER TABLE execution DROP COLUMN resultKey;
    CREATE INDEX executionByWorkflow ON execution (instanceID, workflowID, sequence);
    CREATE INDEX executionByCreation ON execution (instanceID, createdAt);
    CREATE UNIQUE INDEX executionBySchedule ON execution (instanceID, scheduleID, timeWindowEnd)
      WHERE scheduleID IS NOT NULL;

    ALTER TABLE audience ADD COLUMN workflowID TEXT;

    ALTER TABLE job ADD COLUMN instanceID TEXT NOT NULL DEFAULT '';
    ALTER TABLE job ADD COLUMN accountID TEXT NOT NULL DEFAULT '';
    UPDATE job SET instanceID = COALESCE(
      (SELECT instanceID FROM audience WHERE audience.id = subjectID),
      (SELECT instanceID FROM execution WHERE execution.id = subjectID), '');
    UPDATE job SET accountID = COALESCE((SELECT accountID FROM instance WHERE instance.id = job.instanceID), '');
    CREATE INDEX jobByLane ON job (state, instanceID, kind, id);
    CREATE TABLE queueTurn (instanceID TEXT PRIMARY KEY, turn INTEGER NOT NULL) STRICT;
    """

  static let questions = """
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
    CREATE INDEX questionByInstance ON question (instanceID, createdAt);
    CREATE TABLE questionSource (
      executionID TEXT NOT NULL REFERENCES question (executionID) ON DELETE CASCADE,
      dataSource TEXT NOT NULL,
      firstDay INTEGER NOT NULL,
      lastDay INTEGER NOT NULL,
      PRIMARY KEY (executionID, dataSource, firstDay, lastDay)) STRICT;
    CREATE INDEX questionSourceByName ON questionSource (dataSource, firstDay);
    """

  /// Lets the queue hold jobs of any kind: which kinds there are is the program's to know.
  static let kindsOfJobs = """
    CREATE TABLE jobOfAnyKind (
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
    INSERT INTO jobOfAnyKind (
        id, kind, subjectID, state, attempt, crashCount, createdAt, updatedAt, failureCount, instanceID, accountID)
      SELECT id, kind, subjectID, state, attempt, crashCount, createdAt, updatedAt, failureCount, instanceID, accountID
      FROM job;
    DROP TABLE job;
    ALTER TABLE jobOfAnyKind RENAME TO job;
    CREATE INDEX jobByState ON job (state, id);
    CREATE UNIQUE INDEX unfinishedJobBySubject ON job (kind, subjectID) WHERE state != 'FINISHED';
    CREATE INDEX jobByLane ON job (state, instanceID, kind, id);
    """
}
