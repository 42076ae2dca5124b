package import Metadata

/// Amazon's marketplaces, which say where an account's customers are. Source: the published guide "Marketplace IDs".
package struct Marketplace: Sendable, Hashable {
  /// Two letters, ISO 3166-1.
  package var countryCode: String
  package var region: Region

  /// The marketplace with the id; nil for an unknown one.
  package init?(id: String) {
    guard let (countryCode, region) = Self.known[id] else { return nil }
    self.countryCode = countryCode
    self.region = region
  }

  /// The ids of the marketplaces outside a region. An unknown marketplace is in no region.
  package static func ids(outside region: Region) -> Set<String> {
    Set(known.filter { $0.value.1 != region }.keys)
  }

  private static let known: [String: (String, Region)] = [
    "ATVPDKIKX0DER": ("US", .northAmerica), "A2EUQ1WTGCTBG2": ("CA", .northAmerica),
    "A1AM78C64UM0Y8": ("MX", .northAmerica), "A2Q3Y263D00KWC": ("BR", .northAmerica),
    "A1F83G8C2ARO7P": ("GB", .europe), "A1PA6795UKMFR9": ("DE", .europe), "A13V1IB3VIYZZH": ("FR", .europe),
    "A1RKKUPIHCS9HS": ("ES", .europe), "APJ6JRA9NG5V4": ("IT", .europe), "A1805IZSGTT6HS": ("NL", .europe),
    "A2NODRKZP88ZB9": ("SE", .europe), "A1C3SOZRARQ6R3": ("PL", .europe), "AMEN7PMS3EDWL": ("BE", .europe),
    "A28R8C7NBKEWEA": ("IE", .europe), "A33AVAJ2PDY3EV": ("TR", .europe), "A2VIGQ35RCS4UG": ("AE", .europe),
    "A17E79C6D8DWNP": ("SA", .europe), "ARBP9OOSHTCHU": ("EG", .europe), "AE08WJ6YKNBMC": ("ZA", .europe),
    "A21TJRUUN4KGV": ("IN", .europe), "A1VC38T7YXB528": ("JP", .farEast), "A39IBJ37TRP1C6": ("AU", .farEast),
    "A19VAU5U5O7RUS": ("SG", .farEast),
  ]
}
