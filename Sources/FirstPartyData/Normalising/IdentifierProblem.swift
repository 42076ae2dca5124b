/// The reason why an identifier has no standard form. It never contains the identifier.
public enum IdentifierProblem: String, Error, Sendable, Hashable, CaseIterable {
  /// It has more characters than any identifier of its kind.
  case tooLong = "identifier_too_long"
  /// No relevant character is left, as in a name written without Latin letters.
  case nothingLeft = "identifier_nothing_left"
  case notAnEmail = "identifier_not_an_email"
  case notATelephoneNumber = "identifier_not_a_telephone_number"
  case notAPostalCode = "identifier_not_a_postal_code"
  /// An advertising identifier of a device is a UUID, and none whose digits are all the same.
  case notADeviceID = "identifier_not_a_device_id"
  /// The rules for it are those of its country, and what stands for the country is none.
  case countryNotKnown = "identifier_country_not_known"

  /// The stable code of the problem.
  public var code: String { rawValue }

  /// The problem, in words for the person who has the file.
  public var message: String {
    switch self {
    case .tooLong: "longer than \(StandardIdentifier.characterLimit) characters"
    case .nothingLeft: "nothing left of it: only Latin letters and digits count"
    case .notAnEmail: "no e-mail address, or more than one"
    case .notATelephoneNumber: "no telephone number of its country, or one without an area code"
    case .notAPostalCode: "no postal code of its country"
    case .notADeviceID: "no device id: a UUID such as 38400000-8cf0-11bd-b23e-10b96e40000d"
    case .countryNotKnown: "the country of its row is not known"
    }
  }
}
