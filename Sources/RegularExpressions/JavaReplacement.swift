/// The replacement of a match: text, and the match's groups as `$1` or `${name}`. A backslash makes the next
/// character mean itself.
///
/// Source: the documentation of `java.util.regex.Matcher.appendReplacement`.
package struct JavaReplacement: Sendable, Hashable {
  package enum Part: Sendable, Hashable {
    case text(String)
    /// The text of a group, nothing where it took no part; 0 is the whole match.
    case group(Int)
  }

  package let parts: [Part]

  /// - Throws: where it names a group that the pattern does not have, or ends too early.
  package init(_ text: String, for pattern: JavaPattern) throws(PatternProblem) {
    var parts: [Part] = []
    var plain = ""
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "\\":
        guard index < scalars.count else { throw PatternProblem("the replacement ends in a backslash") }
        plain.unicodeScalars.append(scalars[index])
        index += 1
      case "$":
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = ""
        parts.append(.group(try Self.group(scalars, &index, pattern)))
      default:
        plain.unicodeScalars.append(scalar)
      }
    }
    if !plain.isEmpty { parts.append(.text(plain)) }
    self.parts = parts
  }

  /// Whether it repeats a group of the match.
  package var namesGroups: Bool {
    parts.contains { part in
      if case .group(let number) = part { return number > 0 }
      return false
    }
  }

  /// The replacement as RE2 takes it, where a group is a backslash and one digit; nil where a number has more.
  package var re2: String? {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text.replacing("\\", with: "\\\\")
      case .group(let number):
        guard number <= 9 else { return nil }
        result += "\\\(number)"
      }
    }
    return result
  }

  private static func group(_ scalars: [Unicode.Scalar], _ index: inout Int, _ pattern: JavaPattern)
    throws(PatternProblem) -> Int
  {
    let position = index
    guard index < scalars.count else { throw PatternProblem("the replacement ends in `$`", at: position) }
    if scalars[index] == "{" {
      guard let end = scalars[index...].firstIndex(of: "}") else {
        throw PatternProblem("the replacement has a `${` without its `}`", at: position)
      }
      var name = ""
      name.unicodeScalars.append(contentsOf: scalars[(index + 1)..<end])
      index = end + 1
      guard let number = pattern.groupNames[name] else {
        throw PatternProblem("the pattern has no group of the name that the replacement uses", at: position)
      }
      return number
    }
    guard scalars[index].isASCIIDigit else {
      throw PatternProblem(
        "in a replacement, `$` is followed by a group's number; as a character it is written `\\$`",
        at: position)
    }
    var number = Int(scalars[index].value - 0x30)
    index += 1
    guard number <= pattern.groupCount else {
      throw PatternProblem("the pattern has no group \(number), which the replacement uses", at: position)
    }
    // Further digits belong to the number as long as there are that many groups.
    while index < scalars.count, scalars[index].isASCIIDigit {
      let next = number * 10 + Int(scalars[index].value - 0x30)
      guard next <= pattern.groupCount else { break }
      number = next
      index += 1
    }
    return number
  }
}
