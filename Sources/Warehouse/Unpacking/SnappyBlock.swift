/// A block of Snappy: its length, then literals and copies of what came before.
///
/// Source: `format_description.txt` of google/snappy.
enum SnappyBlock {
  /// The largest block that is unpacked, in bytes: blocks are held in memory.
  static let byteLimit = 256 << 20

  /// The length that a block says it has, and where its content begins; nil where there is none.
  static func header(_ input: UnsafeRawBufferPointer) -> (byteCount: Int, start: Int)? {
    var value = 0
    for (index, byte) in input.prefix(5).enumerated() {
      value |= Int(byte & 0x7f) << (7 * index)
      if byte < 0x80 { return value < 1 << 32 ? (value, index + 1) : nil }
    }
    return nil
  }

  /// Unpacks a block.
  static func unpack(_ input: UnsafeRawBufferPointer) throws(UnpackFailure) -> [UInt8] {
    guard let (byteCount, start) = header(input) else { throw .damaged }
    guard byteCount <= byteLimit else { throw .tooLarge }
    var isWhole = false
    let output = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      isWhole = fill(buffer, from: input, at: start)
      count = isWhole ? byteCount : 0
    }
    guard isWhole else { throw .damaged }
    return output
  }

  /// Fills the buffer, whose capacity is the block's length. Returns false where the block is damaged.
  private static func fill(
    _ output: UnsafeMutableBufferPointer<UInt8>, from input: UnsafeRawBufferPointer, at start: Int
  ) -> Bool {
    var position = start
    var filled = 0
    while position < input.count {
      let tag = Int(input[position])
      position += 1
      let size: Int
      var offset = 0
      switch tag & 3 {
      case 0:
        var length = tag >> 2
        if length >= 60 {
          let extra = length - 59
          guard let value = number(input, position, extra) else { return false }
          length = value
          position += extra
        }
        size = length + 1
        guard position + size <= input.count, filled + size <= output.count else { return false }
        for index in 0..<size { output[filled + index] = input[position + index] }
        position += size
      case 1:
        guard position < input.count else { return false }
        size = ((tag >> 2) & 7) + 4
        offset = ((tag >> 5) << 8) | Int(input[position])
        position += 1
      default:
        let width = tag & 3 == 2 ? 2 : 4
        guard let value = number(input, position, width) else { return false }
        size = (tag >> 2) + 1
        offset = value
        position += width
      }
      if tag & 3 != 0 {
        guard offset > 0, offset <= filled, filled + size <= output.count else { return false }
        // A copy can reach into what it writes itself.
        for index in filled..<filled + size { output[index] = output[index - offset] }
      }
      filled += size
    }
    return filled == output.count
  }

  private static func number(_ input: UnsafeRawBufferPointer, _ start: Int, _ width: Int) -> Int? {
    guard start + width <= input.count else { return nil }
    return (0..<width).reduce(0) { $0 | Int(input[start + $1]) << (8 * $1) }
  }
}

/// The checksum of Snappy's frames: CRC-32C (Castagnoli), masked.
enum SnappyChecksum {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? (value >> 1) ^ 0x82f6_3b78 : value >> 1 }
  }

  static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let crc = table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~UInt32(0)) { crc, byte in table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc >> 8) }
    }
    return ((crc >> 15) | (crc << 17)) &+ 0xa282_ead8
  }
}
