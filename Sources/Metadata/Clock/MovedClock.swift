import GRDB

/// The clock of the store's servers if it differs from the machine's: one row at most.
struct MovedClockRecord: StoredRecord {
  static let databaseTableName = "movedClock"
  enum CodingKeys: String, StoredColumn { case id, offsetMilliseconds }

  var id = 1
  var offsetMilliseconds: Int64
}

extension MetadataReading {
  /// The time by which the servers' clock is ahead of the machine's, in milliseconds; nil if it was never moved.
  package func clockOffsetMilliseconds() throws -> Int64? {
    try MovedClockRecord.fetchOne(database)?.offsetMilliseconds
  }
}

extension WriteTransaction {
  package func setClockOffset(milliseconds: Int64) throws {
    try save(MovedClockRecord(offsetMilliseconds: milliseconds))
  }
}
