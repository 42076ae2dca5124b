import CCodecs
import Foundation

/// The entries of a ZIP archive, by its directory at the end; also of archives larger than 4 GiB.
///
/// Source: PKWARE's APPNOTE.TXT, sections 4.3 to 4.5.
struct ZipArchive {
  struct Entry {
    var name: String
    var isEncrypted: Bool
    /// 0 for stored, 8 for deflated.
    var method: Int
    var crc: UInt32
    var packedByteCount: Int
    var byteCount: Int
    /// Where the entry's own header is.
    var offset: Int
  }

  private static let endSignature: UInt32 = 0x0605_4b50
  private static let end64Signature: UInt32 = 0x0606_4b50
  private static let locator64Signature: UInt32 = 0x0706_4b50
  private static let directorySignature: UInt32 = 0x0201_4b50
  private static let entrySignature: UInt32 = 0x0403_4b50
  private static let endByteCount = 22
  private static let locatorByteCount = 20
  private static let commentLimit = 65_535
  /// The largest directory that is read, in bytes.
  private static let directoryByteLimit = 64 << 20

  private let file: PackedFile
  let entries: [Entry]

  /// Reads the directory.
  init(_ file: PackedFile, entryLimit: Int) throws {
    self.file = file
    let (count, offset, byteCount) = try Self.directory(of: file)
    guard count <= entryLimit, byteCount <= Self.directoryByteLimit else { throw UnpackFailure.tooLarge }
    let bytes = try file.bytes(offset..<offset + byteCount)
    var entries: [Entry] = []
    var start = 0
    for _ in 0..<count {
      let (entry, end) = try Self.entry(LittleEndian(bytes), at: start)
      entries.append(entry)
      start = end
    }
    self.entries = entries
  }

  /// How many entries there are, and where their list is.
  private static func directory(of file: PackedFile) throws -> (count: Int, offset: Int, byteCount: Int) {
    let tailCount = min(file.byteCount, endByteCount + commentLimit)
    guard tailCount >= endByteCount else { throw UnpackFailure.damaged }
    let tailStart = file.byteCount - tailCount
    let tail = LittleEndian(try file.bytes(tailStart..<file.byteCount))
    let end = stride(from: tailCount - endByteCount, through: 0, by: -1).first { tail.uint32($0) == endSignature }
    guard let end else { throw UnpackFailure.damaged }
    var count = tail.int16(end + 10)
    var byteCount = Int(tail.uint32(end + 12))
    var offset = Int(tail.uint32(end + 16))
    if count == 0xffff || byteCount == 0xffff_ffff || offset == 0xffff_ffff {
      let locatorStart = tailStart + end - locatorByteCount
      let locator = LittleEndian(try file.bytes(locatorStart..<locatorStart + locatorByteCount))
      guard locator.uint32(0) == locator64Signature, let start = locator.int64(8) else { throw UnpackFailure.damaged }
      let record = LittleEndian(try file.bytes(start..<start + 56))
      guard record.uint32(0) == end64Signature, let count64 = record.int64(32), let bytes64 = record.int64(40),
        let offset64 = record.int64(48)
      else { throw UnpackFailure.damaged }
      (count, byteCount, offset) = (count64, bytes64, offset64)
    }
    guard offset + byteCount <= file.byteCount else { throw UnpackFailure.damaged }
    return (count, offset, byteCount)
  }

  private static func entry(_ bytes: LittleEndian, at start: Int) throws -> (Entry, end: Int) {
    guard start + 46 <= bytes.count, bytes.uint32(start) == directorySignature else { throw UnpackFailure.damaged }
    let nameCount = bytes.int16(start + 28)
    let extraCount = bytes.int16(start + 30)
    let end = start + 46 + nameCount + extraCount + bytes.int16(start + 32)
    guard end <= bytes.count else { throw UnpackFailure.damaged }
    var entry = Entry(
      name: bytes.text(start + 46, nameCount), isEncrypted: bytes.int16(start + 8) & 1 != 0,
      method: bytes.int16(start + 10), crc: bytes.uint32(start + 16), packedByteCount: Int(bytes.uint32(start + 20)),
      byteCount: Int(bytes.uint32(start + 24)), offset: Int(bytes.uint32(start + 42)))
    try widen(&entry, bytes, start + 46 + nameCount, extraCount)
    return (entry, end)
  }

