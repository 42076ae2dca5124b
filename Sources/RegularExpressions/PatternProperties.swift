/// The properties that `\p{…}` names.
enum PatternProperties {
  /// nil where Java has no such property, or ICU can't say it.
  static func set(named name: String, ignoresCase: Bool) -> CharacterSetText? {
    if ignoresCase, name == "Lower" || name == "Upper" { return CharacterSetText("a-zA-Z") }
    if let text = posix[name] { return CharacterSetText(text) }
    if let text = java[name] { return CharacterSetText(icu: text, re2: nil) }
    if let category = category(name) { return category }
    for prefix in ["general_category=", "gc="] where name.lowercased().hasPrefix(prefix) {
      return category(String(name.dropFirst(prefix.count)))
    }
    for prefix in ["script=", "sc="] where name.lowercased().hasPrefix(prefix) {
      return icu("Script=", String(name.dropFirst(prefix.count)))
    }
    for prefix in ["block=", "blk="] where name.lowercased().hasPrefix(prefix) {
      return icu("Block=", String(name.dropFirst(prefix.count)))
    }
    if name.hasPrefix("In") { return icu("Block=", String(name.dropFirst(2))) }
    if name.hasPrefix("Is") { return named(String(name.dropFirst(2))) }
    return nil
  }

  /// `\p{IsName}`: a category, a property that is or is not, or a script.
  private static func named(_ name: String) -> CharacterSetText? {
    if let category = category(name) { return category }
    if let property = binary[name.uppercased()] { return CharacterSetText(icu: property, re2: nil) }
    return icu("Script=", name)
  }

  private static let categories: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cs", "Cn",
  ]

  private static func category(_ name: String) -> CharacterSetText? {
    if name == "LC" { return CharacterSetText("\\p{Lu}\\p{Ll}\\p{Lt}") }
    if name == "LD" { return CharacterSetText("\\p{L}\\p{Nd}") }
    guard categories.contains(name) else { return nil }
    // Unassigned and half characters are not the same in all releases of Unicode, nor in UTF-8.
    return ["C", "Cs", "Cn"].contains(name)
      ? CharacterSetText(icu: "\\p{\(name)}", re2: nil) : CharacterSetText("\\p{\(name)}")
  }

  /// Names of scripts and blocks are letters, digits, spaces, `-` and `_`; whether there is one by that name, ICU says.
  private static func icu(_ kind: String, _ name: String) -> CharacterSetText? {
    let isPlain = name.unicodeScalars.allSatisfy {
      $0.isASCIIAlphanumeric || $0 == "_" || $0 == "-" || $0 == " "
    }
    return isPlain && !name.isEmpty ? CharacterSetText(icu: "\\p{\(kind)\(name)}", re2: nil) : nil
  }

  /// POSIX's, for ASCII only.
  private static let posix: [String: String] = [
    "Lower": "a-z", "Upper": "A-Z", "ASCII": "\\x{0}-\\x{7f}", "Alpha": "a-zA-Z", "Digit": "0-9", "Alnum": "a-zA-Z0-9",
    "Punct": "!-\\/:-@\\[-`\\{-~", "Graph": "!-~", "Print": "\\x{20}-~", "Blank": "\\x{20}\\t",
    "Cntrl": "\\x{0}-\\x{1f}\\x{7f}", "XDigit": "0-9a-fA-F", "Space": PatternText.space, "L1": "\\x{0}-\\x{ff}",
    "all": "\\x{0}-\\x{10ffff}", "ALL": "\\x{0}-\\x{10ffff}",
  ]

  /// Those named after methods of Java's `Character`.
  private static let java: [String: String] = [
    "javaLowerCase": "\\p{Lowercase}", "javaUpperCase": "\\p{Uppercase}", "javaTitleCase": "\\p{Lt}",
    "javaAlphabetic": "\\p{Alphabetic}", "javaLetter": "\\p{L}", "javaDigit": "\\p{Nd}",
    "javaLetterOrDigit": "\\p{L}\\p{Nd}", "javaIdeographic": "\\p{Ideographic}",
    "javaSpaceChar": "\\p{Z}", "javaDefined": "\\P{Cn}", "javaISOControl": "\\x{0}-\\x{1f}\\x{7f}-\\x{9f}",
    "javaWhitespace": "\\t-\\r\\x{1c}-\\x{1f}\\x{20}\\x{1680}\\x{2000}-\\x{2006}\\x{2008}-\\x{200a}\\x{2028}\\x{2029}"
      + "\\x{205f}\\x{3000}",
  ]

  private static let binary: [String: String] = [
    "ALPHABETIC": "\\p{Alphabetic}", "IDEOGRAPHIC": "\\p{Ideographic}", "LETTER": "\\p{L}",
    "LOWERCASE": "\\p{Lowercase}", "UPPERCASE": "\\p{Uppercase}", "TITLECASE": "\\p{Lt}", "PUNCTUATION": "\\p{P}",
    "CONTROL": "\\p{Cc}", "WHITE_SPACE": "\\p{White_Space}", "WHITESPACE": "\\p{White_Space}", "DIGIT": "\\p{Nd}",
    "HEX_DIGIT": "\\p{Nd}\\p{Hex_Digit}", "ASSIGNED": "\\P{Cn}",
    "NONCHARACTER_CODE_POINT": "\\p{Noncharacter_Code_Point}", "JOIN_CONTROL": "\\p{Join_Control}",
  ]
}
