extension Migrations {
  /// The sketches of what results showed, for the comparison with later ones (rule 7).
  static let sketches = """
    CREATE TABLE sketch (
      id INTEGER PRIMARY KEY,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      digest INTEGER NOT NULL,
      content BLOB NOT NULL,
      UNIQUE (instanceID, digest)) STRICT;
    CREATE TABLE sketchAddress (
      address INTEGER NOT NULL,
      sketchID INTEGER NOT NULL REFERENCES sketch ON DELETE CASCADE,
      PRIMARY KEY (address, sketchID)) STRICT, WITHOUT ROWID;
    CREATE INDEX sketchAddressBySketch ON sketchAddress (sketchID);
    CREATE TABLE sketchRelease (
      sketchID INTEGER NOT NULL REFERENCES sketch ON DELETE CASCADE,
      executionID TEXT NOT NULL REFERENCES question (executionID) ON DELETE CASCADE,
      aggregation INTEGER NOT NULL,
      PRIMARY KEY (sketchID, executionID, aggregation)) STRICT, WITHOUT ROWID;
    CREATE INDEX sketchReleaseByExecution ON sketchRelease (executionID);
    """
}
