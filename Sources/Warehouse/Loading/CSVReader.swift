import Dialects

/// Reads CSV. Values stay text here; what is not a record of the header's width is told apart from what is.
struct CSVReader: LoadReader {
  let path: String
  let file: LoadFile
  var shape = CSVShape()

  private var lines: TextLines { TextLines(path: path) }

  func columns(_ session: TrustedSession) async throws -> [RawColumn] {
    let first = try await session.rows("SELECT line FROM \(lines.relation(for: .check)) \(afterComments) LIMIT 1")
    // Every character of UTF-16 that Latin text has is half a NUL.
    if let line = first.first?.first?.text, line.utf8.contains(0) {
      throw LoadProblem(.malformedFile, "The file is not UTF-8 text.", file: file.displayName)
    }
    guard let line = first.first?.first?.text, let names = CSVHeader.names(in: line, shape) else {
      throw LoadProblem(.malformedFile, "The first line does not hold column names.", file: file.displayName)
    }
    return names.enumerated().map { RawColumn(name: $1, expression: "c\($0)") }
  }

  func relation(of columns: [RawColumn], for pass: LoadPass) -> String {
    let types = columns.map { "'\($0.expression)': 'VARCHAR'" }.joined(separator: ", ")
    let rejects = pass.recordsRejects ? ", store_rejects = true" : ""
    return "(SELECT \(pass.rowNumber)* FROM read_csv(\(SQLText.string(path)), columns = {\(types)}, "
      + "auto_detect = false, header = true, \(shape.engineOptions), "
      + "\(TextLines.bufferOptions)\(rejects)))"
  }

  /// The lines that can be a header.
  private var afterComments: String {
    shape.comment.isEmpty ? "" : "WHERE NOT starts_with(line, \(SQLText.string(shape.comment)))"
  }

  func malformedRecords(_ session: TrustedSession) async throws -> [LoadProblem] {
    let rows = try await session.rows(
      """
      SELECT line::BIGINT, min(error_type::VARCHAR) FROM reject_errors GROUP BY line ORDER BY line
      LIMIT \(LoadRefusal.problemLimit)
      """)
    guard !rows.isEmpty else { return [] }
    // Text that is not UTF-8 comes first: until it is gone, quotes in it cannot be counted.
    if let line = try await firstUnreadableLine(session) {
      return [LoadProblem(.malformedFile, "The line is not UTF-8 text.", file: file.displayName, position: line)]
    }
    var problems: [LoadProblem] = []
    for row in rows {
      guard let record = row[0].integer, let type = row[1].text else { continue }
      let line = try await physicalLine(ofRecord: record, countingBlank: true, session)
      problems.append(LoadProblem(.malformedFile, text(for: type), file: file.displayName, position: line ?? record))
    }
    return problems
  }

  private func firstUnreadableLine(_ session: TrustedSession) async throws -> Int? {
    _ = try await session.rows("SELECT count(line) FROM \(lines.relation(for: .check))")
    return try await lines.firstRejected(session)
  }

  private func text(for rejection: String) -> String {
    switch rejection {
    case "MISSING COLUMNS": "The record has fewer values than the header has columns."
    case "TOO MANY COLUMNS": "The record has more values than the header has columns."
    case "UNQUOTED VALUE": "A quoted value does not end where it should."
    case "LINE SIZE OVER MAXIMUM": "The record is longer than \(TextLines.byteLimit >> 20) MiB."
    default: "The record is not valid CSV."
    }
  }

  func position(ofRow row: Int, _ session: TrustedSession) async throws -> Int {
    // The header is the first record.
    try await physicalLine(ofRecord: row + 1, countingBlank: false, session) ?? row + 1
  }

  /// The line in which a record starts, as a quoted value can span several: a line starts a record where an even number
  /// of quotes comes before it. This reads the file once more, which only a refused file needs.
  private func physicalLine(
    ofRecord record: Int, countingBlank: Bool, _ session: TrustedSession
  ) async throws -> Int? {
    let rows = try await session.rows(
      """
      WITH lines AS (
        SELECT row_number, line = '' AS blank, \(quoteCount) AS quotes FROM \(lines.relation(for: .locate)) \(afterComments)
      ), counted AS (
        SELECT row_number, blank, quotes, sum(quotes) OVER (ROWS UNBOUNDED PRECEDING) AS total FROM lines
      )
      SELECT row_number::BIGINT FROM counted WHERE (total - quotes) % 2 = 0 AND (\(countingBlank) OR NOT blank)
      LIMIT 1 OFFSET \(record - 1)
      """)
    return rows.first?.first?.integer
  }

  /// How many quotes of a line open or close a value.
  private var quoteCount: String {
    guard !shape.quote.isEmpty else { return "0" }
    let quote = SQLText.string(shape.quote)
    let text =
      shape.escape == shape.quote ? "line" : "replace(line, \(SQLText.string(shape.escape + shape.quote)), '')"
    return "len(\(text)) - len(replace(\(text), \(quote), ''))"
  }
}

extension CSVShape {
  /// The options of the engine's reader.
  fileprivate var engineOptions: String {
    var options = [("delim", fieldDelimiter), ("quote", quote), ("escape", escape)]
    if !comment.isEmpty { options.append(("comment", comment)) }
    return options.map { "\($0) = \(SQLText.string($1))" }.joined(separator: ", ")
  }
}

/// The first record of a CSV file.
enum CSVHeader {
  /// The names in a header line, without quotes around them; nil when the line is empty or a quote stays open.
  static func names(in line: String, _ shape: CSVShape = CSVShape()) -> [String]? {
    var text = Substring(line)
    if text.hasPrefix("\u{FEFF}") { text = text.dropFirst() }
    guard !text.isEmpty else { return nil }
    var names: [String] = []
    while let (name, rest) = nextName(in: text, shape) {
      names.append(name)
      guard let rest else { return names }
      text = rest
    }
    return nil
  }

  /// The first name and what follows its delimiter; nil for the latter at the end, nil for both when a quote stays
  /// open.
  private static func nextName(in text: Substring, _ shape: CSVShape) -> (String, Substring?)? {
    guard !shape.quote.isEmpty, text.hasPrefix(shape.quote) else {
      guard let delimiter = text.firstRange(of: shape.fieldDelimiter) else { return (trimmed(text), nil) }
      return (trimmed(text[..<delimiter.lowerBound]), text[delimiter.upperBound...])
    }
    var name = ""
    var rest = text.dropFirst()
    while let next = rest.first {
      if String(next) == shape.escape, rest.dropFirst().hasPrefix(shape.quote) {
        name += shape.quote
        rest = rest.dropFirst(2)
      } else if String(next) == shape.quote {
        rest = rest.dropFirst()
        if rest.isEmpty { return (name, nil) }
        return rest.hasPrefix(shape.fieldDelimiter) ? (name, rest.dropFirst(shape.fieldDelimiter.count)) : nil
      } else {
        name.append(next)
        rest = rest.dropFirst()
      }
    }
    return nil
  }

  private static func trimmed(_ name: Substring) -> String {
    var name = name
    while name.first?.isWhitespace == true { name = name.dropFirst() }
    while name.last?.isWhitespace == true { name = name.dropLast() }
    return String(name)
  }
}
