import Base
import HTTPTypes

/// An entry of the headers in which proxies say from where they have a request.
struct ForwardingHop: Sendable, Hashable {
  /// nil where the entry is no address: a host name, `unknown`, or a name of the proxy's own.
  var address: NetworkAddress?
  /// nil where the entry does not say it.
  var isSecure: Bool?

  /// The largest number of entries that are looked at, from the end.
  private static let countLimit = 32

  // MARK: X-Forwarded-For and X-Forwarded-Proto

  /// The entries of the customary headers, in order. There may be one protocol for all, or one for each address.
  static func customary(in fields: HTTPFields) -> [ForwardingHop] {
    let protocols = elements(of: fields[values: .forwardedProtocol]).map(isSecure)
    let addresses = elements(of: fields[values: .forwardedFor])
    guard !addresses.isEmpty else {
      return protocols.suffix(1).map { ForwardingHop(address: nil, isSecure: $0) }
    }
    return addresses.enumerated().map { index, text in
      let fromEnd = addresses.count - index
      let position = max(0, protocols.count - fromEnd)
      return ForwardingHop(
        address: node(text), isSecure: protocols.indices.contains(position) ? protocols[position] : nil)
    }
  }

  private static func isSecure(_ text: Substring) -> Bool? {
    switch text.lowercased() {
    case "https", "wss": true
    case "http", "ws": false
    case _: nil
    }
  }

  // MARK: Forwarded

  /// The entries of the standard header (RFC 7239), in order.
  static func standard(in fields: HTTPFields) -> [ForwardingHop] {
    elements(of: fields[values: .forwarded]).map { element in
      var hop = ForwardingHop()
      for pair in split(element, at: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { continue }
        let value = unquoted(parts[1].trimmed)
        switch parts[0].trimmed.lowercased() {
        case "for": hop.address = node(value)
        case "proto": hop.isSecure = isSecure(value)
        case _: break
        }
      }
      return hop
    }
  }

  private static func unquoted(_ text: Substring) -> Substring {
    text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? text.dropFirst().dropLast() : text
  }

  // MARK: Both

  /// An address with or without a port: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
  private static func node(_ text: Substring) -> NetworkAddress? {
    if text.hasPrefix("[") {
      let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1].isEmpty || parts[1].hasPrefix(":") else { return nil }
      return NetworkAddress(String(parts[0]))
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return NetworkAddress(String(parts.count == 2 ? parts[0] : text))
  }

  /// The elements of a list over all lines of a header, at most so many of the last ones.
  private static func elements(of lines: [String]) -> [Substring] {
    Array(lines.flatMap { split(Substring($0), at: ",") }.suffix(countLimit))
  }

  /// The parts of a text between separators, without spaces and without empty ones.
  ///
  /// Quotes keep nothing together: with them, a client could take the entry that a proxy adds into one text with
  /// others.
  private static func split(_ text: Substring, at separator: Character) -> [Substring] {
    text.split(separator: separator).map(\.trimmed).filter { !$0.isEmpty }
  }
}

extension Substring {
  /// The text without spaces and tabs at its ends.
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return start }
    return start[...last]
  }
}
