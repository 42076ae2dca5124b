import CleanRoom
import Metadata

/// What differs between the campaigns of Sponsored Products and Sponsored Brands, as their published OpenAPI files have it.
struct CampaignProgram: Sendable {
  let program: CampaignRecord.Program
  let mediaType: String
  /// The media type of errors.
  let errorMediaType: String
  /// How many campaigns a request may hold.
  let requestCounts: ClosedRange<Int>
  /// How many a page has at most, and if nothing is said.
  let pageCountLimit: Int
  /// How many ids a filter may name.
  let idFilterLimit: Int
  let portfolioFilterLimit: Int
  /// What states a filter may name.
  let states: [String]
  /// What the number of all matches is called.
  let totalName: String
  /// Whether lists of outcomes are left out where they are empty.
  let leavesOutEmptyLists: Bool

  static let products = CampaignProgram(
    program: .sponsoredProducts, mediaType: "application/vnd.spCampaign.v3+json",
    errorMediaType: "application/json", requestCounts: 0...1000, pageCountLimit: 1000, idFilterLimit: 1000,
    portfolioFilterLimit: 100,
    states: ["ARCHIVED", "ENABLED", "ENABLING", "OTHER", "PAUSED", "PROPOSED", "USER_DELETED"],
    totalName: "totalResults", leavesOutEmptyLists: false)

  static let brands = CampaignProgram(
    program: .sponsoredBrands, mediaType: "application/vnd.sbcampaignresource.v4+json",
    errorMediaType: "application/vnd.sbcampaignresource.v4+json", requestCounts: 1...10, pageCountLimit: 100,
    idFilterLimit: 10, portfolioFilterLimit: 10, states: ["ENABLED", "PAUSED", "ARCHIVED"],
    totalName: "totalCount", leavesOutEmptyLists: true)
}
