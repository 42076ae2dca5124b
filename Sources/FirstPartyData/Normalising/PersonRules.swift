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

/// The rule for cities: small Latin letters and digits; other letters are left out.
enum CityRule {
  static func text(of value: String) -> String {
    value.lowercased().keeping(\.isLowerCaseLetterOrDigit)
  }
}
