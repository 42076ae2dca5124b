import Foundation

/// The lines of a CSV file in which records begin.
enum CSVLines {
  /// The line in which a record starts, as a quoted value can span several: a line starts a record where an even number
  /// of quotes comes before it. This reads the file once more, which only a refused file needs.
  ///
  /// - Parameters:
  ///   - record: The record from 1, the header included.
  ///   - countsBlank: Whether a line with nothing in it is a record.
  static func line(ofRecord record: Int, in url: URL, _ shape: CSVShape, countsBlank: Bool) throws -> Int? {
    let file = try PackedFile(url)
    var finder = RecordFinder(shape, record: record, countsBlank: countsBlank)
    while true {
      let piece = try file.next()
      if piece.isEmpty { return nil }
      if let line = piece.withUnsafeBytes({ finder.find(in: $0) }) { return line }
    }
  }
}

/// Looks for the line of a record in a file that comes in pieces.
private struct RecordFinder {
  private let quote: UInt8?
  private let escape: UInt8?
  private let comment: UInt8?
  private let record: Int
  private let countsBlank: Bool
  private var line = 1
  private var recordCount = 0
  private var isQuoted = false
  private var isEscaped = false
  private var isComment = false
  private var isBehindReturn = false
  /// Whether the next byte is the first of a line that can start a record.
  private var isAtStart = true

  init(_ shape: CSVShape, record: Int, countsBlank: Bool) {
    quote = shape.quote.utf8.first
    escape = shape.escape.utf8.first
    comment = shape.comment.utf8.first
    self.record = record
    self.countsBlank = countsBlank
  }

  mutating func find(in bytes: UnsafeRawBufferPointer) -> Int? {
    for byte in bytes where take(byte) { return line }
    return nil
  }

  /// Whether the record starts with this byte.
  private mutating func take(_ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "\n"), isBehindReturn {
      isBehindReturn = false
      return false
    }
    isBehindReturn = byte == UInt8(ascii: "\r")
    let isBreak = isBehindReturn || byte == UInt8(ascii: "\n")
    if isAtStart {
      isAtStart = false
      isComment = byte == comment
      if !isComment, countsBlank || !isBreak {
        recordCount += 1
        if recordCount == record { return true }
      }
    }
    if isBreak {
      line += 1
      isAtStart = !isQuoted || isComment
      isComment = false
      isEscaped = false
    } else if isEscaped {
      isEscaped = false
    } else if isQuoted, byte == escape, escape != quote {
      isEscaped = true
    } else if byte == quote, !isComment {
      isQuoted.toggle()
    }
    return false
  }
}
