import Dialects

/// The lines of a text file, plain or compressed.
struct TextLines: Sendable {
  /// The longest line that is read, in bytes.
  static let byteLimit = 16 << 20
  /// Options of the engine's reader: how long a line may be, and how much is read at once, which is otherwise sixteen
  /// times as much for each file.
  static let bufferOptions = "max_line_size = \(byteLimit), buffer_size = \(2 * byteLimit)"
  private static let rejects = "line_errors"

  let path: String

  /// The lines as a relation with the column `line`, and in their order where they have numbers. The check leaves out
  /// those that are not UTF-8 or too long, and lists them.
  func relation(for pass: LoadPass) -> String {
    let rejects = ", store_rejects = true, rejects_table = '\(Self.rejects)', rejects_scan = 'line_scans'"
    return "(SELECT \(pass.rowNumber)coalesce(line, '') AS line FROM read_csv(\(SQLText.string(path)), "
      + "columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, delim = '\\x01', quote = '', escape = '', "
      + "strict_mode = false, \(Self.bufferOptions)\(pass.recordsRejects ? rejects : "")))"
  }

  /// The number of the first line that is not UTF-8 or too long, once the relation of the check has been read.
  func firstRejected(_ session: TrustedSession) async throws -> Int? {
    try await session.rows("SELECT min(line)::BIGINT FROM \(Self.rejects)").first?.first?.integer
  }
}
