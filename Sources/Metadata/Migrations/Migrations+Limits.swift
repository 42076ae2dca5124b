extension Migrations {
  /// Consent forms that let an application in, until they are too old anyway.
  static let usedConsentForms = """
    CREATE TABLE usedConsentForm (
      hash BLOB PRIMARY KEY,
      expiresAt INTEGER NOT NULL) STRICT;
    CREATE INDEX usedConsentFormByExpiry ON usedConsentForm (expiresAt);
    """

  /// The turn of a refresh, and whether a job has given way to others.
  static let fairPlaces = """
    ALTER TABLE job ADD COLUMN turnAt INTEGER;
    ALTER TABLE job ADD COLUMN hasGivenWay INTEGER NOT NULL DEFAULT 0;
    """
}
