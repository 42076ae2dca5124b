import Foundation
import Metadata

/// The shapes of campaigns, from the published OpenAPI files "SponsoredProducts" and "SponsoredBrandsV4".
enum CampaignShape {
  /// Both programs allow bids up to ten times as high.
  static let highestPercentage: Int64 = 900
  /// The largest number of characters of a campaign's name.
  static let nameLengthLimit = 128
  /// The largest number of a campaign's tags.
  static let tagCountLimit = 50
  /// The largest number of characters of an identifier that is not ours.
  static let identifierLengthLimit = 64
  /// The largest number of characters of an audience's id.
  static let audienceIDLengthLimit = 20
  /// The possible daily budgets of a campaign, in the marketplace's currency; more than zero.
  static let budgets: ClosedRange<Decimal> = Decimal(sign: .plus, exponent: -2, significand: 1)...Decimal(1_000_000_000)

  private static let identifier = JSONSchema.text(1...identifierLengthLimit)
  private static let tags = JSONSchema.map(.text(0...256), limit: tagCountLimit)
  private static let segmentTypes = JSONSchema.choice(["BEHAVIOR_DYNAMIC", "SPONSORED_ADS_AMC"])

  /// - Parameter isNew: Whether all members that a campaign needs are required, or only those to be changed.
  static func shape(of program: CampaignRecord.Program, isNew: Bool) -> JSONSchema {
    let fields =
      switch program {
      case .sponsoredProducts: productsFields(isNew)
      case .sponsoredBrands: brandsFields(isNew)
      }
    return .object(isNew ? fields : fields + [.required("campaignId", identifier)])
  }

  private static func field(_ isRequired: Bool, _ name: String, _ shape: JSONSchema) -> JSONSchema.Field {
    isRequired ? .required(name, shape) : .optional(name, shape)
  }

  private static func productsFields(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      field(isNew, "name", .text(1...nameLengthLimit)),
      field(isNew, "state", .choice(["ENABLED", "PAUSED", "PROPOSED"])),
      field(isNew, "targetingType", .choice(["AUTO", "MANUAL"])),
      field(
        isNew, "budget",
        .object([
          .required("budget", .number(budgets)), .required("budgetType", .choice(["DAILY"])),
        ])),
      .optional("dynamicBidding", .object(productsBidding(isNew))),
      .optional("startDate", .date), .optional("endDate", .date),
      .optional(
        "offAmazonSettings",
        .object([
          .optional("offAmazonBudgetControlStrategy", .choice(["MAXIMIZE_REACH", "MINIMIZE_SPEND"]))
        ])),
      .optional("portfolioId", identifier),
      .optional("siteRestrictions", .array(.choice(["AMAZON_BUSINESS", "AMAZON_HAUL"]), 1...1)),
      .optional("tags", tags),
    ]
  }

  private static func productsBidding(_ isNew: Bool) -> [JSONSchema.Field] {
    let placements = ["PLACEMENT_PRODUCT_PAGE", "PLACEMENT_REST_OF_SEARCH", "PLACEMENT_TOP", "SITE_AMAZON_BUSINESS"]
    return [
      field(isNew, "strategy", .choice(["AUTO_FOR_SALES", "LEGACY_FOR_SALES", "MANUAL", "RULE_BASED"])),
      .optional(
        "placementBidding",
        .array(
          .object([
            .optional("percentage", .integer(0...highestPercentage)),
            .optional("placement", .choice(placements)),
          ]), 0...placements.count)),
      .optional(
        "shopperCohortBidding",
        .array(
          .object([
            .required("shopperCohortType", .choice(["AUDIENCE_SEGMENT"])),
            .optional("percentage", .integer(0...highestPercentage)),
            .optional(
              "audienceSegments",
              .array(
                .object([
                  .required("audienceId", .text(1...audienceIDLengthLimit)),
                  .optional("audienceSegmentType", segmentTypes),
                ]), 1...1)),
          ]), 0...1)),
    ]
  }

  private static func brandsFields(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      field(isNew, "name", .text(1...nameLengthLimit)),
      field(isNew, "state", .choice(["ENABLED", "PAUSED"])),
      field(isNew, "budget", .number(budgets)),
      field(isNew, "budgetType", .choice(["DAILY", "LIFETIME"])),
      .optional("bidding", .object(brandsBidding)),
      .optional("startDate", .date), .optional("endDate", .date),
      .optional("brandEntityId", identifier), .optional("portfolioId", identifier),
      .optional("costType", identifier), .optional("goal", identifier),
      .optional(
        "productLocation", .choice(["SOLD_ON_AMAZON", "NOT_SOLD_ON_AMAZON", "SOLD_ON_DTC"])),
      .optional("siteRestrictions", .array(.choice(["AMAZON_BUSINESS"]), 1...1)),
      .optional("smartDefault", .array(identifier, 1...100)),
      .optional("tags", tags),
    ]
  }

  private static var brandsBidding: [JSONSchema.Field] {
    [
      .optional("bidOptimization", .boolean),
      .optional(
        "bidAdjustmentsByPlacement",
        .array(
          .object([
            .optional("percentage", .number(-99...Decimal(highestPercentage))),
            .optional("placement", .choice(["HOME", "DETAIL_PAGE", "OTHER", "TOP_OF_SEARCH"])),
          ]), 0...3)),
      .optional(
        "shopperCohortBidAdjustments",
        .array(
          .object([
            .optional("shopperCohortType", .choice(["AUDIENCE_SEGMENT"])),
            .optional("percentage", .number(0...Decimal(highestPercentage))),
            .optional(
              "audienceSegments",
              .array(
                .object([
                  .required("audienceId", .text(1...audienceIDLengthLimit)),
                  .optional("audienceSegmentType", segmentTypes),
                ]), 1...1)),
          ]), 0...1)),
    ]
  }
}
