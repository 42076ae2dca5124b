import Base
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
    return "http://\(!host.isEmpty && host.isOfLettersAndDigits(or: "-.:[]") ? host : "localhost")"
  }
}
