/// A source of new identifiers. Tests have their own, so that their results are the same each time.
package protocol IdentifierGenerator: Sendable {
  /// A UUID in lower case.
  func uuid() -> String
  /// A positive decimal number of that many digits.
  func number(digits: Int) -> String
}

/// Random identifiers.
package struct RandomIdentifierGenerator: IdentifierGenerator {
  package init() {}

  /// A version 4 UUID (RFC 9562). Foundation's own has no randomness when no file can be opened, and repeats itself.
  package func uuid() -> String { Self.uuid() }

  /// The same without a generator at hand.
  package static func uuid() -> String {
    var bytes = SystemSecretGenerator().bytes(count: 16)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let text = Hexadecimal.text(of: bytes)
    var groups: [Substring] = []
    var rest = text[...]
    for length in [8, 4, 4, 4, 12] {
      groups.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return groups.joined(separator: "-")
  }

  package func number(digits: Int) -> String {
    let first = String(Int.random(in: 1...9))
    return first + (1..<max(digits, 1)).map { _ in String(Int.random(in: 0...9)) }.joined()
  }
}
