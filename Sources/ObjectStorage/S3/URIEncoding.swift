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

  private static func encode(_ text: String, keepsSlashes: Bool) -> String {
    let kept = keepsSlashes ? "-._~/" : "-._~"
    return text.utf8.map { byte in
      byte.isASCIILetterOrDigit || kept.utf8.contains(byte)
        ? String(Unicode.Scalar(byte)) : "%\(Hexadecimal.text(of: [byte]).uppercased())"
    }.joined()
  }
}
