import Base
import Crypto
import Foundation

/// Signs paths of this server, so that whoever has the address can read the result for a while, and nothing else.
struct DownloadSigner: Sendable {
  /// How long an address is good for, in seconds, as AMC's are.
  static let lifetimeSeconds = 600

  private let key: SymmetricKey

  init(key: Data) {
    self.key = SymmetricKey(data: key)
  }

  /// The path with the time when it expires and a signature over both.
  func signedPath(_ path: String, at now: Date) -> String {
    let expires = Int64(now.timeIntervalSince1970.rounded(.down)) + Int64(Self.lifetimeSeconds)
    let signature = HMAC<SHA256>.authenticationCode(for: message(path, expires), using: key)
    return "\(path)?expires=\(expires)&signature=\(Hexadecimal.text(of: signature))"
  }

  /// Throws when the path was not signed by this server, or is too old.
  func verify(_ path: String, expires: String?, signature: String?, at now: Date) throws(RequestError) {
    guard let expires = expires.flatMap({ Int64($0) }), let code = signature.flatMap({ Hexadecimal.bytes(of: $0) }),
      HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message(path, expires), using: key)
    else { throw .invalidSignature }
    guard now.timeIntervalSince1970 < Double(expires) else { throw .expiredSignature }
  }

  private func message(_ path: String, _ expires: Int64) -> Data {
    Data("GET\n\(path)\n\(expires)".utf8)
  }
}
