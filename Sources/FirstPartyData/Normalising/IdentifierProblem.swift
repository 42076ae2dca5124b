/// Why an identifier can't be brought into its standard form. It never holds the identifier.
public enum IdentifierProblem: String, Error, Sendable, Hashable, CaseIterable {
  /// More characters than any identifier of its kind has.
  case tooLong = "identifier_too_long"
  /// No character is left that counts, as in a name written without Latin letters.
  case nothingLeft = "identifier_nothing_left"
  case notAnEmail = "identifier_not_an_email"
  case notATelephoneNumber = "identifier_not_a_telephone_number"
  case notAPostalCode = "identifier_not_a_postal_code"

  /// The stable name of this problem.
  public var code: String { rawValue }

  /// What is wrong, in words for the person who has the file.
  public var message: String {
    switch self {
    case .tooLong: "longer than \(StandardIdentifier.characterLimit) characters"
    case .nothingLeft: "nothing left of it: only Latin letters and digits count"
    case .notAnEmail: "no e-mail address"
    case .notATelephoneNumber: "no telephone number of its country, or one without an area code"
    case .notAPostalCode: "no postal code of its country"
    }
  }
}
