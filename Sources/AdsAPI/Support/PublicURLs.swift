import Base
import Hummingbird

/// The URLs at which clients reach the server.
struct PublicURLs: Sendable {
  /// The operator's setting, without a slash at its end; nil to use the URL of each request.
  private let configured: String?

  init(configured: String?) {
    self.configured = configured.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  /// Whether clients reach the server over TLS.
  func isSecure(for context: APIRequestContext) -> Bool {
    configured.map { $0.lowercased().hasPrefix("https:") } ?? context.isSecure
  }

  /// The scheme and host of URLs in a response.
  func base(for request: some IncomingRequest) -> String {
    if let configured { return configured }
    // The name by which the client called the server. Only that client sees it.
    let host = request.http.head.authority ?? ""
    let isHost = !host.isEmpty && host.isOfLettersAndDigits(or: "-.:[]")
    return "\(request.context.isSecure ? "https" : "http")://\(isHost ? host : "localhost")"
  }
}
