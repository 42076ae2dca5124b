import Hummingbird

/// The URLs at which clients reach the server.
struct PublicURLs: Sendable {
  /// The operator's setting, without a slash at its end; nil to use the URL of each request.
  private let configured: String?

  init(configured: String?) {
    self.configured = configured.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  /// The scheme and host of URLs in a response.
  func base(for request: Request) -> String {
    if let configured { return configured }
    // The name by which the client called the server. Only that client sees it.
    let host = request.head.authority ?? ""
    return "http://\(host.utf8.allSatisfy(Self.isHostByte) && !host.isEmpty ? host : "localhost")"
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
      UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }
}
