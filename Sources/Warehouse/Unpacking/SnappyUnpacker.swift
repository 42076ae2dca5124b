import Foundation

/// Unpacks the four ways in which tools put Snappy's blocks into files: its own framing, the block streams of Hadoop
/// and of Java's library, and a block alone.
///
/// Source: `framing_format.txt` of google/snappy; Hadoop's `BlockCompressorStream`; xerial/snappy-java's
/// `SnappyOutputStream`.
struct SnappyUnpacker {
  static let frameMagic: [UInt8] = [0xff, 0x06, 0x00, 0x00] + Array("sNaPpY".utf8)
  static let javaMagic: [UInt8] = [0x82] + Array("SNAPPY".utf8) + [0x00]
  /// Behind the magic: a version and the oldest one that can read it.
  private static let javaHeaderCount = 16
  /// The most bytes of a frame, unpacked.
  private static let frameByteLimit = 65_536

  let file: PackedFile
  let output: UnpackedFile

  func unpack() throws {
    let head = try file.bytes(0..<min(file.byteCount, Self.javaHeaderCount))
    if head.starts(with: Self.frameMagic) {
      try unpackFrames()
    } else if head.starts(with: Self.javaMagic) {
      try unpackJavaBlocks()
    } else if isHadoop(Array(head)) {
      try unpackHadoopBlocks()
    } else {
      guard file.byteCount <= SnappyBlock.byteLimit else { throw UnpackFailure.tooLarge }
      try unpackBlock(try file.bytes(0..<file.byteCount))
    }
  }

  private func unpackBlock(_ data: Data) throws {
    let bytes = try data.withUnsafeBytes { bytes throws(UnpackFailure) in try SnappyBlock.unpack(bytes) }
    try bytes.withUnsafeBytes(output.append)
  }

  // MARK: Frames

  private func unpackFrames() throws {
    var offset = 0
    while offset < file.byteCount {
      let header = Array(try file.bytes(offset..<offset + 4))
      let count = Int(header[1]) | Int(header[2]) << 8 | Int(header[3]) << 16
      offset += 4
      let content = try file.bytes(offset..<offset + count)
      offset += count
      switch header[0] {
      case 0x00: try write(content) { bytes in try SnappyBlock.unpack(bytes) }
      case 0x01: try write(content) { Array($0) }
      case 0x80...0xfe: break
      case 0xff: guard content.elementsEqual("sNaPpY".utf8) else { throw UnpackFailure.damaged }
      default: throw UnpackFailure.damaged
      }
    }
  }

  private func write(_ frame: Data, _ unpack: (UnsafeRawBufferPointer) throws -> [UInt8]) throws {
    guard frame.count >= 4 else { throw UnpackFailure.damaged }
    try frame.withUnsafeBytes { frame in
      let expected = (0..<4).reduce(UInt32(0)) { $0 | UInt32(frame[$1]) << UInt32(8 * $1) }
      let bytes = try unpack(UnsafeRawBufferPointer(rebasing: frame[4...]))
      guard bytes.count <= Self.frameByteLimit else { throw UnpackFailure.damaged }
      try bytes.withUnsafeBytes { bytes in
        guard SnappyChecksum.masked(bytes) == expected else { throw UnpackFailure.damaged }
        try output.append(bytes)
      }
    }
  }

  // MARK: Streams of blocks

  private func unpackJavaBlocks() throws {
    var offset = Self.javaHeaderCount
    while offset < file.byteCount {
      let count = try bigEndian(at: offset)
      try unpackBlock(try block(at: offset + 4, count))
      offset += 4 + count
    }
  }

  /// A part of the stream says how much it comes to, and then has blocks until it does.
  private func unpackHadoopBlocks() throws {
    var offset = 0
    while offset < file.byteCount {
      let wanted = try bigEndian(at: offset)
      offset += 4
      let end = output.byteCount + wanted
      while output.byteCount < end {
        let count = try bigEndian(at: offset)
        try unpackBlock(try block(at: offset + 4, count))
        offset += 4 + count
      }
      guard output.byteCount == end else { throw UnpackFailure.damaged }
    }
  }

  private func block(at start: Int, _ count: Int) throws -> Data {
    guard count <= SnappyBlock.byteLimit else { throw UnpackFailure.damaged }
    return try file.bytes(start..<start + count)
  }

  private func bigEndian(at start: Int) throws -> Int {
    try file.bytes(start..<start + 4).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Whether the file begins as Hadoop's do: the length of a part, that of its first block, and a block that is no
  /// longer than the part.
  private func isHadoop(_ head: [UInt8]) -> Bool {
    guard head.count > 8 else { return false }
    let part = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
    let block = head[4..<8].reduce(0) { $0 << 8 | Int($1) }
    guard block > 0, 8 + block <= file.byteCount else { return false }
    return head[8...].withUnsafeBytes { bytes in SnappyBlock.header(bytes).map { $0.byteCount <= part } ?? false }
  }
}
