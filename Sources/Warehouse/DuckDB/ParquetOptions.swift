/// How Parquet files are written.
package enum ParquetOptions {
  /// Rows of one group: what a reader can skip at once.
  package static let rowGroupSize = 122_880

  /// Rows that a write by day holds in memory, for each thread, before it hands them to the days' files.
  static let partitionFlushRows = 65_536

  /// Options of COPY for a query's result: one file, also when there are no rows.
  static let results = "FORMAT parquet, COMPRESSION zstd"

  /// Options of COPY for features of users: small groups, as a group of many columns is in memory while it is written.
  static let features = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 8192"

  /// Options of COPY for signals. Snappy, as signals are read far more often than written; the same rows always give
  /// the same bytes.
  package static let signals = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE \(rowGroupSize)"
}
