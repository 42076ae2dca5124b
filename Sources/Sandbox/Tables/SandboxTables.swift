import Catalog

/// The recipes of all tables that a sandbox has.
struct SandboxTables: Sendable {
  /// Tables with a file for every day, made from the day's facts.
  let daily: [TableRecipe]
  /// Tables with a file for every Saturday.
  let weekly: [TableRecipe]
  /// The attributed events by the day of the ad. They are complete only after the last day.
  let byTrafficTime: TableRecipe
  /// Memberships of segments as they were on the first Thursdays of months.
  let snapshots: [TableRecipe]
  /// Tables without a time.
  let timeless: [TableRecipe]

  /// All recipes, in the order in which their tables are published.
  var all: [TableRecipe] { daily + weekly + [byTrafficTime] + snapshots + timeless }

  /// Makes the recipes and checks them against the catalogue.
  init(_ sources: [DataSource], settings: SandboxSettings) throws(SandboxRecipeError) {
    let catalogue = SandboxCatalogue(sources)
    let days = settings.eventDays
    let schedule = CampaignItems.scheduleColumns(
      firstDay: (days.first ?? settings.lastDay).text, lastDay: settings.lastDay.text)
    let attributed = AttributedTables(catalogue: catalogue, schedule: schedule)
    daily =
      try Self.traffic(catalogue, schedule) + Self.paid(catalogue, settings)
      + [try attributed.recipe("amazon_attributed_events_by_conversion_time", from: "attributed")]
    weekly = [try PurchaseTables(catalogue: catalogue).householdPurchases()]
    byTrafficTime = try attributed.recipe("amazon_attributed_events_by_traffic_time", from: "attributed_before")
    snapshots = try SegmentTables(catalogue: catalogue).snapshots()
    timeless = try Self.timeless(catalogue, settings)
  }

  /// The tables of ads and conversions.
  private static func traffic(
    _ catalogue: SandboxCatalogue, _ schedule: TableRecipe.Columns
  ) throws(SandboxRecipeError) -> [TableRecipe] {
    let display = DisplayTables(catalogue: catalogue, schedule: schedule)
    let conversions = ConversionTables(catalogue: catalogue, schedule: schedule)
    let server = AdServerTables(catalogue: catalogue, schedule: schedule)
    return [
      try display.impressions(), try display.clicks(), try display.views(),
      try display.impressionsBySegment(matchedOnly: true), try display.impressionsBySegment(matchedOnly: false),
      try display.videoEvents(), try SponsoredTables(catalogue: catalogue, schedule: schedule).traffic(),
      try conversions.conversions(), try conversions.conversionsWithRelevance(), try server.traffic(),
      try server.trafficBySegment(), try server.conversions(withBrand: false), try server.conversions(withBrand: true),
    ]
  }

  /// The tables of paid features.
  private static func paid(
    _ catalogue: SandboxCatalogue, _ settings: SandboxSettings
  ) throws(SandboxRecipeError) -> [TableRecipe] {
    let stores = BrandStoreTables(catalogue: catalogue)
    let purchases = PurchaseTables(catalogue: catalogue)
    return [
      try purchases.conversionsAll(), try purchases.retailPurchases(), try purchases.vehiclePurchases(),
      try purchases.storeVisits(),
      try stores.pageViews(isEndemic: true), try stores.pageViews(isEndemic: false),
      try stores.engagementEvents(isEndemic: true), try stores.engagementEvents(isEndemic: false),
      try SubscriberTables(catalogue: catalogue, settings: settings).streams(),
    ]
  }

  private static func timeless(
    _ catalogue: SandboxCatalogue, _ settings: SandboxSettings
  ) throws(SandboxRecipeError) -> [TableRecipe] {
    let preferences = try TableRecipe(
      InternalTables.userPreferences, from: "(\(UserFacts.preferences)) e",
      own: ["user_id": "e.user_id", "opted_out": "e.opted_out", "excluded": "e.excluded"])
    let sensitive = try TableRecipe(
      InternalTables.sensitiveASINs, from: "(SELECT * FROM products WHERE is_sensitive ORDER BY n) e",
      own: ["asin": "e.asin"])
    let segments = SegmentTables(catalogue: catalogue)
    let subscribers = SubscriberTables(catalogue: catalogue, settings: settings)
    return try [preferences, sensitive, segments.metadata(), subscribers.enrollments(), subscribers.garage()]
      + segments.latest()
  }
}
