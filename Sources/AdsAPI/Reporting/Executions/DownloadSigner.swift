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
    return "\(path)?expires=\(expires)&signature=\(signature.map { Self.hexadecimal($0) }.joined())"
  }

  /// Throws when the path was not signed by this server, or is too old.
  func verify(_ path: String, expires: String?, signature: String?, at now: Date) throws(RequestError) {
    guard let expires = expires.flatMap({ Int64($0) }), let code = signature.flatMap(Self.bytes),
      HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message(path, expires), using: key)
    else { throw .invalidSignature }
    guard now.timeIntervalSince1970 < Double(expires) else { throw .expiredSignature }
  }

  private func message(_ path: String, _ expires: Int64) -> Data {
    Data("GET\n\(path)\n\(expires)".utf8)
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// The bytes of hexadecimal text as long as a signature, or nil.
  private static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == SHA256.byteCount * 2 else { return nil }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
    }
    return bytes.count == SHA256.byteCount ? bytes : nil
  }
}
