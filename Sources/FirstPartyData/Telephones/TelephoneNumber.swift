/// Brings telephone numbers into the international form E.164.
///
/// The steps and their order are those of `libphonenumber`, so the result is the same for every possible number. A
/// number without an area code is refused here, because it does not belong to one person.
enum TelephoneNumber {
  /// The largest number of characters of a number that is read.
  static let characterLimit = 250
  /// The possible numbers of digits after the calling code.
  private static let nationalDigits = 2...17
  private static let plusSigns: Set<Character> = ["+", "＋"]

  /// The digits of the E.164 form, without a plus sign; nil if the text can't be a number.
  ///
  /// A number without a plus sign is read as dialled within the country, if one is given. It is read as one whose plus
  /// sign was left out in three cases: no country is given; it can't be dialled within the country; or it begins with
  /// the country's calling code, the rest is in use, and the whole is not, or lacks the prefix of all its numbers.
  static func digits(_ text: String, countryCode: String?) -> String? {
    guard text.count < characterLimit, !isFiller(text) else { return nil }
    if hasPlusSign(text) { return international(text, region: nil)?.digits }
    let abroad = international("+" + text, region: nil)
    guard let region = countryCode.flatMap(TelephoneRegions.standard.region),
      let atHome = international(text, region: region)
    else { return abroad?.digits }
    if let abroad, abroad.callingCode == region.callingCode, abroad != atHome,
      region.isAssigned(abroad.national), region.alwaysHasNationalPrefix || !region.isAssigned(atHome.national)
    {
      return abroad.digits
    }
    return atHome.digits
  }

  /// Whether the number has its plus sign, whatever stands before it: `+49 30 …`, `tel:+49 30 …`, `(+49) 30 …`.
  static func hasPlusSign(_ text: String) -> Bool {
    text.first { plusSigns.contains($0) || $0.digit != nil }.map(plusSigns.contains) ?? false
  }

  /// The number of equal digits from which on they stand for no number.
  private static let fillerDigitCount = 9

  /// Whether the text is what forms are filled with where there is no number, such as `0000000000`.
  private static func isFiller(_ text: String) -> Bool {
    let digits = text.compactMap(\.digit)
    return digits.count >= fillerDigitCount && Set(digits).count == 1
  }

  private struct Parts: Equatable {
    var callingCode: Int
    var national: String
    var digits: String { "\(callingCode)\(national)" }
  }

  private static func international(_ text: String, region: TelephoneRegion?) -> Parts? {
    let regions = TelephoneRegions.standard
    let possible = possibleNumber(in: text)
    guard regions.isNumber(possible) else { return nil }
    let number = regions.withoutExtension(possible)
    guard region != nil || number.first.map(plusSigns.contains) == true,
      let (callingCode, rest) = separated(number, region: region)
    else { return nil }
    guard let owner = callingCode.map(regions.main) ?? region, rest.utf8.count >= nationalDigits.lowerBound else {
      return nil
    }
    var national = rest
    let stripped = owner.withoutNationalPrefix(rest)
    switch owner.length(of: stripped) {
    case .possible, .tooLong: national = stripped
    case .localOnly, .tooShort, .invalid: break
    }
    guard nationalDigits.contains(national.utf8.count) else { return nil }
    let code = callingCode ?? owner.callingCode
    guard let main = regions.main(callingCode: code), main.length(of: national) == .possible, !isFiller(national)
    else { return nil }
    return Parts(callingCode: code, national: national)
  }

  /// The calling code and the digits after it, without a code for a national number. The result is nil if there is a
  /// plus sign or the prefix for calls abroad, and no calling code after it.
  private static func separated(_ number: String, region: TelephoneRegion?) -> (callingCode: Int?, rest: String)? {
    let unsigned = number.drop { plusSigns.contains($0) }
    if unsigned.startIndex != number.startIndex {
      if let split = split(normalised(String(unsigned))) { return split }
      guard let region, let (code, rest) = separated(String(unsigned), region: region), code != nil else { return nil }
      return (code, rest)
    }
    guard let region else { return nil }
    let digits = normalised(number)
    if let abroad = region.internationalPrefix.removed(from: digits), abroad.first != "0" {
      return split(abroad)
    }
    let code = String(region.callingCode)
    guard digits.hasPrefix(code) else { return (nil, digits) }
    let rest = region.withoutNationalPrefix(String(digits.dropFirst(code.count)))
    let isBetterWithout = !region.isNational(digits) && region.isNational(rest)
    guard isBetterWithout || region.length(of: digits) == .tooLong else { return (nil, digits) }
    return (region.callingCode, rest)
  }

  /// The calling code at the start of the digits, and the other digits; nil if they begin with no calling code.
  private static func split(_ digits: String) -> (callingCode: Int?, rest: String)? {
    guard digits.utf8.count > nationalDigits.lowerBound, digits.first != "0" else { return nil }
    for length in 1...3 {
      guard let code = Int(digits.prefix(length)), TelephoneRegions.standard.main(callingCode: code) != nil else {
        continue
      }
      return (code, String(digits.dropFirst(length)))
    }
    return nil
  }

  /// The part of a text that can be a number: from the first plus sign or digit to the last letter, digit or #, and no
  /// second number after a slash.
  private static func possibleNumber(in text: String) -> String {
    var number = text.drop { !plusSigns.contains($0) && $0.digit == nil }
    while let last = number.last, last == "_" || !(last == "#" || last.isLetter || last.isNumber) {
      number.removeLast()
    }
    if let second = number.firstRange(of: /[\\\/] *x/) { number = number[..<second.lowerBound] }
    if let subaddress = number.firstRange(of: ";isub="), subaddress.lowerBound > number.startIndex {
      number = number[..<subaddress.lowerBound]
    }
    return String(number)
  }

  /// The digits alone. If there are at least three letters, letters are replaced by the digits of their keys.
  private static func normalised(_ text: String) -> String {
    let isVanity = text.count { $0.isASCII && $0.isLetter } >= 3
    var digits = ""
    for character in text {
      if let digit = character.digit {
        digits.append(Character(UnicodeScalar(UInt8(ascii: "0") + UInt8(digit))))
      } else if isVanity, let key = key(of: character) {
        digits.append(key)
      }
    }
    return digits
  }

  private static func key(of letter: Character) -> Character? {
    switch letter.lowercased() {
    case "a"..."c": "2"
    case "d"..."f": "3"
    case "g"..."i": "4"
    case "j"..."l": "5"
    case "m"..."o": "6"
    case "p"..."s": "7"
    case "t"..."v": "8"
    case "w"..."z": "9"
    default: nil
    }
  }
}

extension Character {
  /// The value of a decimal digit of any script.
  fileprivate var digit: Int? {
    guard let value = wholeNumberValue, (0...9).contains(value),
      unicodeScalars.first?.properties.numericType == .decimal
    else { return nil }
    return value
  }
}
