import Base
import Hummingbird
import Metadata

/// The region of a request.
struct Regions: Sendable {
  /// The operator's setting; nil to use the host name of each request.
  let configured: Region?

  /// The region; nil if neither the operator nor the host name names one. Then there is only one.
  func region(of request: Request) -> Region? {
    configured ?? request.head.authority.flatMap { Self.region(host: $0) }
  }

  /// The only region whose accounts a request shows; nil for all accounts. Every URL of a region shows them, unless the
  /// operator has set a region or requests are read strictly.
  func visibleRegion(of request: Request) -> Region? {
    RequestReading.current.isLenient ? configured : region(of: request)
  }

  /// The region of a published host name, with or without a port.
  static func region(host: String) -> Region? {
    hosts[host.split(separator: ":").first.map { $0.lowercased() } ?? ""]
  }

  /// The hosts of the API, of tokens and of consent. Source: the guides "API overview", "Access tokens" and
  /// "Authorization grants".
  private static let hosts: [String: Region] = [
    "advertising-api.amazon.com": .northAmerica, "api.amazon.com": .northAmerica, "www.amazon.com": .northAmerica,
    "advertising-api-eu.amazon.com": .europe, "api.amazon.co.uk": .europe, "eu.account.amazon.com": .europe,
    "advertising-api-fe.amazon.com": .farEast, "api.amazon.co.jp": .farEast, "apac.account.amazon.com": .farEast,
  ]
}
