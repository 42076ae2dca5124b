import GRDB
package import struct Foundation.Data
package import struct Foundation.Date

/// A place outside that members of an instance's audiences are exported to.
package struct DestinationRecord: Sendable, Hashable {
  package var id: String
  package var instanceID: String
  package var name: String
  package var bucket: String
  /// What the keys in the bucket begin with, without a slash at its end; empty for nothing.
  package var prefix: String
  /// What members' ids are made with; it never leaves the store.
  package var secret: Data
  package var createdAt: Date
  /// When the operator took the destination away; its exports are being removed then.
  package var removedAt: Date?

  package init(
    id: String, instanceID: String, name: String, bucket: String, prefix: String, secret: Data, createdAt: Date
  ) {
    self.id = id
    self.instanceID = instanceID
    self.name = name
    self.bucket = bucket
    self.prefix = prefix
    self.secret = secret
    self.createdAt = createdAt
  }
}

/// That an audience's members are exported to a destination, and what is there of them.
package struct AudienceExportRecord: Sendable, Hashable {
  package var id: String
  package var destinationID: String
  package var instanceID: String
  package var accountID: String
  /// The audience's own id, not the one that its account knows it by. It may be gone.
  package var audienceID: String
  /// Whether members are to be there; false where the operator has taken the connection away.
  package var isConnected = true
  /// Counts what was asked for: each has a job of its own.
  package var requestCount = 0
  /// Counts what was written: files of one revision never change.
  package var revision = 0
  /// What the objects of the audience begin with in the bucket; nil before the first export.
  package var folder: String?
  /// The members that are there now; nil where none are.
  package var membersPrefix: String?
  /// When the members were written that are there; nil where none are.
  package var exportedAt: Date?
  /// Safe to show; nil unless the last try has failed.
  package var problem: String?
  package var createdAt: Date

  package init(
    id: String, destinationID: String, instanceID: String, accountID: String, audienceID: String, createdAt: Date
  ) {
    self.id = id
    self.destinationID = destinationID
    self.instanceID = instanceID
    self.accountID = accountID
    self.audienceID = audienceID
    self.createdAt = createdAt
  }
}

extension DestinationRecord: StoredRecord {
  package static let databaseTableName = "destination"
}

extension AudienceExportRecord: StoredRecord {
  package static let databaseTableName = "audienceExport"
}

extension Migrations {
  /// An export outlives its audience, whose members have to be taken away then.
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
}
