import Base
package import Metadata

/// A request to add advertisers to an instance, or to remove them.
package struct AdvertiserUpdateDraft: Sendable, Hashable {
  package typealias Advertiser = AdvertiserUpdateRecord.Advertiser

  package var additions: [Advertiser]
  package var removals: [Advertiser]

  package init(additions: [Advertiser], removals: [Advertiser]) {
    self.additions = additions
    self.removals = removals
  }

  /// Checks the advertisers, whatever the instance has.
  ///
  /// - Throws: `CleanRoomError.invalidField`.
  func validate() throws(CleanRoomError) {
    guard !additions.isEmpty || !removals.isEmpty else {
      throw .invalidField(name: "advertisersToAdd", reason: "is empty, and so is advertisersToRemove.")
    }
    for (field, advertisers) in [("advertisersToAdd", additions), ("advertisersToRemove", removals)] {
      guard advertisers.count <= InstanceRules.advertisersPerUpdateLimit else {
        throw .invalidField(
          name: field, reason: "may have at most \(InstanceRules.advertisersPerUpdateLimit) advertisers.")
      }
      for (index, advertiser) in advertisers.enumerated() {
        try Self.check(advertiser, field: "\(field)[\(index)]")
      }
    }
    let ids = (additions + removals).map(\.id)
    guard Set(ids).count == ids.count else {
      throw .invalidField(name: "advertisersToAdd", reason: "or advertisersToRemove names an advertiser twice.")
    }
  }

  /// The largest number of digits of a display advertiser's id; AMC documents none.
  private static let displayIDLengthLimit = 20

  /// Source: the table of "Add a single advertiser to an instance" in AMC's guide. About ad server advertisers it says
  /// only that they have a marketplace.
  private static func check(_ advertiser: Advertiser, field: String) throws(CleanRoomError) {
    func invalid(_ name: String, _ reason: String) -> CleanRoomError {
      .invalidField(name: "\(field).\(name)", reason: reason)
    }
    let id = advertiser.id
    guard IdentifierShape.accepts(id) else { throw invalid("id", "must be 1 to 64 letters, digits, - and _.") }
    switch advertiser.kind {
    case .display:
      guard id.utf8.allSatisfy(\.isASCIIDigit), id.utf8.count <= displayIDLengthLimit else {
        throw invalid("id", "must be a number of at most \(displayIDLengthLimit) digits for DISPLAY.")
      }
      guard advertiser.marketplaceID == nil else { throw invalid("marketplaceId", "must be null for DISPLAY.") }
    case .sponsoredAds:
      guard id.hasPrefix("ENTITY"), id.utf8.count > "ENTITY".utf8.count else {
        throw invalid("id", "must begin with ENTITY for SPONSORED_ADS.")
      }
      try checkMarketplace(advertiser, field: field)
    case .adServer: try checkMarketplace(advertiser, field: field)
    }
  }

  private static func checkMarketplace(_ advertiser: Advertiser, field: String) throws(CleanRoomError) {
    guard let marketplaceID = advertiser.marketplaceID, IdentifierShape.accepts(marketplaceID) else {
      throw .invalidField(
        name: "\(field).marketplaceId",
        reason:
          "must be the id of a marketplace, such as \(InstanceSetup.defaultMarketplaceID), for \(advertiser.kind.rawValue)."
      )
    }
  }
}
