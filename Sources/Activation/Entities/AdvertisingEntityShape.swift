import Foundation
package import Metadata

/// The shapes of campaigns and ad groups that use no audience themselves, from the published OpenAPI files
/// "AdsAPIv1DSP", "SponsoredDisplay" and "SponsoredProducts".
enum AdvertisingEntityShape {
  /// - Parameter isNew: Whether all members that a new one needs are required, or only those to be changed.
  static func shape(of kind: AdvertisingEntityRecord.Kind, isNew: Bool) -> JSONSchema {
    let fields =
      switch kind {
      case .dspCampaign: dspCampaign(isNew)
      case .displayCampaign: displayCampaign(isNew)
      case .displayAdGroup: displayAdGroup(isNew)
      case .productsAdGroup: productsAdGroup(isNew)
      }
    let id = JSONSchema.Field.required(kind.idName, kind.hasNumericID ? .integer(1...Int64.max) : identifier)
    return .object(isNew ? fields : fields + [id])
  }

  private static let identifier = JSONSchema.text(1...CampaignShape.identifierLengthLimit)
  private static let budget = JSONSchema.number(CampaignShape.budgets)

  private static func field(_ isRequired: Bool, _ name: String, _ shape: JSONSchema) -> JSONSchema.Field {
    isRequired ? .required(name, shape) : .optional(name, shape)
  }

  /// A member that only a new one may give.
  private static func fixed(
    _ isNew: Bool, _ name: String, _ shape: JSONSchema, isRequired: Bool = true
  ) -> [JSONSchema.Field] {
    isNew ? [field(isRequired, name, shape)] : []
  }

  // MARK: Sponsored Display

  private static let displayStates = JSONSchema.choice(["enabled", "paused", "archived"])

  private static func displayCampaign(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      field(isNew, "name", .text(1...CampaignShape.nameLengthLimit)), field(isNew, "state", displayStates),
      .optional("budget", budget), .optional("budgetType", .choice(["daily"])),
      .optional("costType", .choice(["cpc", "vcpm"])), .optional("portfolioId", .integer(1...Int64.max)),
      field(isNew, "startDate", .compactDate), .optional("endDate", .compactDate),
    ] + fixed(isNew, "tactic", .choice(["T00020", "T00030"]))
  }

  private static func displayAdGroup(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      field(isNew, "name", .text(1...CampaignShape.nameLengthLimit)), field(isNew, "state", displayStates),
      field(isNew, "defaultBid", .number(DisplayTargetService.bids)),
      .optional("bidOptimization", .choice(["reach", "clicks", "conversions"])),
    ] + fixed(isNew, "campaignId", .integer(1...Int64.max))
      + fixed(isNew, "creativeType", .choice(["IMAGE", "VIDEO"]), isRequired: false)
  }

  // MARK: Sponsored Products

  /// The smallest bid, that of the marketplaces in dollars, and a largest one of our own.
  private static let productsBids: ClosedRange<Decimal> =
    Decimal(sign: .plus, exponent: -2, significand: 2)...Decimal(1_000_000)

  private static func productsAdGroup(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      field(isNew, "name", .text(1...LineItemShape.nameLengthLimit)),
      field(isNew, "state", .choice(["ENABLED", "PAUSED", "PROPOSED"])),
      field(isNew, "defaultBid", .number(productsBids)),
    ] + fixed(isNew, "campaignId", identifier)
  }

  // MARK: Amazon DSP

  /// The largest number of flights of a campaign.
  static let flightCountLimit = 150

  private static func dspCampaign(_ isNew: Bool) -> [JSONSchema.Field] {
    let country = JSONSchema.array(.text(2...2), 0...1)
    return [
      field(isNew, "name", .text(1...LineItemShape.nameLengthLimit)),
      // A campaign begins paused, as in the description of `DSPCreateState`.
      field(isNew, "state", .choice(isNew ? ["PAUSED"] : ["ENABLED", "PAUSED"])),
      field(isNew, "flights", .array(flight, 1...flightCountLimit)),
      field(isNew, "optimizations", optimizations(isNew)),
      .optional("budgets", .array(LineItemShape.budget, 0...2)),
      .optional("fees", .array(fee, 0...1)),
      .optional("frequencies", .array(LineItemShape.frequency(countLimit: 99_000), 0...3)),
      .optional("purchaseOrderNumber", identifier), .optional("skanAppId", identifier),
      .optional("tags", .array(LineItemShape.tag, 0...1)),
    ] + fixed(isNew, "adProduct", .choice([LineItemShape.adProduct]))
      + fixed(isNew, "countries", country, isRequired: false)
      + fixed(isNew, "marketplaces", country, isRequired: false)
  }

  private static var flight: JSONSchema {
    .object([
      .required(
        "budget",
        .object([
          .required("budgetType", .choice(["MONETARY"])),
          .required("budgetValue", LineItemShape.monetaryBudgetValue),
        ])),
      .required("startDateTime", .time), .required("endDateTime", .time),
      .optional("flightId", identifier), .optional("name", .text(1...LineItemShape.nameLengthLimit)),
    ])
  }

  private static var fee: JSONSchema {
    .object([
      .required("feeType", .choice(["AGENCY"])), .required("feeValue", .number(0...100)),
      .required("feeValueType", .choice(["PERCENTAGE_OF_BUDGET"])),
    ])
  }

  private static func optimizations(_ isNew: Bool) -> JSONSchema {
    .object([
      field(isNew, "bidSettings", .object([field(isNew, "bidStrategy", LineItemShape.bidStrategy)])),
      .optional(
        "budgetSettings",
        .object([
          .optional("budgetAllocation", .choice(["AUTO", "MANUAL"])),
          .optional(
            "flightBudgetRolloverStrategy",
            .choice(["CUMULATIVE_BUDGET_ROLLOVER", "NO_ROLLOVER", "PRIOR_BUDGET_ROLLOVER"])),
        ])),
      .optional(
        "goalSettings",
        .object([
          field(isNew, "kpi", .choice(CampaignGoal.indicators)), .optional("kpiValue", .number(LineItemShape.money)),
        ])),
      .optional(
        "primaryInventoryTypes", .array(.choice(["AUDIO", "DISPLAY", "VIDEO_OLV", "VIDEO_STV"]), 0...10)),
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

extension AdvertisingEntityRecord.Kind {
  /// The name of the member with its id.
  package var idName: String {
    switch self {
    case .dspCampaign, .displayCampaign: "campaignId"
    case .displayAdGroup, .productsAdGroup: "adGroupId"
    }
  }

  /// Whether ids are numbers in requests and responses.
  package var hasNumericID: Bool {
    switch self {
    case .displayCampaign, .displayAdGroup: true
    case .dspCampaign, .productsAdGroup: false
    }
  }

  /// Whether it belongs to a campaign, which `campaignId` names.
  var hasParent: Bool {
    switch self {
    case .displayAdGroup, .productsAdGroup: true
    case .dspCampaign, .displayCampaign: false
    }
  }

  /// Whether two of one parent can't have the same name.
  var hasUniqueNames: Bool {
    switch self {
    case .displayCampaign, .displayAdGroup, .productsAdGroup: true
    case .dspCampaign: false
    }
  }

  /// The number of digits of ids.
  var idDigits: Int {
    switch self {
    case .dspCampaign: LineItemService.idDigits
    case .displayCampaign, .displayAdGroup, .productsAdGroup: CampaignService.idDigits
    }
  }

  /// The word of the API for a state.
  package func text(of state: AdvertisingEntityRecord.State) -> String {
    hasNumericID ? state.rawValue.lowercased() : state.rawValue
  }
}
