import GRDB

/// Which version of its files an execution has in a bucket.
package struct DeliveryRecord: Sendable, Hashable {
  package var executionID: String
  /// The name of the bucket.
  package var bucket: String
  /// What the names of the files begin with, before the version.
  package var stem: String
  /// 1 for the first execution with that stem in that bucket.
  package var version: Int
}

extension DeliveryRecord: StoredRecord {
  package static let databaseTableName = "delivery"
}

extension Migrations {
  /// The bucket of an instance, and what was delivered.
  static let bucketsAndDeliveries = """
    ALTER TABLE instance ADD COLUMN s3BucketName TEXT;
    CREATE TABLE delivery (
      executionID TEXT NOT NULL PRIMARY KEY,
      bucket TEXT NOT NULL,
      stem TEXT NOT NULL,
      version INTEGER NOT NULL,
      UNIQUE (bucket, stem, version)
    ) STRICT;
    """
}

extension WriteTransaction {
  /// The version that an execution's files have in a bucket: the one that it was given before, or the next one.
  package func deliveryVersion(executionID: String, bucket: String, stem: String) throws -> Int {
    if let known = try DeliveryRecord.fetchOne(database, key: executionID), known.bucket == bucket, known.stem == stem {
      return known.version
    }
    let last = try Int.fetchOne(
      database, sql: "SELECT MAX(version) FROM delivery WHERE bucket = ? AND stem = ?", arguments: [bucket, stem])
    let record = DeliveryRecord(executionID: executionID, bucket: bucket, stem: stem, version: (last ?? 0) + 1)
    try record.save(database)
    return record.version
  }

  /// Gives an instance a bucket, or takes it away. Throws `MetadataError.corrupted` when there is no such instance.
  package func setBucket(_ name: String?, instanceID: String) throws {
    try database.execute(sql: "UPDATE instance SET s3BucketName = ? WHERE id = ?", arguments: [name, instanceID])
    guard database.changesCount == 1 else { throw MetadataError.corrupted }
  }
}
