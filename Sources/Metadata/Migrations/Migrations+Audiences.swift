extension Migrations {
  /// Audiences that were made before count from their creation, and their next refresh makes up for what was missed.
  static let refreshesLeasesAndClocks = """
    ALTER TABLE audience ADD COLUMN askedAt INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE audience ADD COLUMN refreshedFor INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE audience ADD COLUMN triedFor INTEGER;
    ALTER TABLE audience ADD COLUMN refreshFailureCount INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE audience ADD COLUMN retryAt INTEGER;
    ALTER TABLE audience ADD COLUMN userDeletionCount INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE audience ADD COLUMN coveredUserDeletionCount INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE audience ADD COLUMN windowShiftDays INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE audience ADD COLUMN lastRunSeconds REAL;
    ALTER TABLE audience ADD COLUMN attemptCount INTEGER NOT NULL DEFAULT 0;
    UPDATE audience SET askedAt = createdAt, refreshedFor = createdAt,
      attemptCount = COALESCE((SELECT MAX(attempt) FROM job WHERE kind = 'audience' AND subjectID = audience.id), 0);
    CREATE INDEX audienceByStatus ON audience (status, sequence);
    ALTER TABLE job ADD COLUMN owner TEXT;
    ALTER TABLE job ADD COLUMN leaseEndsAt INTEGER;
    CREATE TABLE movedClock (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      offsetMilliseconds INTEGER NOT NULL) STRICT;
    """

  /// The reach of lookalike audiences; NULL for audiences of the query's own users.
  static let lookalikes = """
    ALTER TABLE audience ADD COLUMN lookalikeReach TEXT
      CHECK (lookalikeReach IN ('MOST_SIMILAR', 'SIMILAR', 'BALANCED', 'BROAD', 'MOST_BROAD'));
    """
}
