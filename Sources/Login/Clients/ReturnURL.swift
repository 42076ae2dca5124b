import Foundation

/// A URL to which users may be sent back: https, or http on the machine itself (RFC 8252, section 7.3).
package struct ReturnURL: Sendable, Hashable {
  /// The largest number of characters of a URL.
  package static let lengthLimit = 2048

  package let text: String
  /// Scheme, host and port, as in a Content-Security-Policy.
  package let origin: String
  package let isSecure: Bool

  /// A return URL. It is nil if users can't be sent back to it: it has another scheme, no host, a user, a fragment, or
  /// characters that no URL has.
  package init?(text: String) {
    guard text.utf8.count <= Self.lengthLimit, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !text.utf8.contains(where: { "\"<>\\^`{|}".utf8.contains($0) }),
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil, parts.fragment == nil
    else { return nil }
    let isLoopback = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host.lowercased())
    guard scheme == "https" || (scheme == "http" && isLoopback) else { return nil }
    self.text = text
    isSecure = scheme == "https"
    let port = parts.port.map { ":\($0)" } ?? ""
    origin = "\(scheme)://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host)\(port)"
  }

  /// The URL with these parameters behind its own.
  package func adding(_ parameters: [(name: String, value: String)]) -> String {
    let added = parameters.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
    guard let mark = text.firstIndex(of: "?") else { return "\(text)?\(added)" }
    let isEmpty = text.index(after: mark) == text.endIndex || text.hasSuffix("&")
    return "\(text)\(isEmpty ? "" : "&")\(added)"
  }

  /// The text with all but unreserved characters percent-encoded (RFC 3986).
  private static func encoded(_ value: String) -> String {
    var allowed = CharacterSet(charactersIn: "a"..."z")
    allowed.insert(charactersIn: "A"..."Z")
    allowed.insert(charactersIn: "0"..."9")
    allowed.insert(charactersIn: "-._~")
    return value.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }
}
