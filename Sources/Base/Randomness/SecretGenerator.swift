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
  /// A secret as lower-case hexadecimal text, with a prefix that names its use. It has 256 bits by default.
  package func secret(prefix: String = "", byteCount: Int = 32) -> String {
    prefix + Hexadecimal.text(of: bytes(count: byteCount))
  }
}
