package import Base
import HTTPTypes

/// The proxies whose word counts about the client of a request, and about whether it used TLS.
///
/// Everybody can send the headers of proxies. They count only on a connection from one of these addresses, and are read
/// from the end: each proxy adds the address that it has seen itself, so the first address that is no trusted proxy is
/// the client, and whatever is written before it may be made up.
package struct TrustedProxies: Sendable, Hashable {
  package var ranges: [NetworkRange]

  package init(_ ranges: [NetworkRange] = []) { self.ranges = ranges }

  package func contains(_ address: NetworkAddress) -> Bool { ranges.contains { $0.contains(address) } }

  /// The origin of a request.
  ///
  /// - Parameter peer: The address at the other end of the connection.
  func origin(of fields: HTTPFields, from peer: NetworkAddress?, isSecure: Bool) -> RequestOrigin {
    let direct = RequestOrigin(client: peer, isSecure: isSecure)
    guard !ranges.isEmpty, let peer, contains(peer) else { return direct }
    let claims = [ForwardingHop.standard(in: fields), ForwardingHop.customary(in: fields)].filter { !$0.isEmpty }
    let origins = claims.map { follow($0, from: direct) }
    // A proxy sets the headers of one kind, and may pass on those of the other kind as the client has made them up. Two
    // stories mean that one of them is invented.
    guard Set(origins.map(\.client)).count == 1 else { return direct }
    return origins.first { $0.isSecure != isSecure } ?? origins.first ?? direct
  }

  /// Goes back along the way of a request as long as proxies are trusted.
  private func follow(_ hops: [ForwardingHop], from connection: RequestOrigin) -> RequestOrigin {
    var origin = connection
    for hop in hops.reversed() {
      guard let client = origin.client, contains(client) else { break }
      if let isSecure = hop.isSecure { origin.isSecure = isSecure }
      // A proxy that does not say from where it has the request is the last address that is known.
      guard let address = hop.address else { break }
      origin.client = address
    }
    return origin
  }
}

/// The origin of a request.
struct RequestOrigin: Sendable, Hashable {
  /// nil without a network, as in tests.
  var client: NetworkAddress?
  /// Whether the client used TLS.
  var isSecure: Bool
}
