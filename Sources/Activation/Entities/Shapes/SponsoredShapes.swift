import Foundation

/// The shapes of Sponsored Products and Sponsored Brands, from the published OpenAPI files "SponsoredProducts" and
/// "SponsoredBrandsV4".
enum SponsoredShapes {
  /// Both programs allow bids up to ten times as high.
  static let highestPercentage: Int64 = 900
  /// The largest number of characters of a campaign's name.
  static let nameLengthLimit = 128
  /// The largest number of a campaign's tags.
  static let tagCountLimit = 50

  static let name = JSONSchema.text(1...nameLengthLimit)
  private static let identifier = EntityShapes.identifier
  private static let tags = JSONSchema.map(.text(0...256), limit: tagCountLimit)

  /// Adjustments of bids for shoppers in an audience.
  private static func cohorts(_ type: JSONSchema.Field, percentage: JSONSchema) -> JSONSchema {
    let segment = JSONSchema.object([
      .required("audienceId", EntityShapes.audienceID),
      .optional("audienceSegmentType", .choice(["BEHAVIOR_DYNAMIC", "SPONSORED_ADS_AMC"])),
    ])
    return .array(
      .object([
        type, .optional("percentage", percentage), .optional("audienceSegments", .array(segment, 1...1)),
      ]), 0...1)
  }

  private static let cohortType = JSONSchema.choice(["AUDIENCE_SEGMENT"])

  private static func placements(_ names: [String], percentage: JSONSchema, limit: Int) -> JSONSchema {
    .array(.object([.optional("percentage", percentage), .optional("placement", .choice(names))]), 0...limit)
  }

  static func productsCampaign(_ isNew: Bool) -> [JSONSchema.Field] {
    let percentage = JSONSchema.integer(0...highestPercentage)
    let sites = ["PLACEMENT_PRODUCT_PAGE", "PLACEMENT_REST_OF_SEARCH", "PLACEMENT_TOP", "SITE_AMAZON_BUSINESS"]
    let bidding: [JSONSchema.Field] = [
      .needed(isNew, "strategy", .choice(["AUTO_FOR_SALES", "LEGACY_FOR_SALES", "MANUAL", "RULE_BASED"])),
      .optional("placementBidding", placements(sites, percentage: percentage, limit: sites.count)),
      .optional(
        "shopperCohortBidding", cohorts(.required("shopperCohortType", cohortType), percentage: percentage)),
    ]
    return [
      .needed(isNew, "name", name), .needed(isNew, "state", .choice(["ENABLED", "PAUSED", "PROPOSED"])),
      .needed(isNew, "targetingType", .choice(["AUTO", "MANUAL"])),
      .needed(
        isNew, "budget",
        .object([.required("budget", EntityShapes.budget), .required("budgetType", .choice(["DAILY"]))])),
      .optional("dynamicBidding", .object(bidding)), .optional("startDate", .date), .optional("endDate", .date),
      .optional(
        "offAmazonSettings",
        .object([.optional("offAmazonBudgetControlStrategy", .choice(["MAXIMIZE_REACH", "MINIMIZE_SPEND"]))])),
      .optional("portfolioId", identifier),
      .optional("siteRestrictions", .array(.choice(["AMAZON_BUSINESS", "AMAZON_HAUL"]), 1...1)),
      .optional("tags", tags),
    ]
  }

  static func productsAdGroup(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      .needed(isNew, "name", DSPShapes.name),
      .needed(isNew, "state", .choice(["ENABLED", "PAUSED", "PROPOSED"])),
      .needed(isNew, "defaultBid", EntityShapes.bid),
    ] + JSONSchema.fixed(isNew, .required("campaignId", identifier))
  }

  static func brandsCampaign(_ isNew: Bool) -> [JSONSchema.Field] {
    let highest = Decimal(highestPercentage)
    let sites = ["HOME", "DETAIL_PAGE", "OTHER", "TOP_OF_SEARCH"]
    let bidding: [JSONSchema.Field] = [
      .optional("bidOptimization", .boolean),
      .optional("bidAdjustmentsByPlacement", placements(sites, percentage: .number(-99...highest), limit: 3)),
      .optional(
        "shopperCohortBidAdjustments",
        cohorts(.optional("shopperCohortType", cohortType), percentage: .number(0...highest))),
    ]
    return [
      .needed(isNew, "name", name), .needed(isNew, "state", .choice(["ENABLED", "PAUSED"])),
      .needed(isNew, "budget", EntityShapes.budget), .needed(isNew, "budgetType", .choice(["DAILY", "LIFETIME"])),
      .optional("bidding", .object(bidding)), .optional("startDate", .date), .optional("endDate", .date),
      .optional("brandEntityId", identifier), .optional("portfolioId", identifier),
      .optional("costType", identifier), .optional("goal", identifier),
      .optional("productLocation", .choice(["SOLD_ON_AMAZON", "NOT_SOLD_ON_AMAZON", "SOLD_ON_DTC"])),
      .optional("siteRestrictions", .array(.choice(["AMAZON_BUSINESS"]), 1...1)),
      .optional("smartDefault", .array(identifier, 1...100)), .optional("tags", tags),
    ]
  }
}
