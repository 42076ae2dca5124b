import Foundation

/// A regular expression of the facts about telephone numbers.
struct DigitPattern: Sendable {
  private let expression: NSRegularExpression?
  private let whole: NSRegularExpression?
  /// The only text that matches, if the pattern is a plain text.
  let literal: String?

  /// A pattern; an empty text matches nothing.
  init(_ pattern: String) {
    literal = !pattern.isEmpty && pattern.allSatisfy(\.isASCIIDigit) ? pattern : nil
    let isNeeded = !pattern.isEmpty && literal == nil
    expression = isNeeded ? Self.compiled(pattern) : nil
    whole = isNeeded ? Self.compiled("\\A(?:\(pattern))\\z") : nil
  }

  private static func compiled(_ pattern: String) -> NSRegularExpression {
    do {
      return try NSRegularExpression(pattern: pattern, options: .caseInsensitive)
    } catch {
      fatalError("A pattern that is part of the program is none.")
    }
  }

  /// Whether the pattern matches the whole text.
  func matchesWhole(_ text: String) -> Bool {
    if let literal { return text == literal }
    return whole?.firstMatch(in: text, range: Self.range(of: text)) != nil
  }

  /// The index of the first match; nil if there is none.
  func start(in text: String) -> String.Index? {
    if let literal { return text.firstRange(of: literal)?.lowerBound }
    guard let match = expression?.firstMatch(in: text, range: Self.range(of: text)) else { return nil }
    return Range(match.range, in: text)?.lowerBound
  }

  /// The rest of the text after a match at its start; nil if nothing matches there.
  ///
  /// With a rule, and if the last group took part, the match is replaced by the rule's expansion of its groups.
  func removed(from text: String, rule: String = "") -> String? {
    if let literal { return text.hasPrefix(literal) ? String(text.dropFirst(literal.count)) : nil }
    guard let expression,
      let match = expression.firstMatch(in: text, options: .anchored, range: Self.range(of: text)),
      let matched = Range(match.range, in: text)
    else { return nil }
    let rest = String(text[matched.upperBound...])
    guard !rule.isEmpty, match.numberOfRanges > 1, match.range(at: match.numberOfRanges - 1).location != NSNotFound
    else { return rest }
    return expression.replacementString(for: match, in: text, offset: 0, template: rule) + rest
  }

  private static func range(of text: String) -> NSRange {
    NSRange(location: 0, length: text.utf16.count)
  }
}

extension Character {
  /// Whether this is one of 0 to 9.
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
