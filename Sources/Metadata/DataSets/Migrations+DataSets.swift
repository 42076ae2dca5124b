extension Migrations {
  /// Data sets of advertisers, uploads to them, and requests to delete people from them.
  static let dataSetsAndUploads = """
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
    CREATE INDEX dataUploadByInstance ON dataUpload (instanceID, sequence);
    CREATE INDEX dataUploadByDataSet ON dataUpload (dataSetUID, status);

    CREATE TABLE userDeletion (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      instanceID TEXT NOT NULL REFERENCES instance ON DELETE CASCADE,
      identityCount INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
      createdAt INTEGER NOT NULL,
      updatedAt INTEGER NOT NULL) STRICT;
    CREATE INDEX userDeletionByInstance ON userDeletion (instanceID, sequence);
    """
}
