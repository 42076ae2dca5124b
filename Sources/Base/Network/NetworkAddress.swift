import Foundation

/// An IP address. An IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`) is the IPv4 address: a socket
/// that takes both kinds shows it so.
///
///     NetworkAddress("2001:DB8::0:1")?.description   // 2001:db8::1
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
  /// 4 or 16 bytes, the first of the address first.
  public let bytes: [UInt8]

  /// The first bytes of an IPv4 address that is written as an IPv6 one.
  private static let mappedPrefix: [UInt8] = Array(repeating: 0, count: 10) + [0xff, 0xff]
  /// The longest text of an address, with the name of an interface.
  private static let lengthLimit = 64

  init(bytes: [UInt8]) {
    self.bytes = bytes.starts(with: Self.mappedPrefix) ? Array(bytes.dropFirst(Self.mappedPrefix.count)) : bytes
  }

  /// Reads an address without a port. The interface behind a `%` is left out.
  ///
  /// - Returns: nil for a host name, and for every other text.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.lengthLimit, !text.utf8.contains(0) else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(bytes: withUnsafeBytes(of: &four) { Array($0) })
      return
    }
    var sixteen = in6_addr()
    let address = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)[0]
    guard inet_pton(AF_INET6, String(address), &sixteen) == 1 else { return nil }
    self.init(bytes: withUnsafeBytes(of: &sixteen) { Array($0) })
  }

  public var isIPv4: Bool { bytes.count == 4 }

  /// The network that limits count for: an IPv4 address itself, and the first 64 bits of an IPv6 address, of which one
  /// subscriber has all others as well.
  public var network: String {
    guard !isIPv4 else { return description }
    return NetworkAddress(bytes: bytes.prefix(8) + Array(repeating: 0, count: 8)).description + "/64"
  }

  /// The usual text of the address, the same for all ways of writing it.
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let isWritten = bytes.withUnsafeBytes { bytes in
      inet_ntop(isIPv4 ? AF_INET : AF_INET6, bytes.baseAddress, &text, socklen_t(text.count)) != nil
    }
    precondition(isWritten, "an address has 4 or 16 bytes")
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
