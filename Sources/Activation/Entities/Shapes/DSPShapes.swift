import Foundation

/// The shapes of Amazon DSP, from the published OpenAPI file "AdsAPIv1DSP". Line items are its ad groups.
enum DSPShapes {
  /// The largest number of characters of a name.
  static let nameLengthLimit = 255
  /// The largest number of flights of a campaign.
  static let flightCountLimit = 150

  static let name = JSONSchema.text(1...nameLengthLimit)
  private static let identifier = EntityShapes.identifier
  private static let product = JSONSchema.choice(["AMAZON_DSP"])
  /// The possible bids and budgets, in the marketplace's currency.
  private static let money = JSONSchema.number(0...EntityShapes.largestAmount)

  // MARK: Campaigns

  static func campaign(_ isNew: Bool) -> [JSONSchema.Field] {
    let country = JSONSchema.array(.text(2...2), 0...1)
    return [
      .needed(isNew, "name", name), .needed(isNew, "state", states(isNew)),
      .needed(isNew, "flights", .array(flight, 1...flightCountLimit)),
      .needed(isNew, "optimizations", optimizations(isNew)),
      .optional("budgets", .array(budget, 0...2)),
      .optional("fees", .array(fee, 0...1)),
      .optional("frequencies", .array(frequency(countLimit: 99_000), 0...3)),
      .optional("purchaseOrderNumber", identifier), .optional("skanAppId", identifier),
      .optional("tags", .array(tag, 0...1)),
    ]
      + JSONSchema.fixed(
        isNew, .required("adProduct", product), .optional("countries", country), .optional("marketplaces", country))
  }

  /// Campaigns and line items begin paused, as in the description of `DSPCreateState`.
  private static func states(_ isNew: Bool) -> JSONSchema { .choice(isNew ? ["PAUSED"] : ["ENABLED", "PAUSED"]) }

  private static var flight: JSONSchema {
    .object([
      .required(
        "budget",
        .object([
          .required("budgetType", .choice(["MONETARY"])), .required("budgetValue", monetaryBudgetValue),
        ])),
      .required("startDateTime", .time), .required("endDateTime", .time),
      .optional("flightId", identifier), .optional("name", name),
    ])
  }

  private static var fee: JSONSchema {
    .object([
      .required("feeType", .choice(["AGENCY"])), .required("feeValue", .number(0...100)),
      .required("feeValueType", .choice(["PERCENTAGE_OF_BUDGET"])),
    ])
  }

  private static func optimizations(_ isNew: Bool) -> JSONSchema {
    let rollovers = ["CUMULATIVE_BUDGET_ROLLOVER", "NO_ROLLOVER", "PRIOR_BUDGET_ROLLOVER"]
    return .object([
      .needed(isNew, "bidSettings", .object([.needed(isNew, "bidStrategy", bidStrategy)])),
      .optional(
        "budgetSettings",
        .object([
          .optional("budgetAllocation", .choice(["AUTO", "MANUAL"])),
          .optional("flightBudgetRolloverStrategy", .choice(rollovers)),
        ])),
      .optional(
        "goalSettings",
        .object([.needed(isNew, "kpi", .choice(CampaignGoal.indicators)), .optional("kpiValue", money)])),
      .optional(
        "primaryInventoryTypes", .array(.choice(["AUDIO", "DISPLAY", "VIDEO_OLV", "VIDEO_STV"]), 0...10)),
    ])
  }

  // MARK: Line items

  private static let inventoryTypes = [
    "AAP_MOBILE_APP", "AMAZON_MOBILE_DISPLAY", "AUDIO", "AUDIO_AMAZON_DEAL", "DISPLAY", "LIVE_EVENTS", "ONLINE_VIDEO",
    "PODCAST", "STANDARD_DISPLAY", "STREAMING_TV", "STREAMING_TV_AMAZON_DEAL", "VIDEO",
  ]
  private static let viewabilityTiers =
    ["ALL_TIERS", "LESS_THAN_40_PERCENT"] + [40, 50, 60, 70].map { "GREATER_THAN_\($0)_PERCENT" }
  private static let completionTiers =
    ["ALL_TIERS"] + stride(from: 10, through: 90, by: 10).map { "GREATER_THAN_\($0)_PERCENT" }

