/// Characters and sets of them, in words that ICU and RE2 both understand.
enum PatternText {
  /// A character that means itself, outside of a class and inside.
  static func escaped(_ scalar: Unicode.Scalar) -> String {
    if scalar.isASCIIAlphanumeric || scalar == "_" { return String(scalar) }
    // Both engines read `\` before a sign as that sign, but neither before a space or a control character.
    if scalar.isASCII, scalar.value > 0x20, scalar.value < 0x7F { return "\\\(scalar)" }
    return "\\x{\(String(scalar.value, radix: 16))}"
  }

  /// A character of the pattern, in either case where the flags say so.
  static func literal(_ scalar: Unicode.Scalar, _ flags: PatternReader.Flags) -> PatternPiece {
    let text = escaped(scalar)
    guard flags.ignoresCase else { return .both(text) }
    // Which characters are alike in all of Unicode differs a little between engines: ICU's is the nearest.
    if flags.ignoresUnicodeCase { return PatternPiece(icu: "(?i:\(text))", re2: nil, matchesEmpty: false) }
    guard let other = otherCase(scalar) else { return .both(text) }
    return .both("[\(text)\(escaped(other))]")
  }

  static func otherCase(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard scalar.isASCIILetter else { return nil }
    return Unicode.Scalar(scalar.value ^ 0x20)
  }

  /// A range, and its ASCII letters in the other case where the flags say so.
  static func range(_ low: Unicode.Scalar, _ high: Unicode.Scalar, _ flags: PatternReader.Flags) -> String {
    var text = "\(escaped(low))-\(escaped(high))"
    guard flags.ignoresCase else { return text }
    let letters: [(first: Unicode.Scalar, last: Unicode.Scalar)] = [("a", "z"), ("A", "Z")]
    for (first, last) in letters {
      let from = max(low.value, first.value)
      let to = min(high.value, last.value)
      if from <= to, let a = Unicode.Scalar(from ^ 0x20), let b = Unicode.Scalar(to ^ 0x20) { text += "\(a)-\(b)" }
    }
    return text
  }

  static let digits = "0-9"
  static let word = "a-zA-Z_0-9"
  static let space = "\\t\\n\\x{b}\\f\\r\\x{20}"
  static let horizontalSpace =
    "\\t\\x{20}\\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}"
  static let verticalSpace = "\\n\\x{b}\\f\\r\\x{85}\\x{2028}\\x{2029}"
}

/// A set of characters: what stands between `[` and `]`.
struct CharacterSetText {
  var isNegated = false
  /// For ICU, where sets stand in sets.
  var icu: String
  /// For RE2, which has neither sets in sets nor what several sets have in common.
  var re2: String?

  init(icu: String, re2: String?, isNegated: Bool = false) {
    self.icu = icu
    self.re2 = re2
    self.isNegated = isNegated
  }

  /// The same for both.
  init(_ text: String, isNegated: Bool = false) {
    self.init(icu: text, re2: text, isNegated: isNegated)
  }

  private var mark: String { isNegated ? "^" : "" }

  /// The set as a part of a pattern.
  func piece(_ flags: PatternReader.Flags) -> PatternPiece {
    let text = "[\(mark)\(icu)]"
    if flags.ignoresCase, flags.ignoresUnicodeCase {
      return PatternPiece(icu: "(?i:\(text))", re2: nil, matchesEmpty: false)
    }
    // A property of Unicode is made of hundreds of ranges.
    let weight = isNegated ? 20 + text.utf8.count : text.utf8.count
    return PatternPiece(
      icu: text, re2: re2.map { "[\(mark)\($0)]" }, matchesEmpty: false,
      weight: text.contains("\\p") ? 1_000 + weight : weight)
  }

  /// The set as a part of another.
  var inner: CharacterSetText {
    isNegated ? CharacterSetText(icu: "[^\(icu)]", re2: nil) : CharacterSetText(icu: "[\(icu)]", re2: re2)
  }
}
