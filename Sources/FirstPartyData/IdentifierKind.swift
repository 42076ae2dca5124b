/// A kind of identifier by which a record can be matched with a person, with the names of AMC's guide "Prepare data".
public enum IdentifierKind: String, Sendable, Hashable, Codable, CaseIterable {
  case firstName = "FIRST_NAME"
  case lastName = "LAST_NAME"
  case email = "EMAIL"
  case phone = "PHONE"
  case address = "ADDRESS"
  case city = "CITY"
  case state = "STATE"
  case zip = "ZIP"
  /// An advertising identifier of a mobile device, letter case aside.
  case mobileAdvertisingID = "MAID"
  /// A RampID in Amazon's identity space.
  case liveRamp = "LIVERAMP"
  case experian = "EXPERIAN"

  /// Whether values arrive normalised and hashed with SHA-256; the others arrive as they are.
  public var isHashed: Bool {
    switch self {
    case .firstName, .lastName, .email, .phone, .address, .city, .state, .zip: true
    case .mobileAdvertisingID, .liveRamp, .experian: false
    }
  }

  /// Whether the standard form depends on the country.
  public var isRegional: Bool {
    switch self {
    case .phone, .address, .state, .zip: true
    case .firstName, .lastName, .email, .city, .mobileAdvertisingID, .liveRamp, .experian: false
    }
  }
}
