/// A source of secrets. Tests have their own; everything else uses the system's.
package protocol SecretGenerator: Sendable {
  /// `count` unpredictable bytes.
  func bytes(count: Int) -> [UInt8]
}

/// The operating system's source of randomness.
package struct SystemSecretGenerator: SecretGenerator {
  package init() {}

  package func bytes(count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

extension SecretGenerator {
  /// A secret of `LoginService.secretByteCount` bytes as lower-case hexadecimal text behind the prefix.
  func secret(prefix: String) -> String {
    prefix + bytes(count: LoginService.secretByteCount).map { hexadecimal($0) }.joined()
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
