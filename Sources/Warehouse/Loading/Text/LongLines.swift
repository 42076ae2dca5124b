import Foundation

/// Finds the first line that is longer than it may be in a text that comes in pieces; for CSV the first record, which
/// can span several lines. The engine loses such lines, or calls them something else.
struct LongLines {
  /// The offset at which the line or record starts; nil while there is none.
  private(set) var offset: Int?

  private enum Place {
    case recordStart, valueStart, plain, quoted, escaped, behindQuote, comment
  }

  private let limit: Int
  private let quote: UInt8?
  private let escape: UInt8?
  private let delimiterEnd: UInt8?
  private let comment: UInt8?
  private var place = Place.recordStart
  /// The offset of the next byte, and of the start of the present record.
  private var position = 0
  private var start = 0

  /// - Parameters:
  ///   - shape: The shape of CSV; nil for text whose lines are all there is.
  ///   - limit: The most bytes, in which the end of the line does not count.
  init(_ shape: CSVShape?, limit: Int) {
    self.limit = limit
    quote = shape?.quote.utf8.first
    escape = shape?.escape.utf8.first
    delimiterEnd = shape?.fieldDelimiter.utf8.last
    comment = shape?.comment.utf8.first
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard offset == nil, !bytes.isEmpty else { return }
    if isPlain(bytes) { addPlain(bytes) } else { addEach(bytes) }
  }

  /// Says that the text ends here.
  mutating func finish() { look(at: position) }

  /// Whether nothing but the first and the last end of a line matters: without quotes, what is between them is shorter
  /// than a piece.
  private func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch place {
    case .quoted, .escaped, .behindQuote, .comment: return false
    case .recordStart, .valueStart, .plain:
      guard bytes.count <= limit, comment == nil, let base = bytes.baseAddress else { return false }
      return quote.map { memchr(base, Int32($0), bytes.count) == nil } ?? true
    }
  }

  private mutating func addPlain(_ bytes: UnsafeRawBufferPointer) {
    place = bytes.last == delimiterEnd ? .valueStart : .plain
    if let first = Self.firstBreak(in: bytes), let last = bytes.lastIndex(where: Self.isBreak) {
      look(at: position + first)
      start = position + last + 1
      if last == bytes.count - 1 { place = .recordStart }
    }
    position += bytes.count
    look(at: position)
  }

  private static func firstBreak(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let found = [UInt8(ascii: "\n"), UInt8(ascii: "\r")].compactMap { memchr(base, Int32($0), bytes.count) }
    return found.map { UnsafeRawPointer($0) - base }.min()
  }

  private static func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  private mutating func addEach(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      take(byte)
      position += 1
    }
    look(at: position)
  }

  private mutating func take(_ byte: UInt8) {
    switch place {
    case .quoted:
      if byte == escape, escape != quote {
        place = .escaped
      } else if byte == quote {
        place = .behindQuote
      }
    case .escaped: place = .quoted
    case .behindQuote where byte == quote && escape == quote: place = .quoted
    case .recordStart where byte == comment: place = .comment
    case .recordStart where byte == quote, .valueStart where byte == quote: place = .quoted
    case .comment:
      if Self.isBreak(byte) { endRecord() }
    case .recordStart, .valueStart, .plain, .behindQuote:
      if Self.isBreak(byte) {
        endRecord()
      } else {
        place = byte == delimiterEnd ? .valueStart : .plain
      }
    }
  }

  private mutating func endRecord() {
    look(at: position)
    start = position + 1
    place = .recordStart
  }

  /// Notes the present record if it is too long up to `end`.
  private mutating func look(at end: Int) {
    if offset == nil, end - start > limit { offset = start }
  }
}
