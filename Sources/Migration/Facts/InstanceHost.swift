import Base
package import Metadata

/// The host of an address, as far as it tells where an old call went.
package struct InstanceHost: Sendable, Hashable {
  /// In lower case, without user, port and final dot.
  package let name: String

  /// The host of an authority: `user:password@host:port`, of which only the host is kept. Nil where that is none.
  package init?(_ authority: some StringProtocol) {
    guard let last = authority.split(separator: "@", omittingEmptySubsequences: false).last,
      let host = last.split(separator: ":").first?.lowercased(), !host.isEmpty
    else { return nil }
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    guard !name.isEmpty, name.utf8.count <= Self.lengthLimit, name.isOfLettersAndDigits(or: "-._") else { return nil }
    self.name = name
  }

  /// The most characters of a host.
  static let lengthLimit = 253

  /// Whether it is that of the living API.
  package var isLiving: Bool { Region.allCases.contains { $0.baseURL.hasSuffix("//\(name)") } }

  /// Whether it is one that AWS gives to interfaces, as the addresses of instances were.
  package var isAPIGateway: Bool { name.contains(".execute-api.") }

  /// The instance that the host is named after: ids of instances begin with `amc`.
  package var instanceID: String? {
    guard !isAPIGateway, let first = name.split(separator: ".").first, first.hasPrefix("amc"), first.count > 3,
      first.utf8.allSatisfy({ $0 != UInt8(ascii: "-") })
    else { return nil }
    return String(first)
  }

  /// The region of the new API that goes with the region of AWS in the host; nil where there is none.
  package var region: Region? {
    for part in name.split(separator: ".") {
      switch part.prefix(3) {
      case "us-", "ca-", "sa-": return .northAmerica
      case "eu-", "me-", "af-": return .europe
      case "ap-": return .farEast
      default: continue
      }
    }
    return nil
  }
}

extension Region {
  /// The base URL of the Amazon Ads API.
  ///
  /// Source: "API URLs" in the guide to the first call of the Amazon Ads API.
  package var baseURL: String {
    switch self {
    case .northAmerica: "https://advertising-api.amazon.com"
    case .europe: "https://advertising-api-eu.amazon.com"
    case .farEast: "https://advertising-api-fe.amazon.com"
    }
  }
}
