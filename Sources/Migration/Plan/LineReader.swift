import Foundation

/// Reads a file line by line, in pieces of bounded size.
struct LineReader {
  /// The longest line that is read whole, in bytes; of a longer one, that much is.
  static let lineByteLimit = 1 << 20
  private static let pieceByteCount = 1 << 20

  struct Line {
    /// Counted from 1.
    var number: Int
    /// Without the end of the line.
    var bytes: [UInt8]
    var isCut: Bool
  }

  private let handle: FileHandle
  private var piece: [UInt8] = []
  private var offset = 0
  private var number = 0
  /// The bytes of the file that have been read.
  private(set) var byteCount = 0

  /// Throws when the file can't be opened.
  init(_ url: URL) throws {
    handle = try FileHandle(forReadingFrom: url)
  }

  /// The next line; nil at the end of the file.
  mutating func next() throws -> Line? {
    var line: [UInt8] = []
    var isCut = false
    var hasAny = false
    while true {
      if offset >= piece.count {
        guard let data = try handle.read(upToCount: Self.pieceByteCount), !data.isEmpty else {
          guard hasAny else { return nil }
          return ended(line, isCut)
        }
        piece = Array(data)
        byteCount += piece.count
        offset = 0
      }
      hasAny = true
      let end = piece[offset...].firstIndex(of: 0x0A) ?? piece.count
      let room = Self.lineByteLimit - line.count
      line += piece[offset..<min(end, offset + room)]
      if end - offset > room { isCut = true }
      offset = end + 1
      if end < piece.count { return ended(line, isCut) }
      offset = piece.count
    }
  }

  private mutating func ended(_ line: [UInt8], _ isCut: Bool) -> Line {
    number += 1
    return Line(number: number, bytes: line.last == 0x0D ? Array(line.dropLast()) : line, isCut: isCut)
  }
}
