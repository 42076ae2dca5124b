/// The rule for first and last names: small Latin letters and digits. Some letters of German and the Nordic languages
/// are written out; all other letters are left out.
enum NameRule {
  private static let replacements: [Unicode.Scalar: String] = [
    "ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "æ": "ae",
  ]

  static func text(of value: String) -> String {
    var text = ""
    for scalar in value.lowercased().unicodeScalars {
      if scalar.isLowerCaseLetterOrDigit {
        text.unicodeScalars.append(scalar)
      } else if let replacement = replacements[scalar] {
        text += replacement
      }
    }
    return text
  }
}

/// The rule for e-mail addresses: small letters; only letters, digits, `_`, `.`, `-` and `@`. A plus sign is removed,
/// the text behind it stays.
enum EmailRule {
  static func text(of value: String) throws(IdentifierProblem) -> String {
    let text = value.lowercased().keeping { scalar in
      scalar.isLowerCaseLetterOrDigit || "_.@-".unicodeScalars.contains(scalar)
        || (!scalar.isASCII && scalar.isLetterOrNumber)
    }
    guard !text.isEmpty else { throw .nothingLeft }
    guard let at = text.firstIndex(of: "@"), at > text.startIndex,
      let next = text[at...].dropFirst().first, next != "@"
    else { throw .notAnEmail }
    return text
  }
}

/// The rule for cities: small Latin letters and digits; other letters are left out.
enum CityRule {
  static func text(of value: String) -> String {
    value.lowercased().keeping(\.isLowerCaseLetterOrDigit)
  }
}
