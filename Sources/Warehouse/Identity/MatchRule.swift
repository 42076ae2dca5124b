package import FirstPartyData

/// A rule for what a record and a person must have in common to be the same. In order of precedence: the
/// first rule that knows the record decides.
///
/// AMC's guides name the identifiers and say that they are matched; which of them count together, and in which order,
/// is ours: what belongs to one person comes before what a household can share.
package enum MatchRule: String, Sendable, Hashable, Codable, CaseIterable {
  case email
  case phone
  case mobileAdvertisingID = "maid"
  case liveRamp = "liveramp"
  case experian
  /// Name and postal address with its code.
  case postalCode = "postal"
  /// Name and postal address with its city and state, for records whose code is missing or another one.
  case cityAndState = "city"

  /// The identifiers that a record must have, all of them.
  package var identifiers: [IdentifierKind] {
    switch self {
    case .email: [.email]
    case .phone: [.phone]
    case .mobileAdvertisingID: [.mobileAdvertisingID]
    case .liveRamp: [.liveRamp]
    case .experian: [.experian]
    case .postalCode: [.firstName, .lastName, .address, .zip]
    case .cityAndState: [.firstName, .lastName, .address, .city, .state]
    }
  }

  /// Whether both sides must be known to be of the same country: addresses of different countries can read the same.
  package var needsCountry: Bool {
    switch self {
    case .postalCode, .cityAndState: true
    case .email, .phone, .mobileAdvertisingID, .liveRamp, .experian: false
    }
  }
}
