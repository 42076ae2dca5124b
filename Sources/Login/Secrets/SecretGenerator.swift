/// Where secrets come from. Tests give their own; everything else uses the system's.
package protocol SecretGenerator: Sendable {
  /// `count` bytes that nobody can guess.
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
  /// A secret as lower-case hexadecimal text with this prefix, `LoginService.secretByteCount` bytes long.
  func secret(prefix: String) -> String {
    prefix + bytes(count: LoginService.secretByteCount).map { hexadecimal($0) }.joined()
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
