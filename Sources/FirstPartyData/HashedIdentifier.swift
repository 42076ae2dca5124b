import Crypto

/// The form in which an advertiser's identifiers arrive: the SHA-256 of the normalised value, as hexadecimal digits.
public enum HashedIdentifier {
  /// The number of hexadecimal digits of a SHA-256.
  public static let digitCount = 64

  /// Whether the text is a SHA-256 in hexadecimal digits, of either letter case.
  public static func isSHA256(_ text: some StringProtocol) -> Bool {
    text.utf8.count == digitCount && text.utf8.allSatisfy(isHexadecimalDigit)
  }

  /// The SHA-256 of the text in UTF-8, as small hexadecimal digits.
  public static func sha256(of text: String) -> String {
    var text = text
    let digest = text.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
    return String(unsafeUninitializedCapacity: digitCount) { buffer in
      var index = 0
      for byte in digest {
        buffer[index] = digit(byte >> 4)
        buffer[index + 1] = digit(byte & 0xF)
        index += 2
      }
      return index
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
