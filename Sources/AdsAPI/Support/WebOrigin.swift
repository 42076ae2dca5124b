import Foundation

/// The origin of pages in a browser: scheme, host and port, as browsers write it in the header `Origin`.
package struct WebOrigin: Sendable, Hashable {
  /// In lower case and without the usual port of the scheme, such as `https://app.example.com`.
  package let text: String

  /// Reads a URL of `http` or `https` that has a host, perhaps a port, and nothing else. Other texts, such as `*`, are
  /// no origin.
  package init?(_ text: String) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      let usualPort = ["http": 80, "https": 443][scheme], let host = parts.host?.lowercased(), Self.isHost(host),
      parts.user == nil, parts.password == nil, ["", "/"].contains(parts.path),
      parts.query == nil, parts.fragment == nil
    else { return nil }
    let port = parts.port.flatMap { $0 == usualPort ? nil : ":\($0)" } ?? ""
    let isBareAddress = host.contains(":") && !host.hasPrefix("[")
    self.text = "\(scheme)://\(isBareAddress ? "[\(host)]" : host)\(port)"
  }

  /// Whether a text can be a host name or an address: letters, digits, and the marks of both.
  private static func isHost(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
          UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
          true
        default: false
        }
      }
  }
}
