import Dialects

/// How CSV files are written.
enum CSVOptions {
  /// ISO 8601 in UTC with milliseconds, as in `2026-01-31T23:59:59.000Z`.
  private static let timestampFormat = "%Y-%m-%dT%H:%M:%S.%gZ"
  /// As in `2026-01-31`.
  private static let dateFormat = "%Y-%m-%d"

  /// Options of COPY for that format. NULL is nothing at all; an empty text is a pair of quotes.
  static func copy(_ format: CSVFormat) -> String {
    let options = [
      ("DELIMITER", String(format.separator)), ("QUOTE", String(format.quote)), ("ESCAPE", String(format.escape)),
      ("NULLSTR", ""), ("TIMESTAMPFORMAT", timestampFormat), ("DATEFORMAT", dateFormat),
    ]
    return "FORMAT csv, HEADER true, "
      + options.map { "\($0) \(SQLText.string($1))" }.joined(separator: ", ")
  }
}
