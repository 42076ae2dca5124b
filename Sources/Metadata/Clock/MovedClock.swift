import GRDB

/// The clock of the store's servers, where it differs from the machine's: one row at most.
struct MovedClockRecord: StoredRecord {
  static let databaseTableName = "movedClock"
  enum CodingKeys: String, StoredColumn { case id, offsetMilliseconds }

  var id = 1
  var offsetMilliseconds: Int64
}

extension MetadataReading {
  /// How far the clock of the store's servers is ahead of the machine's, in milliseconds; nil where it was never a clock of
  /// its own.
  package func clockOffsetMilliseconds() throws -> Int64? {
    try MovedClockRecord.fetchOne(database)?.offsetMilliseconds
  }
}

extension WriteTransaction {
  package func setClockOffset(milliseconds: Int64) throws {
    try save(MovedClockRecord(offsetMilliseconds: milliseconds))
  }
}
