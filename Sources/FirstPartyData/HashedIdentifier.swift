/// The form in which an advertiser's identifiers arrive: SHA-256 of the normalised value, as hexadecimal digits.
public enum HashedIdentifier {
  /// How many hexadecimal digits a SHA-256 has.
  public static let digitCount = 64

  /// Whether the text is a SHA-256 in hexadecimal digits, of either letter case.
  public static func isSHA256(_ text: some StringProtocol) -> Bool {
    text.utf8.count == digitCount && text.utf8.allSatisfy(isHexadecimalDigit)
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
