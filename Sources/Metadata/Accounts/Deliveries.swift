import GRDB

/// The version of its files that an execution has in a bucket.
struct DeliveryRecord: StoredRecord {
  static let databaseTableName = "delivery"
  enum CodingKeys: String, StoredColumn { case executionID, bucket, stem, version }

  var executionID: String
  /// The name of the bucket.
  var bucket: String
  /// What the names of the files begin with, before the version.
  var stem: String
  /// 1 for the first execution with that stem in that bucket.
  var version: Int
}

extension WriteTransaction {
  /// The version that an execution's files have in a bucket: the one that it was given before, or the next one.
  package func deliveryVersion(executionID: String, bucket: String, stem: String) throws -> Int {
    if let known = try DeliveryRecord.fetchOne(database, key: executionID), known.bucket == bucket, known.stem == stem {
      return known.version
    }
    let last = try DeliveryRecord.filter { $0.bucket == bucket && $0.stem == stem }
      .select({ max($0.version) }, as: Int.self).fetchOne(database)
    let record = DeliveryRecord(executionID: executionID, bucket: bucket, stem: stem, version: (last ?? 0) + 1)
    try record.save(database)
    return record.version
  }
}
