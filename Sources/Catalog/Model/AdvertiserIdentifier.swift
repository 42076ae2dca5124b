/// An advertiser whose signals a request is limited to.
///
/// Source: `AmcAdvertiserIdentifier` of the published reporting API.
public struct AdvertiserIdentifier: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case display = "DISPLAY"
    /// Sizmek Ad Suite, the ad server.
    case adServer = "SAS"
    case sponsoredAds = "SPONSORED_ADS"
  }

  public var kind: Kind
  /// The id of a DSP advertiser, the entity of a sponsored ads account, or the advertiser of an ad server account.
  public var id: String
  /// The marketplace of a sponsored ads or an ad server account; nil for a DSP advertiser.
  public var marketplaceID: String?

  public init(kind: Kind, id: String, marketplaceID: String?) {
    self.kind = kind
    self.id = id
    self.marketplaceID = marketplaceID
  }
}
