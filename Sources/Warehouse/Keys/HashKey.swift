import Base
import CSipHash

/// A key of 128 bits for SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash whose results say nothing of a text,
/// and cannot be tried out on texts, without the key.
struct HashKey: Sendable, Hashable, CustomStringConvertible {
  /// The length of a key.
  static let byteCount = 16

  private let bytes: [UInt8]

  /// nil unless there are 16 bytes.
  init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// The key that `hexadecimal` is of; nil where the text is none.
  init?(hexadecimal: String) {
    guard let bytes = Hexadecimal.bytes(of: hexadecimal) else { return nil }
    self.init(bytes: bytes)
  }

  /// The key as 32 hexadecimal digits.
  var hexadecimal: String { Hexadecimal.text(of: bytes) }

  /// The hash of a text in 64 bits, the first byte lowest.
  func hash64(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0
    withUnsafeMutableBytes(of: &hash) { fill($0, with: text) }
    return UInt64(littleEndian: hash)
  }

  /// The hash of a text in 128 bits, as a number whose digits are the bytes in their order.
  func hash128(_ text: UnsafeRawBufferPointer) -> (upper: UInt64, lower: UInt64) {
    var hash: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &hash) { fill($0, with: text) }
    return (UInt64(bigEndian: hash.0), UInt64(bigEndian: hash.1))
  }

  private func fill(_ hash: UnsafeMutableRawBufferPointer, with text: UnsafeRawBufferPointer) {
    _ = siphash(
      text.baseAddress, text.count, bytes, hash.baseAddress?.assumingMemoryBound(to: UInt8.self), hash.count)
  }

  /// Nothing of the key.
  var description: String { "HashKey(hidden)" }
}
