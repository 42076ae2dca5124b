import struct Foundation.UUID

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

  package func uuid() -> String { UUID().uuidString.lowercased() }

  package func number(digits: Int) -> String {
    let first = String(Int.random(in: 1...9))
    return first + (1..<max(digits, 1)).map { _ in String(Int.random(in: 0...9)) }.joined()
  }
}
