/// The lines of a text file, plain or compressed, as a relation with the columns `row_number` and `line`.
struct TextLines: Sendable {
  /// The longest line that is read, in bytes.
  static let byteLimit = 16 << 20

  let path: String
  let pass: LoadPass

  /// The lines in their order. The check lists those that are not UTF-8 or too long in the session's `line_errors`.
  var relation: String {
    let rejects = ", store_rejects = true, rejects_table = 'line_errors', rejects_scan = 'line_scans'"
    return "(SELECT row_number() OVER () AS row_number, coalesce(line, '') AS line "
      + "FROM read_csv(\(SQLText.string(path)), "
      + "columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, delim = '\\x01', quote = '', escape = '', "
      + "strict_mode = false, max_line_size = \(Self.byteLimit)\(pass == .check ? rejects : "")))"
  }

  /// The number of the first line that is not UTF-8 or too long, once the relation has been read.
  static func firstRejected(_ session: TrustedSession) async throws -> Int? {
    try await session.rows("SELECT min(line)::BIGINT FROM line_errors").first?.first?.integer
  }
}
