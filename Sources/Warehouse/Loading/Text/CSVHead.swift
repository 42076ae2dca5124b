import Foundation

/// The beginning of a CSV file: a line for Excel that says the separator, comments, and the names of the columns.
struct CSVHead: Hashable, Sendable {
  /// The longest header that is read, in bytes.
  static let byteLimit = 1 << 20
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The names of the columns, empty where the file gives none; nil if the file does not begin with a header.
  let names: [String]?
  /// The lines before the header that are no comments: 1 where the first one says the separator.
  let skippedLineCount: Int
  /// How the file separates and quotes values.
  let shape: CSVShape
  /// Whether the header has a NUL, as text in UTF-16 does.
  let hasNUL: Bool

  /// Reads the beginning of a file.
  ///
  /// - Parameter bytes: Up to `byteLimit` bytes of it.
  init(_ bytes: some Sequence<UInt8>, _ said: CSVShape) {
    var rest = Array(bytes)[...]
    if rest.starts(with: Self.mark) { rest = rest.dropFirst(Self.mark.count) }
    var shape = said
    var skipped = 0
    if let (separator, length) = Self.separator(in: rest) {
      rest = rest.dropFirst(length)
      skipped = 1
      // Who said another one than the usual knows better.
      if said.fieldDelimiter == CSVShape().fieldDelimiter, let own = said.separating(by: separator) { shape = own }
    }
    while let comment = shape.comment.utf8.first, rest.first == comment {
      rest = rest.drop { !Self.isBreak($0) }
      rest = rest.starts(with: Array("\r\n".utf8)) ? rest.dropFirst(2) : rest.dropFirst()
    }
    let header = Self.firstRecord(of: rest, shape)
    hasNUL = header.contains(0)
    // A header that does not end here is none: rather, a quote stays open.
    names =
      header.count < Self.byteLimit - Self.mark.count
      ? CSVHeader.names(in: String(decoding: header, as: UTF8.self), shape) : nil
    skippedLineCount = skipped
    self.shape = shape
  }

  private init(names: [String]?, skippedLineCount: Int, shape: CSVShape) {
    self.names = names
    self.skippedLineCount = skippedLineCount
    self.shape = shape
    hasNUL = false
  }

  /// The same head, of a file that is separated and quoted in another way.
  func with(_ shape: CSVShape) -> CSVHead {
    CSVHead(names: names, skippedLineCount: skippedLineCount, shape: shape)
  }

  /// The separator that the first line says, as in `sep=;`, and the length of the line with its end.
  private static func separator(in bytes: ArraySlice<UInt8>) -> (String, Int)? {
    let line = bytes.prefix { !isBreak($0) }
    // Spreadsheets that know nothing of it put quotes around it when they save the file.
    var text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 { text = String(text.dropFirst().dropLast()) }
    guard text.lowercased().hasPrefix("sep="), text.utf8.count > 4 else { return nil }
    let rest = bytes[line.endIndex...]
    return (String(text.dropFirst(4)), line.count + (rest.starts(with: Array("\r\n".utf8)) ? 2 : min(1, rest.count)))
  }

  /// The bytes up to the first end of a line that is not within quotes.
  private static func firstRecord(of bytes: ArraySlice<UInt8>, _ shape: CSVShape) -> ArraySlice<UInt8> {
    let (quote, escape) = (shape.quote.utf8.first, shape.escape.utf8.first)
    var isQuoted = false
    var isEscaped = false
    for (index, byte) in zip(bytes.indices, bytes) {
      if isEscaped {
        isEscaped = false
      } else if isQuoted, byte == escape, escape != quote {
        isEscaped = true
      } else if byte == quote {
        isQuoted.toggle()
      } else if !isQuoted, isBreak(byte) {
        return bytes[..<index]
      }
    }
    return bytes
  }

  private static func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
}
