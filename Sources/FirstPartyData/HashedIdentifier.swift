import Base
import Crypto

/// The form in which an advertiser's identifiers arrive: the SHA-256 of the normalised value, as hexadecimal digits.
public enum HashedIdentifier {
  /// The number of hexadecimal digits of a SHA-256.
  public static let digitCount = 64

  /// Whether the text is a SHA-256 in hexadecimal digits, of either letter case.
  public static func isSHA256(_ text: some StringProtocol) -> Bool {
    text.utf8.count == digitCount && text.utf8.allSatisfy { Hexadecimal.lowercased($0) != nil }
  }

  /// The SHA-256 of the text in UTF-8, as lower-case hexadecimal digits.
  public static func sha256(of text: String) -> String {
    var text = text
    return Hexadecimal.text(of: text.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) })
  }
}