  static func lineItem(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      .needed(isNew, "adProduct", product), .needed(isNew, "name", name), .needed(isNew, "campaignId", identifier),
      .needed(isNew, "state", states(isNew)),
      .needed(isNew, "startDateTime", .time), .needed(isNew, "endDateTime", .time),
      .needed(isNew, "inventoryType", .choice(inventoryTypes)),
      .needed(isNew, "advertisedProductCategoryIds", .array(identifier, 1...500)),
      .needed(isNew, "bid", .object([.required("baseBid", money), .optional("maxAverageBid", money)])),
      .needed(isNew, "creativeRotationType", .choice(["RANDOM", "WEIGHTED"])),
      .needed(isNew, "optimization", optimization),
      .needed(
        isNew, "pacing", .object([.required("deliveryProfile", .choice(["ASAP", "EVEN", "PACE_AHEAD"]))])),
      .needed(isNew, "targetingSettings", targetingSettings(isNew)),
      .optional("budgets", .array(budget, 0...3)),
      .optional("frequencies", .array(frequency(countLimit: 500), 0...3)),
      .optional("purchaseOrderNumber", identifier), .optional("tags", .array(tag, 0...1)),
    ]
  }

  private static let bidStrategy = JSONSchema.choice([
    "PRIORITIZE_KPI_TARGET", "SPEND_BUDGET_IN_FULL", "USE_CAMPAIGN_STRATEGY",
  ])

  private static var optimization: JSONSchema {
    .object([
      .required("bidStrategy", bidStrategy),
      .optional(
        "budgetSettings",
        .object([
          .optional("budgetAllocation", .choice(["AUTO", "MANUAL"])), .optional("dailyMinSpendValue", money),
        ])),
    ])
  }

  private static func targetingSettings(_ isNew: Bool) -> JSONSchema {
    .object([
      .needed(
        isNew, "amazonViewability",
        .object([
          .required("includeUnmeasurableImpressions", .boolean),
          .required("viewabilityTier", .choice(viewabilityTiers)),
        ])),
      .needed(isNew, "timeZoneType", .choice(["ADVERTISER_REGION", "VIEWER"])),
      .needed(isNew, "userLocationSignal", .choice(["CURRENT", "MULTIPLE_SIGNALS"])),
      .optional("defaultAudienceTargetingMatchType", .choice(["EXACT", "SIMILAR"])),
      .optional("enableLanguageTargeting", .boolean),
      .optional("tacticsConvertersExclusionType", .choice(["NO_EXCLUSION", "RECENT_CONVERTERS"])),
      .optional("targetedPGDealId", identifier), .optional("videoCompletionTier", .choice(completionTiers)),
    ])
  }

  // MARK: Parts of both

  private static var budget: JSONSchema {
    .object([
      .required("budgetType", .choice(["MONETARY"])),
      .required("recurrenceTimePeriod", .choice(["DAILY", "LIFETIME", "MONTHLY"])),
      .required("budgetValue", monetaryBudgetValue),
    ])
  }

  private static var monetaryBudgetValue: JSONSchema {
    .object([
      .required(
        "monetaryBudgetValue", .object([.optional("monetaryBudget", .object([.required("value", money)]))]))
    ])
  }

  /// - Parameter countLimit: The largest number of events.
  private static func frequency(countLimit: Int64) -> JSONSchema {
    .object([
      .required("eventMaxCount", .integer(1...countLimit)),
      .required("frequencyTargetingSetting", .choice(["HOUSEHOLD", "USER"])),
      .required("timeCount", .integer(1...60)),
      .required("timeUnit", .choice(["DAYS", "HOURS", "MINUTES"])),
    ])
  }

  private static var tag: JSONSchema {
    .object([.required("key", name), .required("value", .text(0...nameLengthLimit))])
  }

  // MARK: Targets of line items

  static let audienceTargetType = "AUDIENCE"

  /// A target of any kind.
  static var target: JSONSchema {
    .object([
      .required("adProduct", product), .required("adGroupId", identifier), .required("negative", .boolean),
      .required("state", .choice(["ENABLED", "PAUSED"])), .required("targetType", identifier),
      .required("targetDetails", .anything),
    ])
  }

  /// The details of a target that is an audience.
  static var audienceDetails: JSONSchema {
    let operators = JSONSchema.choice(["ALL", "ANY"])
    return .object([
      .required(
        "audienceTarget",
        .object([
          .required("audienceId", .object([.required("defaultValue", EntityShapes.audienceID)])),
          .optional("groupId", identifier),
          .optional("acrossGroupOperator", operators), .optional("inGroupOperator", operators),
        ]))
    ])
  }
}

/// The goal of a DSP campaign, which follows from its key performance indicator.
package enum CampaignGoal: String, Sendable, CaseIterable {
  case awareness = "AWARENESS"
  case consideration = "CONSIDERATION"
  case conversions = "CONVERSIONS"

  /// The indicators that campaigns with the goal are measured by.
  private var indicators: [String] {
    switch self {
    case .awareness: ["FREQUENCY_AVERAGE", "REACH", "COST_PER_VIDEO_COMPLETION", "VIDEO_COMPLETION_RATE"]
    case .consideration:
      ["CLICK_THROUGH_RATE", "COST_PER_CLICK", "COST_PER_DETAIL_PAGE_VIEW", "DETAIL_PAGE_VIEW_RATE"]
    case .conversions:
      [
        "COMBINED_RETURN_ON_AD_SPEND", "COST_PER_ACTION", "COST_PER_CONVERSION_OFF_AMAZON", "COST_PER_FIRST_APP_OPEN",
        "COST_PER_INSTALL", "COST_PER_SIGN_UP", "RETURN_ON_AD_SPEND", "ROAS", "ROAS_COMBINED", "ROAS_PROMOTED",
        "TOTAL_RETURN_ON_AD_SPEND",
      ]
    }
  }

  /// All indicators of the published file.
  static var indicators: [String] { allCases.flatMap(\.indicators) }

  /// The goal of campaigns with the indicator; nil for an unknown one.
  package init?(indicator: String) {
    guard let goal = Self.allCases.first(where: { $0.indicators.contains(indicator) }) else { return nil }
    self = goal
  }
}
