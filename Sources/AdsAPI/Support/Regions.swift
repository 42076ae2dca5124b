import Hummingbird
import Metadata

/// Which region a request is made in.
struct Regions: Sendable {
  /// As the operator has set it; nil to go by the name that the client calls the server by.
  let configured: Region?

  /// The region; nil where neither the operator nor the host name says it, so that there is only one.
  func region(of request: Request) -> Region? {
    configured ?? request.head.authority.flatMap { Self.region(host: $0) }
  }

  /// The region of a published host name, with or without a port.
  static func region(host: String) -> Region? {
    hosts[host.split(separator: ":").first.map { $0.lowercased() } ?? ""]
  }

  /// The hosts of the API, of tokens and of consent, as the guides "API overview", "Access tokens" and "Authorization
  /// grants" have them.
  private static let hosts: [String: Region] = [
    "advertising-api.amazon.com": .northAmerica, "api.amazon.com": .northAmerica, "www.amazon.com": .northAmerica,
    "advertising-api-eu.amazon.com": .europe, "api.amazon.co.uk": .europe, "eu.account.amazon.com": .europe,
    "advertising-api-fe.amazon.com": .farEast, "api.amazon.co.jp": .farEast, "apac.account.amazon.com": .farEast,
  ]
}
