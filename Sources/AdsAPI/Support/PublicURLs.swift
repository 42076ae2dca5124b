import Hummingbird

/// Where clients reach the server.
struct PublicURLs: Sendable {
  /// As the operator has set it, without a slash at its end; nil to take each request's own word for it.
  private let configured: String?

  init(configured: String?) {
    self.configured = configured.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  /// The scheme and host that URLs in a response begin with.
  func base(for request: Request) -> String {
    if let configured { return configured }
    // What the client called the server; it goes back to that client alone.
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
