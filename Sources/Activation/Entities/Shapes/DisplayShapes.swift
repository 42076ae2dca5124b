/// The shapes of Sponsored Display, from the published OpenAPI file "SponsoredDisplay".
enum DisplayShapes {
  /// The possible numbers of parts of a target's expression; the largest one is our own.
  static let expressionCounts = 1...100

  private static let states = JSONSchema.choice(["enabled", "paused", "archived"])

  static func campaign(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      .needed(isNew, "name", SponsoredShapes.name), .needed(isNew, "state", states),
      .optional("budget", EntityShapes.budget), .optional("budgetType", .choice(["daily"])),
      .optional("costType", .choice(["cpc", "vcpm"])), .optional("portfolioId", .integer(1...Int64.max)),
      .needed(isNew, "startDate", .compactDate), .optional("endDate", .compactDate),
    ] + JSONSchema.fixed(isNew, .required("tactic", .choice(["T00020", "T00030"])))
  }

  static func adGroup(_ isNew: Bool) -> [JSONSchema.Field] {
    [
      .needed(isNew, "name", SponsoredShapes.name), .needed(isNew, "state", states),
      .needed(isNew, "defaultBid", EntityShapes.bid),
      .optional("bidOptimization", .choice(["reach", "clicks", "conversions"])),
    ]
      + JSONSchema.fixed(
        isNew, .required("campaignId", .integer(1...Int64.max)),
        .optional("creativeType", .choice(["IMAGE", "VIDEO"])))
  }

  static func target(_ isNew: Bool) -> [JSONSchema.Field] {
    [.needed(isNew, "state", states), .optional("bid", EntityShapes.bid)]
      + JSONSchema.fixed(
        isNew, .required("adGroupId", .integer(1...Int64.max)),
        .required("expressionType", .choice(["manual", "auto"])),
        .required("expression", .array(.anything, expressionCounts)))
  }

  /// A part of a target's expression that is an audience:
  /// `{"type": "audience", "value": [{"type": "audienceSameAs", "value": "ID"}]}`
  static let audience = JSONSchema.object([
    .required("type", .choice(["audience"])),
    .required(
      "value",
      .array(
        .object([.required("type", .choice(["audienceSameAs"])), .required("value", EntityShapes.audienceID)]), 1...1)),
  ])
}
