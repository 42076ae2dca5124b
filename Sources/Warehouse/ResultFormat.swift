/// The format of a file with a result.
public enum ResultFormat: Hashable, Sendable {
  /// Text, with the column names in the first line.
  case csv(CSVFormat)
  /// Parquet.
  case parquet
}

/// How many rows of a result go into a file.
public struct ResultFileLimits: Hashable, Sendable {
  /// The most files of a result: the published API lists no more at a time (`downloadUrls`), so that larger results get
  /// larger files.
  public static let fileLimit = 5

  /// The most rows of a file, in results that fit into `fileLimit` files of that many.
  public var rowsPerFile: Int

  /// The most columns of a result, and of columns and aggregates of one SELECT; nil for the usual number.
  public var columnLimit: Int?

  /// A million rows a file, if nothing else is said.
  public init(rowsPerFile: Int = 1_000_000) {
    precondition(rowsPerFile >= 1)
    self.rowsPerFile = rowsPerFile
  }

  /// The rows of each file, in order; one file without rows for a result without any.
  public func parts(rowCount: Int) -> [Range<Int>] {
    guard rowCount > 0 else { return [0..<0] }
    let size = max(rowsPerFile, (rowCount + Self.fileLimit - 1) / Self.fileLimit)
    return stride(from: 0, to: rowCount, by: size).map { $0..<min($0 + size, rowCount) }
  }
}
