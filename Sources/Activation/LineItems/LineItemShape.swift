import Foundation

/// The shapes of line items and their targets, from the published OpenAPI file "AdsAPIv1DSP". Line items are its ad
/// groups.
enum LineItemShape {
  /// The largest number of characters of a name.
  static let nameLengthLimit = 255
  /// The largest number of characters of an identifier that is not ours.
  static let identifierLengthLimit = 64
  /// The possible bids and budgets, in the marketplace's currency.
  static let money: ClosedRange<Decimal> = 0...Decimal(1_000_000_000)

  static let adProduct = "AMAZON_DSP"

  private static let identifier = JSONSchema.text(1...identifierLengthLimit)

  private static let inventoryTypes = [
    "AAP_MOBILE_APP", "AMAZON_MOBILE_DISPLAY", "AUDIO", "AUDIO_AMAZON_DEAL", "DISPLAY", "LIVE_EVENTS", "ONLINE_VIDEO",
    "PODCAST", "STANDARD_DISPLAY", "STREAMING_TV", "STREAMING_TV_AMAZON_DEAL", "VIDEO",
  ]
  private static let viewabilityTiers =
    ["ALL_TIERS", "LESS_THAN_40_PERCENT"] + [40, 50, 60, 70].map { "GREATER_THAN_\($0)_PERCENT" }
  private static let completionTiers =
    ["ALL_TIERS"] + stride(from: 10, through: 90, by: 10).map { "GREATER_THAN_\($0)_PERCENT" }

  private static func field(_ isRequired: Bool, _ name: String, _ shape: JSONSchema) -> JSONSchema.Field {
    isRequired ? .required(name, shape) : .optional(name, shape)
  }

  /// - Parameter isNew: Whether all members that a line item needs are required, or only those to be changed.
  static func lineItem(isNew: Bool) -> JSONSchema {
    let fields = [
      field(isNew, "adProduct", .choice([adProduct])),
      field(isNew, "name", .text(1...nameLengthLimit)),
      field(isNew, "campaignId", identifier),
      // A line item begins paused, as in the description of `DSPCreateState`.
      field(isNew, "state", .choice(isNew ? ["PAUSED"] : ["ENABLED", "PAUSED"])),
      field(isNew, "startDateTime", .time), field(isNew, "endDateTime", .time),
      field(isNew, "inventoryType", .choice(inventoryTypes)),
      field(isNew, "advertisedProductCategoryIds", .array(identifier, 1...500)),
      field(
        isNew, "bid",
        .object([.required("baseBid", .number(money)), .optional("maxAverageBid", .number(money))])),
      field(isNew, "creativeRotationType", .choice(["RANDOM", "WEIGHTED"])),
      field(isNew, "optimization", optimization),
      field(
        isNew, "pacing",
        .object([.required("deliveryProfile", .choice(["ASAP", "EVEN", "PACE_AHEAD"]))])),
      field(isNew, "targetingSettings", targetingSettings(isNew)),
      .optional("budgets", .array(budget, 0...3)),
      .optional("frequencies", .array(frequency(countLimit: 500), 0...3)),
      .optional("purchaseOrderNumber", identifier),
      .optional("tags", .array(tag, 0...1)),
    ]
    return .object(isNew ? fields : fields + [.required("adGroupId", identifier)])
  }

  static let bidStrategy = JSONSchema.choice([
    "PRIORITIZE_KPI_TARGET", "SPEND_BUDGET_IN_FULL", "USE_CAMPAIGN_STRATEGY",
  ])

  private static var optimization: JSONSchema {
    .object([
      .required("bidStrategy", bidStrategy),
      .optional(
        "budgetSettings",
        .object([
          .optional("budgetAllocation", .choice(["AUTO", "MANUAL"])),
          .optional("dailyMinSpendValue", .number(money)),
        ])),
    ])
  }

  private static func targetingSettings(_ isNew: Bool) -> JSONSchema {
    .object([
      field(
        isNew, "amazonViewability",
        .object([
          .required("includeUnmeasurableImpressions", .boolean),
          .required("viewabilityTier", .choice(viewabilityTiers)),
        ])),
      field(isNew, "timeZoneType", .choice(["ADVERTISER_REGION", "VIEWER"])),
      field(isNew, "userLocationSignal", .choice(["CURRENT", "MULTIPLE_SIGNALS"])),
      .optional("defaultAudienceTargetingMatchType", .choice(["EXACT", "SIMILAR"])),
      .optional("enableLanguageTargeting", .boolean),
      .optional("tacticsConvertersExclusionType", .choice(["NO_EXCLUSION", "RECENT_CONVERTERS"])),
      .optional("targetedPGDealId", identifier),
      .optional("videoCompletionTier", .choice(completionTiers)),
    ])
  }

  static var budget: JSONSchema {
    .object([
      .required("budgetType", .choice(["MONETARY"])),
      .required("recurrenceTimePeriod", .choice(["DAILY", "LIFETIME", "MONTHLY"])),
      .required("budgetValue", monetaryBudgetValue),
    ])
  }

  static var monetaryBudgetValue: JSONSchema {
    .object([
      .required(
        "monetaryBudgetValue",
        .object([.optional("monetaryBudget", .object([.required("value", .number(money))]))]))
    ])
  }

  /// - Parameter countLimit: The largest number of events.
  static func frequency(countLimit: Int64) -> JSONSchema {
    .object([
      .required("eventMaxCount", .integer(1...countLimit)),
      .required("frequencyTargetingSetting", .choice(["HOUSEHOLD", "USER"])),
      .required("timeCount", .integer(1...60)),
      .required("timeUnit", .choice(["DAYS", "HOURS", "MINUTES"])),
    ])
  }

  static var tag: JSONSchema {
    .object([
      .required("key", .text(1...nameLengthLimit)), .required("value", .text(0...nameLengthLimit)),
    ])
  }

  static let audienceTargetType = "AUDIENCE"

  /// A target of any kind.
  static var target: JSONSchema {
    .object([
      .required("adProduct", .choice([adProduct])),
      .required("adGroupId", identifier),
      .required("negative", .boolean),
      .required("state", .choice(["ENABLED", "PAUSED"])),
      .required("targetType", identifier),
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
          .required(
            "audienceId",
            .object([.required("defaultValue", .text(1...CampaignShape.audienceIDLengthLimit))])),
          .optional("groupId", identifier),
          .optional("acrossGroupOperator", operators),
          .optional("inGroupOperator", operators),
        ]))
    ])
  }
}
