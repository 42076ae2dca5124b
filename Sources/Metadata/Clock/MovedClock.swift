import GRDB

extension MetadataReading {
  /// How far the clock of the store's servers is ahead of the machine's, in milliseconds; nil where it was never a clock of
  /// its own.
  package func clockOffsetMilliseconds() throws -> Int64? {
    try Int64.fetchOne(database, sql: "SELECT offsetMilliseconds FROM movedClock")
  }
}

extension WriteTransaction {
  package func setClockOffset(milliseconds: Int64) throws {
    try database.execute(
      sql: """
        INSERT INTO movedClock (id, offsetMilliseconds) VALUES (1, ?)
        ON CONFLICT (id) DO UPDATE SET offsetMilliseconds = excluded.offsetMilliseconds
        """, arguments: [milliseconds])
  }
}
