/// The rule for e-mail addresses: small letters; only letters, digits, `_`, `.`, `-` and `@`. A plus sign is removed,
/// the text behind it stays.
///
/// A cell can hold more than an address. What says how it is meant is understood: `Ann Lee <ann@example.com>`,
/// `mailto:ann@example.com`, a remark in brackets. Two addresses are refused, and so is an address with words around
/// it: their hash could match nobody.
enum EmailRule {
  static func text(of value: String) throws(IdentifierProblem) -> String {
    let address = try words(of: bareAddress(in: value))
    let text = address.lowercased().keeping { scalar in
      scalar.isLowerCaseLetterOrDigit || "_.@-".unicodeScalars.contains(scalar)
        || (!scalar.isASCII && scalar.isLetterOrNumber)
    }
    guard !text.isEmpty else { throw .nothingLeft }
    guard let at = text.firstIndex(of: "@"), at > text.startIndex,
      let next = text[at...].dropFirst().first, next != "@", text[at...].dropFirst().firstIndex(of: "@") == nil
    else { throw .notAnEmail }
    return text
  }

  /// The address between angle brackets or behind `mailto:`, without remarks in round or square brackets.
  private static func bareAddress(in value: String) -> Substring {
    var text = Substring(value)
    if let open = text.lastIndex(of: "<"), let close = text[open...].firstIndex(of: ">"),
      text[open..<close].contains("@"), text[..<open].lastIndex(of: "<") == nil
    {
      // Another address before the brackets, unless it is the same again, makes it two.
      let (before, inside) = (text[..<open], text[open..<close].dropFirst())
      guard before.contains("@"), !before.lowercased().contains(inside.lowercased()) else {
        return withoutScheme(inside)
      }
      return text
    }
    for (open, close): (Character, Character) in [("(", ")"), ("[", "]")] {
      while let start = text.firstIndex(of: open), let end = text[start...].firstIndex(of: close),
        !text[start..<end].contains("@")
      {
        text = text[..<start] + text[end...].dropFirst()
      }
    }
    return withoutScheme(text)
  }

  /// The text behind `mailto:` and before what that adds with a question mark.
  private static func withoutScheme(_ text: Substring) -> Substring {
    let trimmed = text.drop(while: \.isWhitespace)
    guard trimmed.prefix(7).lowercased() == "mailto:" else { return text }
    return trimmed.dropFirst(7).prefix { $0 != "?" }
  }

  /// The text, where blanks within it are the slips of a hand: one of them at most before the `@`, and none between a
  /// whole domain and another word.
  private static func words(of text: Substring) throws(IdentifierProblem) -> String {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count > 1 else { return String(text) }
    guard let at = words.firstIndex(where: { $0.contains("@") }) else { throw .notAnEmail }
    guard at <= 1 else { throw .notAnEmail }
    for index in words.indices.dropFirst(at + 1) where !words[index].hasPrefix(".") {
      let isWhole = words[at..<index].joined().drop { $0 != "@" }.dropFirst().dropLast().contains(".")
      if isWhole { throw .notAnEmail }
    }
    return words.joined()
  }
}
