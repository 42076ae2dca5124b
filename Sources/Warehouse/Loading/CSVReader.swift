import Base
import Dialects
import Foundation

/// Reads CSV. Values stay text here; what is not a record of the header's width is told apart from what is.
struct CSVReader: LoadReader {
  let path: String
  let file: LoadFile
  let head: CSVHead

  private var shape: CSVShape { head.shape }

  func columns(_ session: TrustedSession) async throws -> [RawColumn] {
    guard let names = head.names, names.contains(where: { !$0.isEmpty }) else {
      throw LoadProblem(.malformedFile, "The first line does not hold column names.", file: file.displayName)
    }
    // Spreadsheets and data frames leave columns without names behind; nothing can be said of them, so none is used.
    return names.enumerated().compactMap { index, name in
      name.isEmpty ? nil : RawColumn(name: name, expression: Self.column(index))
    }
  }

  private static func column(_ index: Int) -> String { "c\(index)" }

  func relation(of columns: [RawColumn], for pass: LoadPass) -> String {
    let types = (head.names ?? []).indices.map { "'\(Self.column($0))': 'VARCHAR'" }.joined(separator: ", ")
    let skip = head.skippedLineCount > 0 ? ", skip = \(head.skippedLineCount)" : ""
    let rejects = pass.recordsRejects ? ", store_rejects = true" : ""
    return "(SELECT \(pass.rowNumber)* FROM read_csv(\(SQLText.string(path)), columns = {\(types)}, "
      + "auto_detect = false, header = true, \(shape.engineOptions), "
      + "\(TextLines.bufferOptions)\(skip)\(rejects)))"
  }

  func malformedRecords(_ session: TrustedSession) async throws -> [LoadProblem] {
    let rows = try await session.rows(
      """
      SELECT line::BIGINT, min(error_type::VARCHAR) FROM reject_errors GROUP BY line ORDER BY line
      LIMIT \(LoadRefusal.problemLimit)
      """)
    var problems: [LoadProblem] = []
    for row in rows {
      guard let record = row[0].integer, let type = row[1].text else { continue }
      let line = try await physicalLine(ofRecord: record, countingBlank: true)
      problems.append(LoadProblem(.malformedFile, text(for: type), file: file.displayName, position: line ?? record))
    }
    return problems
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
    let record = head.skippedLineCount + 1 + row
    return try await physicalLine(ofRecord: record, countingBlank: false) ?? record
  }

  private func physicalLine(ofRecord record: Int, countingBlank: Bool) async throws -> Int? {
    try await BlockingWork.run {
      try CSVLines.line(ofRecord: record, in: URL(filePath: path), shape, countsBlank: countingBlank)
    }
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
  /// The names in a header, without quotes around them, and with a blank for each line break in them; nil when it is
  /// empty or a quote stays open.
  static func names(in line: String, _ shape: CSVShape = CSVShape()) -> [String]? {
    var text = Substring(line)
    if text.hasPrefix("\u{FEFF}") { text = text.dropFirst() }
    guard !text.isEmpty else { return nil }
    var names: [String] = []
    while let (name, rest) = nextName(in: text, shape) {
      names.append(name.split(whereSeparator: \.isNewline).joined(separator: " "))
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
