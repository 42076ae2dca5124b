import NIOCore

/// The network address of a client, by which limits count.
package struct ClientAddress: Sendable, Hashable {
  /// The address as a text, such as `192.0.2.7` or `2001:db8::7`.
  package let text: String
  /// The network that limits count for: an IPv4 address itself, and the first 64 bits of an IPv6 address, of which one
  /// subscriber has all others as well.
  package let network: String

  /// Nil for a text that is no IP address.
  package init?(_ text: String) {
    guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
    switch address {
    case .v4, .unixDomainSocket: network = text
    case .v6(let address):
      let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
      // IPv4 by way of an IPv6 socket: ::ffff:192.0.2.7.
      if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
        network = bytes.suffix(4).map { String($0) }.joined(separator: ".")
      } else {
        network = bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
      }
    }
    self.text = text
  }
}
