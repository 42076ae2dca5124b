import Catalog

/// The recipes of all tables that a sandbox has.
struct SandboxTables: Sendable {
  /// Tables of which every day has a file, made from the day's facts.
  let daily: [TableRecipe]
  /// The attributed events by the day of the ad, which are complete only after the last day.
  let byTrafficTime: TableRecipe
  /// Tables without a time.
  let timeless: [TableRecipe]

  /// Makes the recipes and checks them against the catalogue.
  init(_ sources: [DataSource], settings: SandboxSettings) throws(SandboxRecipeError) {
    let catalogue = SandboxCatalogue(sources)
    let days = settings.eventDays
    let schedule = CampaignItems.scheduleColumns(
      firstDay: (days.first ?? settings.lastDay).text, lastDay: settings.lastDay.text)
    let display = DisplayTables(catalogue: catalogue, schedule: schedule)
    let conversions = ConversionTables(catalogue: catalogue, schedule: schedule)
    let attributed = AttributedTables(catalogue: catalogue, schedule: schedule)
    daily = [
      try display.impressions(), try display.clicks(), try display.views(),
      try display.impressionsBySegment(matchedOnly: true), try display.impressionsBySegment(matchedOnly: false),
      try SponsoredTables(catalogue: catalogue, schedule: schedule).traffic(),
      try conversions.conversions(), try conversions.conversionsWithRelevance(),
      try attributed.recipe("amazon_attributed_events_by_conversion_time", from: "attributed"),
    ]
    byTrafficTime = try attributed.recipe("amazon_attributed_events_by_traffic_time", from: "attributed_before")
    timeless = try Self.timeless(catalogue)
  }

  private static func timeless(_ catalogue: SandboxCatalogue) throws(SandboxRecipeError) -> [TableRecipe] {
    let preferences = try TableRecipe(
      InternalTables.userPreferences, from: "(\(UserFacts.preferences)) e",
      own: ["user_id": "e.user_id", "opted_out": "e.opted_out", "excluded": "e.excluded"])
    let sensitive = try TableRecipe(
      InternalTables.sensitiveASINs, from: "(SELECT * FROM products WHERE is_sensitive ORDER BY n) e",
      own: ["asin": "e.asin"])
    let segments = try TableRecipe(
      catalogue.source("segment_metadata"), from: "segments", own: [:], dimensions: [DimensionTables.segments])
    return [preferences, sensitive, segments]
  }
}
