import Base
import FirstPartyData

/// The rules of one record, and the line of a valid one for each of its identifier objects:
///
///     index, action, country, address, city, email, first name, last name, phone, postal code, state, device
///
/// The columns are those of `StagedAudienceRecords`. No value needs quotes, because other characters are refused.
struct RecordCheck: Sendable {
  /// The possible numbers of characters of the client's own id of a person.
  static let externalIDLength = 1...128
  /// The possible numbers of a record's identifier objects.
  static let identifierCount = 1...100

  var consent: ConsentPolicy
  /// The default country of records: the audience's, or that of the DSP advertiser.
  var countryCode: String?

  /// Adds the record's lines to `bytes`, or returns its problem and adds nothing.
  func write(_ record: AudienceRecordInput, index: Int, to bytes: inout [UInt8]) -> String? {
    guard let id = record.externalUserId, Self.isExternalID(id) else {
      return "externalUserId must be 1 to 128 letters, digits, - and _."
    }
    guard let action = record.action.flatMap(AudienceAction.init(rawValue:)) else {
      return "action must be CREATE or DELETE."
    }
    if let country = record.countryCode, !CountryCode.accepts(country) {
      return "countryCode must be a country: a code of ISO 3166-1, a name, or UNKNOWN."
    }
    guard let identifiers = record.hashedPII, Self.identifierCount.contains(identifiers.count) else {
      return "hashedPII must have 1 to 100 objects."
    }
    if let problem = problem(withConsentOf: record, action) { return problem }
    let start = bytes.count
    for each in identifiers {
      append(index, action, country(of: record), to: &bytes)
      if let problem = append(each, to: &bytes) {
        bytes.removeSubrange(start...)
        return problem
      }
    }
    return nil
  }

  // MARK: Consent

  /// The problem with the record's consent. Being removed needs no consent.
  private func problem(withConsentOf record: AudienceRecordInput, _ action: AudienceAction) -> String? {
    guard action == .create else { return nil }
    if record.hasUnknownConsent { return "userConsent can't be read: it has a member that is not known." }
    let decision = consent.decision(
      onAll: record.userConsent?.signals ?? [], countryCode: countryOfConsent(of: record))
    guard !consent.accepts(decision) else { return nil }
    switch decision {
    case .denied: return "userConsent denies the use of the record."
    case .absent: return "userConsent is missing, and the record's country asks for it."
    case .unreadable: return "userConsent can't be read."
    case .notRequired, .granted: return nil
    }
  }

  /// The country by which consent is decided. If a record names two, and one of them requires consent, it is that one.
  private func countryOfConsent(of record: AudienceRecordInput) -> String {
    let stated = [record.userConsent?.geo?.countryCode, record.countryCode].compactMap(\.self)
    return stated.first(where: CountryCode.requiresConsent) ?? stated.first ?? country(of: record)
  }

  private func country(of record: AudienceRecordInput) -> String {
    record.countryCode ?? record.userConsent?.geo?.countryCode ?? countryCode ?? CountryCode.unknown
  }

  // MARK: Lines

  private func append(_ index: Int, _ action: AudienceAction, _ country: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(index).utf8)
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: action.rawValue.utf8)
    bytes.append(UInt8(ascii: ","))
    // A country of consent is not checked before, and an invalid one would break the line.
    bytes.append(contentsOf: (CountryCode.standardised(country) ?? CountryCode.unknown).utf8)
  }

  private func append(_ identifiers: AudienceRecordInput.Identifiers, to bytes: inout [UInt8]) -> String? {
    let start = bytes.count
    guard Self.append(identifiers.address, to: &bytes) else { return Self.unhashed("address") }
    guard Self.append(identifiers.city, to: &bytes) else { return Self.unhashed("city") }
    guard Self.append(identifiers.email, to: &bytes) else { return Self.unhashed("email") }
    guard Self.append(identifiers.firstname, to: &bytes) else { return Self.unhashed("firstname") }
    guard Self.append(identifiers.lastname, to: &bytes) else { return Self.unhashed("lastname") }
    guard Self.append(identifiers.phone, to: &bytes) else { return Self.unhashed("phone") }
    guard Self.append(identifiers.postal, to: &bytes) else { return Self.unhashed("postal") }
    guard Self.append(identifiers.state, to: &bytes) else { return Self.unhashed("state") }
    guard Self.append(device: identifiers.maid, to: &bytes) else { return "hashedPII.maid must be a UUID." }
    // Nothing except the commas before nine empty values.
    guard bytes.count > start + 9 else { return "hashedPII has an object without an identifier." }
    bytes.append(UInt8(ascii: "\n"))
    return nil
  }

  private static func unhashed(_ name: String) -> String {
    "hashedPII.\(name) must be a SHA-256 in 64 hexadecimal digits."
  }

  /// Appends a comma and the hash in lower case; nothing behind the comma if the value is missing or empty.
  private static func append(_ hash: String?, to bytes: inout [UInt8]) -> Bool {
    bytes.append(UInt8(ascii: ","))
    guard var hash, !hash.isEmpty else { return true }
    return hash.withUTF8 { digits in
      guard digits.count == HashedIdentifier.digitCount else { return false }
      for digit in digits {
        guard let lower = Hexadecimal.lowercased(digit) else { return false }
        bytes.append(lower)
      }
      return true
    }
  }

  /// Appends a comma and the UUID in lower case.
  private static func append(device: String?, to bytes: inout [UInt8]) -> Bool {
    bytes.append(UInt8(ascii: ","))
    guard var device, !device.isEmpty else { return true }
    return device.withUTF8 { characters in
      guard characters.count == deviceLength else { return false }
      for (index, character) in characters.enumerated() {
        if deviceHyphens.contains(index) {
          guard character == UInt8(ascii: "-") else { return false }
          bytes.append(character)
        } else {
          guard let lower = Hexadecimal.lowercased(character) else { return false }
          bytes.append(lower)
        }
      }
      return true
    }
  }

  private static let deviceLength = 36
  private static let deviceHyphens: [Int] = [8, 13, 18, 23]

  static func isExternalID(_ text: String) -> Bool {
    externalIDLength.contains(text.utf8.count) && text.isOfLettersAndDigits(or: "-_")
  }
}
