extension Migrations {
  /// The privacy modes of instances, the populations with their secrets, and the ledger of their budgets. Charges have
  /// no foreign keys, because they outlive what they were for.
  static let privacyModes = """
    ALTER TABLE instance ADD COLUMN privacyMode TEXT NOT NULL DEFAULT 'threshold'
      CHECK (privacyMode IN ('threshold', 'noise'));
    ALTER TABLE instance ADD COLUMN population TEXT
      CHECK ((population IS NOT NULL) = (privacyMode = 'noise'));
    CREATE TABLE population (name TEXT PRIMARY KEY, secret BLOB NOT NULL, createdAt INTEGER NOT NULL) STRICT;
    CREATE TABLE privacyCharge (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      population TEXT NOT NULL,
      fingerprint BLOB NOT NULL,
      kind TEXT NOT NULL,
      subjectID TEXT NOT NULL,
      chargedTo TEXT NOT NULL,
      ticks INTEGER NOT NULL CHECK (ticks >= 0),
      deltaTicks INTEGER NOT NULL CHECK (deltaTicks >= 0),
      chargedAt INTEGER NOT NULL,
      isUsed INTEGER NOT NULL,
      UNIQUE (population, fingerprint)) STRICT;
    CREATE INDEX privacyChargeByTime ON privacyCharge (population, chargedAt);
    CREATE INDEX privacyChargeBySubject ON privacyCharge (kind, subjectID);
    CREATE TABLE toldSize (
      subject TEXT PRIMARY KEY,
      size INTEGER NOT NULL,
      mark INTEGER NOT NULL,
      toldAt INTEGER NOT NULL) STRICT;
    ALTER TABLE execution ADD COLUMN noise TEXT;
    """
}
