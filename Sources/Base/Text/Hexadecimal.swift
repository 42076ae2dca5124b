package import protocol Foundation.ContiguousBytes

/// Bytes as hexadecimal text, two digits each.
package enum Hexadecimal {
  /// The bytes with lower-case digits: `[0, 255]` is `00ff`.
  package static func text(of bytes: some ContiguousBytes) -> String {
    bytes.withUnsafeBytes { bytes in
      String(unsafeUninitializedCapacity: bytes.count * 2) { digits in
        for (index, byte) in bytes.enumerated() {
          digits[2 * index] = digit(byte >> 4)
          digits[2 * index + 1] = digit(byte & 0xF)
        }
        return bytes.count * 2
      }
    }
  }

  /// The bytes that a text of either case stands for; nil where it has another character or an odd number of digits.
  package static func bytes(of text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for character in text.utf8 {
      guard let digit = lowercased(character) else { return nil }
      let value = digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? bytes : nil
  }

  /// A digit of either case, in ASCII, in lower case; nil for another character.
  @inlinable
  package static func lowercased(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): character
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character | 0x20
    default: nil
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
