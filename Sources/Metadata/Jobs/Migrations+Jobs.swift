extension Migrations {
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
