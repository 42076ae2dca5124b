/// The addresses that begin with the same bits (CIDR, RFC 4632).
///
///     NetworkRange("10.0.0.0/8")?.contains(NetworkAddress("10.1.2.3")!)   // true
public struct NetworkRange: Sendable, Hashable, CustomStringConvertible {
  private let first: [UInt8]
  /// The number of bits that all of the addresses have in common.
  public let bits: Int

  /// The addresses with the same first `bits` as an address.
  ///
  /// - Returns: nil for more bits than the address has, or fewer than none.
  public init?(_ address: NetworkAddress, bits: Int) {
    guard (0...address.bytes.count * 8).contains(bits) else { return nil }
    self.bits = bits
    first = address.bytes.enumerated().map { index, byte in
      let kept = min(8, max(0, bits - index * 8))
      return byte & ~UInt8(truncatingIfNeeded: 0xff >> kept)
    }
  }

  /// Reads `192.0.2.0/24`, `2001:db8::/32`, or a single address. Bits of the address beyond those in common count for
  /// nothing.
  ///
  /// - Returns: nil for every other text.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let address = NetworkAddress(String(parts[0])) else { return nil }
    switch parts.count {
    case 1: self.init(address, bits: address.bytes.count * 8)
    case 2:
      guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let bits = Int(parts[1])
      else { return nil }
      // An IPv4 address that is written as an IPv6 one is 96 bits shorter than it looks.
      let isMapped = address.isIPv4 && parts[0].contains(":")
      self.init(address, bits: isMapped ? bits - 96 : bits)
    default: return nil
    }
  }

  /// Whether an address is one of the range. An IPv4 address is in no range of IPv6.
  public func contains(_ address: NetworkAddress) -> Bool {
    NetworkRange(address, bits: bits)?.first == first
  }

  public var description: String { "\(NetworkAddress(bytes: first))/\(bits)" }
}