  /// Takes the numbers that don't fit into 32 bits from the entry's extra field.
  private static func widen(_ entry: inout Entry, _ bytes: LittleEndian, _ start: Int, _ count: Int) throws {
    var field = start
    while field + 4 <= start + count {
      let size = bytes.int16(field + 2)
      guard field + 4 + size <= start + count else { throw UnpackFailure.damaged }
      if bytes.int16(field) == 1 {
        var offset = field + 4
        func next() throws -> Int {
          guard offset + 8 <= field + 4 + size, let value = bytes.int64(offset) else { throw UnpackFailure.damaged }
          offset += 8
          return value
        }
        if entry.byteCount == 0xffff_ffff { entry.byteCount = try next() }
        if entry.packedByteCount == 0xffff_ffff { entry.packedByteCount = try next() }
        if entry.offset == 0xffff_ffff { entry.offset = try next() }
      }
      field += 4 + size
    }
  }

  /// Unpacks an entry, and checks its length and checksum.
  func unpack(_ entry: Entry, to output: UnpackedFile) throws {
    guard !entry.isEncrypted else { throw UnpackFailure.encrypted }
    let header = LittleEndian(try file.bytes(entry.offset..<entry.offset + 30))
    guard header.uint32(0) == Self.entrySignature else { throw UnpackFailure.damaged }
    let start = entry.offset + 30 + header.int16(26) + header.int16(28)
    guard start + entry.packedByteCount <= file.byteCount else { throw UnpackFailure.damaged }
    try file.handle.seek(toOffset: UInt64(start))
    var crc: UInt32 = 0
    let before = output.byteCount
    func write(_ bytes: UnsafeRawBufferPointer) throws {
      try output.append(bytes)
      crc = adyton_crc32(crc, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }
    var rest = entry.packedByteCount
    let stream = try entry.method == 8 ? StreamCodec(ADYTON_CODEC_DEFLATE) : nil
    guard entry.method == 8 || entry.method == 0 else { throw UnpackFailure.unknownMethod }
    var hasEnded = stream == nil
    while rest > 0 {
      let piece = try file.next(min(rest, PackedFile.pieceByteCount))
      guard !piece.isEmpty else { throw UnpackFailure.damaged }
      rest -= piece.count
      try piece.withUnsafeBytes { bytes in
        guard let stream else { return try write(bytes) }
        guard !hasEnded else { throw UnpackFailure.damaged }
        hasEnded = try stream.unpack(bytes, write).hasEnded
      }
    }
    guard hasEnded, crc == entry.crc, output.byteCount - before == entry.byteCount else { throw UnpackFailure.damaged }
  }
}

/// Bytes with numbers whose least part comes first.
struct LittleEndian {
  private let bytes: [UInt8]

  init(_ data: Data) { bytes = Array(data) }

  var count: Int { bytes.count }

  func int16(_ start: Int) -> Int { Int(bytes[start]) | Int(bytes[start + 1]) << 8 }

  func uint32(_ start: Int) -> UInt32 { UInt32(int16(start)) | UInt32(int16(start + 2)) << 16 }

  /// nil for numbers that no file reaches.
  func int64(_ start: Int) -> Int? {
    let value = UInt64(uint32(start)) | UInt64(uint32(start + 4)) << 32
    return value < 1 << 62 ? Int(value) : nil
  }

  func text(_ start: Int, _ count: Int) -> String { String(decoding: bytes[start..<start + count], as: UTF8.self) }
}
