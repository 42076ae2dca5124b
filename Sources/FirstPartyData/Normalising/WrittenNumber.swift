/// Numbers as tables of floating-point numbers write them, which is how data frames keep columns with gaps.
enum WrittenNumber {
  /// From this many digits on, a fraction of nothing is no part of a telephone number, however long it is.
  private static let longDigitCount = 7

  /// The digits of a whole number that is written with a fraction of nothing, or with an exponent that loses no digit;
  /// every other text as it is.
  ///
  ///     WrittenNumber.whole("4155550123.0")   // "4155550123"
  ///     WrittenNumber.whole("4.155550123E9")  // "4155550123"
  ///     WrittenNumber.whole("4.15555E+09")    // as it is: digits are lost
  static func whole(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: ".")), let last = text.unicodeScalars.last(where: { !isBlank($0) }),
      ("0"..."9").contains(last)
    else { return text }
    if let match = text.wholeMatch(of: /\s*([^0-9.]*[0-9]+)\.(0+)\s*/) {
      let digitCount = match.1.utf8.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return match.2.count <= 2 || digitCount >= longDigitCount ? String(match.1) : text
    }
    if let match = text.wholeMatch(of: /\s*([0-9])\.([0-9]+)[eE]\+?0*([1-9][0-9]?)\s*/),
      let exponent = Int(match.3), match.2.count == exponent
    {
      return String(match.1 + match.2)
    }
    return text
  }

  /// Whether the text is a number with an exponent, of which digits may be lost.
  static func hasExponent(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
      && text.wholeMatch(of: /\s*[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+\s*/) != nil
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
}
