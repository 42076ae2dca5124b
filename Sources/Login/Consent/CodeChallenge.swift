import Base
import Crypto

import struct Foundation.Data

/// Proof Key for Code Exchange (RFC 7636): a client that exchanges a code proves that it requested it.
package struct CodeChallenge: Sendable, Hashable, Codable {
  package enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    case plain
    case sha256 = "S256"
  }

  package var value: String
  package var method: Method

  /// - Parameter method: The method as the client sent it; nil means `plain`.
  /// - Returns: nil if the value or the method can't be one of a challenge.
  package init?(value: String, method: String?) {
    guard let method = Method(rawValue: method ?? Method.plain.rawValue), Self.accepts(value) else { return nil }
    self.value = value
    self.method = method
  }

  /// Whether a text can be a verifier or a challenge: 43 to 128 unreserved characters.
  static func accepts(_ text: String) -> Bool {
    (43...128).contains(text.utf8.count) && text.isOfLettersAndDigits(or: "-._~")
  }

  static func sha256(of verifier: String) -> String {
    Data(SHA256.hash(data: Data(verifier.utf8))).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
