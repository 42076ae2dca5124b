import Base

/// Percent encoding as S3 signs it: everything but letters, digits, `-`, `.`, `_` and `~`.
enum URIEncoding {
  /// A name or value of a query, or one part of a path.
  static func component(_ text: String) -> String {
    encode(text, keepsSlashes: false)
  }

  /// A path, whose slashes stay.
  static func path(_ text: String) -> String {
    encode(text, keepsSlashes: true)
  }

  static func isLowercaseLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }

  private static func encode(_ text: String, keepsSlashes: Bool) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "/") where keepsSlashes:
        encoded.append("/")
      default:
        encoded += "%\(Hexadecimal.text(of: [byte]).uppercased())"
      }
    }
    return encoded
  }
}
