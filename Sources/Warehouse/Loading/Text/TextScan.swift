import Foundation

/// The ends that lines can have.
enum LineBreak: Hashable, Sendable, CaseIterable {
  case lineFeed, carriageReturn, both

  var text: String {
    switch self {
    case .lineFeed: "\n"
    case .carriageReturn: "\r"
    case .both: "\r\n"
    }
  }
}

/// Counts the lines of a text that comes in pieces.
struct LineCounter {
  /// The ends of lines that were seen.
  private(set) var breaks: Set<LineBreak> = []
  private var count = 0
  private var isBehindReturn = false

  /// The line of the next byte, from 1.
  var line: Int { count + 1 }

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        breaks.insert(isBehindReturn ? .both : .lineFeed)
        if !isBehindReturn { count += 1 }
        isBehindReturn = false
      } else {
        if isBehindReturn { breaks.insert(.carriageReturn) }
        isBehindReturn = byte == UInt8(ascii: "\r")
        if isBehindReturn { count += 1 }
      }
    }
  }

  /// Notes how lines end, and does not always count them: most files have line feeds alone, and are seen through fast.
  mutating func noteBreaks(of bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    guard !isBehindReturn, memchr(base, Int32(UInt8(ascii: "\r")), bytes.count) == nil else { return add(bytes) }
    if memchr(base, Int32(UInt8(ascii: "\n")), bytes.count) != nil { breaks.insert(.lineFeed) }
  }

  /// Says that the text ends here.
  mutating func finish() {
    if isBehindReturn { breaks.insert(.carriageReturn) }
    isBehindReturn = false
  }
}

/// The first look at a text file: whether all of it is UTF-8, and how its lines end.
struct TextScan {
  /// The ends of lines, within quotes or not.
  private(set) var breaks: Set<LineBreak> = []
  /// The first line that is no UTF-8, from 1.
  private(set) var unreadableLine: Int?
  /// The first line that is too long, or with which a record begins that is, from 1.
  private(set) var longLine: Int?

  /// Reads a file to its end, or to the first byte that is no UTF-8, or the first line that is too long. Throws what
  /// the system does.
  init(_ file: PackedFile, _ longLines: LongLines, isCancelled: () -> Bool) throws {
    var longLines = longLines
    var lines = LineCounter()
    var validator = UTF8Validator()
    while true {
      guard !isCancelled() else { throw UnpackFailure.cancelled }
      let piece = try file.next()
      guard !piece.isEmpty else { break }
      let invalid = piece.withUnsafeBytes { bytes in
        lines.noteBreaks(of: bytes)
        longLines.add(bytes)
        return validator.firstInvalid(in: bytes)
      }
      if let offset = longLines.offset {
        longLine = try Self.line(of: file, upTo: offset)
        return
      }
      if invalid != nil {
        unreadableLine = try Self.line(of: file, upTo: validator.offset)
        return
      }
    }
    longLines.finish()
    if let offset = longLines.offset { longLine = try Self.line(of: file, upTo: offset) }
    if !validator.isComplete { unreadableLine = try Self.line(of: file, upTo: validator.offset) }
    lines.finish()
    breaks = lines.breaks
  }

  /// The line of the byte at an offset.
  private static func line(of file: PackedFile, upTo offset: Int) throws -> Int {
    try file.handle.seek(toOffset: 0)
    var lines = LineCounter()
    var left = offset
    while left > 0 {
      let piece = try file.next(min(left, PackedFile.pieceByteCount))
      guard !piece.isEmpty else { break }
      lines.add(piece)
      left -= piece.count
    }
    return lines.line
  }
}

/// Finds bytes that are no UTF-8 in a text that comes in pieces.
///
/// Source: table 3-7 of the Unicode Standard, "Well-Formed UTF-8 Byte Sequences".
struct UTF8Validator {
  /// How many bytes are known to be UTF-8, before the character that comes next.
  private(set) var offset = 0
  /// How many bytes the character still needs, and the range of the next one.
  private var missing = 0
  private var range: ClosedRange<UInt8> = 0x80...0xBF
  private var seen = 0

  /// Whether the text may end here.
  var isComplete: Bool { missing == 0 }

  /// The index of the first byte that can't stand where it does; nil if there is none.
  mutating func firstInvalid(in bytes: UnsafeRawBufferPointer) -> Int? {
    var index = 0
    while index < bytes.count {
      if missing == 0 {
        let start = index
        while index + 8 <= bytes.count,
          bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
          index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        offset += index - start
        guard index < bytes.count else { return nil }
        guard begin(bytes[index]) else { return index }
      } else {
        guard range.contains(bytes[index]) else { return index }
        range = 0x80...0xBF
        missing -= 1
        seen += 1
        if missing == 0 { offset += seen }
      }
      index += 1
    }
    return nil
  }

  private mutating func begin(_ byte: UInt8) -> Bool {
    range = 0x80...0xBF
    seen = 1
    switch byte {
    case 0xC2...0xDF: missing = 1
    case 0xE0: (missing, range) = (2, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: missing = 2
    case 0xED: (missing, range) = (2, 0x80...0x9F)
    case 0xF0: (missing, range) = (3, 0x90...0xBF)
    case 0xF1...0xF3: missing = 3
    case 0xF4: (missing, range) = (3, 0x80...0x8F)
    default: return false
    }
    return true
  }
}
