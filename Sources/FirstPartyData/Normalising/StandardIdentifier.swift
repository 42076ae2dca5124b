import Foundation

/// Brings identifiers into the form that both sides hash, so the same person gives the same hash.
///
///     try StandardIdentifier.text(" Ada@Example.com", kind: .email, countryCode: nil)  // "ada@example.com"
///
/// The rules are those of the public clients for AMC, value for value, so hashes made here match hashes made there.
/// `docs/first-party-data.md` describes them, and the few cases in which they differ.
public enum StandardIdentifier {
  /// The largest number of characters of an identifier that is read.
  public static let characterLimit = 1_000

  /// The standard form of a value that is neither empty nor hashed. Kinds that are not hashed stay as they are, without
  /// blanks around them.
  ///
  /// A number that a table wrote with a fraction of nothing (`4155550123.0`) is read without it.
  ///
  /// - Parameter countryCode: The country as `CountryCode.standardised` reads it; nil if it is not stated.
  /// - Throws: `IdentifierProblem` if the value has no standard form.
  public static func text(
    of value: String, kind: IdentifierKind, countryCode: String?
  ) throws(IdentifierProblem) -> String {
    guard value.utf8.count <= 4 * characterLimit, value.count <= characterLimit else { throw .tooLong }
    let country = CountryCode.standardised(countryCode)
    let text = WrittenNumber.whole(composed(value))
    if kind.isRegional, country == nil, !CountryCode.isUnstated(countryCode) {
      // Its calling code says the country of such a number.
      guard kind == .phone, TelephoneNumber.hasPlusSign(text) else { throw .countryNotKnown }
    }
    switch kind {
    case .firstName, .lastName: return try some(NameRule.text(of: text))
    case .email: return try EmailRule.text(of: text)
    case .phone:
      guard !WrittenNumber.hasExponent(text), let digits = TelephoneNumber.digits(trimmed(text), countryCode: country)
      else { throw .notATelephoneNumber }
      return digits
    case .address: return try some(AddressRule.of(country: country).text(of: text))
    case .city: return try some(CityRule.text(of: text))
    case .state: return try some(StateRule.text(of: text, country: country))
    case .zip:
      guard !WrittenNumber.hasExponent(text) else { throw .notAPostalCode }
      return try PostalCodeRule.text(of: text, country: country)
    case .mobileAdvertisingID:
      let id = trimmed(text)
      guard DeviceID.accepts(id) else { throw .notADeviceID }
      return id
    case .liveRamp, .experian: return try some(trimmed(text))
    }
  }

  private static func some(_ text: String) throws(IdentifierProblem) -> String {
    guard !text.isEmpty else { throw .nothingLeft }
    return text
  }

  /// The text with each accented letter as one character, however the file writes it.
  private static func composed(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
  }

  static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension Unicode.Scalar {
  /// Whether this is one of a to z or 0 to 9.
  var isLowerCaseLetterOrDigit: Bool {
    ("a"..."z").contains(self) || ("0"..."9").contains(self)
  }

  /// Whether this is one of a to z, A to Z or 0 to 9.
  var isLetterOrDigit: Bool {
    isLowerCaseLetterOrDigit || ("A"..."Z").contains(self)
  }

  /// Whether this is a letter, a digit or a number of any script.
  var isLetterOrNumber: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: properties.numericType != nil
    }
  }
}

extension String {
  /// The text with only those scalars that pass.
  func keeping(_ passes: (Unicode.Scalar) -> Bool) -> String {
    var kept = ""
    kept.unicodeScalars.append(contentsOf: unicodeScalars.filter(passes))
    return kept
  }
}
