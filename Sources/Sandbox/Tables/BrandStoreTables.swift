import Catalog

/// The recipes of the Brand Stores' tables. The first advertiser sells on Amazon. The second one does not: its store is
/// in the tables for non-endemic advertisers.
struct BrandStoreTables: Sendable {
  let catalogue: SandboxCatalogue

  /// One of four products is in the second advertiser's store.
  private static func condition(isEndemic: Bool) -> String { "product % 4 \(isEndemic ? "<" : "=") 3" }

  private static let visit: TableRecipe.Columns = [
    "channel": "CASE WHEN e.visit % 5 = 0 THEN 'newsletter' END",
    "device_type": "devices.device_type",
    "ingress_type": "e.ingress",
    "marketplace_id": "1",
    "no_3p_trackers": "false",
    "page_id": "'PAGE-' || e.page::VARCHAR",
    "page_title": Dimension.word(["Home", "Lamps", "Offers"], at: "e.page"),
    "reference_id": "CASE WHEN e.ingress = '4' THEN 'A0LUMEN' || (4 + e.product % 4)::VARCHAR || 'X9Q2' END",
    "referrer_domain": "CASE WHEN e.ingress = '0' THEN 'search.example' ELSE 'amazon.com' END",
    "session_id": SharedColumns.eventID("hash(e.visit, 'session')"),
    "event_dt_utc": "e.ts",
    "event_date_utc": "CAST(e.ts AS DATE)",
  ]

  private func shared(isEndemic: Bool) -> [TableRecipe.Columns] {
    let ids = GroundTruth.advertiserIDs(.display)
    let store: TableRecipe.Columns = [
      "advertiser_id": isEndemic ? ids[0] : ids[1],
      "store_name": isEndemic ? "'Lumen Lamps Store'" : "'Lumen Outdoor Store'",
    ]
    return [SharedColumns.user, Self.visit, store]
  }

  private func relation(_ table: String, isEndemic: Bool) -> String {
    "(SELECT * FROM \(table) WHERE \(Self.condition(isEndemic: isEndemic))) e"
      + " LEFT JOIN devices ON devices.n = e.device LEFT JOIN products ON products.n = e.product"
  }

  func pageViews(isEndemic: Bool) throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("amazon_brand_store_page_views" + (isEndemic ? "" : "_non_endemic")),
      from: relation("store_views", isEndemic: isEndemic),
      own: [
        "visit_id": SharedColumns.eventID("hash(e.visit, 'visit')"),
        "dwell_time": "CAST(5 + (e.id >> 16) % 1200 AS DOUBLE) / 10",
      ], shared: shared(isEndemic: isEndemic))
  }

  func engagementEvents(isEndemic: Bool) throws(SandboxRecipeError) -> TableRecipe {
    let isClick = "e.position = 1"
    return try TableRecipe(
      catalogue.source("amazon_brand_store_engagement_events" + (isEndemic ? "" : "_non_endemic")),
      from: relation("store_events", isEndemic: isEndemic),
      own: [
        "event_type": "CASE WHEN \(isClick) THEN 'click' ELSE 'page_view' END",
        "event_sub_type": "CASE WHEN \(isClick) THEN 'product' ELSE 'landing' END",
        "widget_type": "CASE WHEN \(isClick) THEN 'product_grid' END",
        "widget_sub_type": "CASE WHEN \(isClick) THEN 'all_products' END",
        "asin": "CASE WHEN \(isClick) THEN products.asin END",
      ], shared: shared(isEndemic: isEndemic))
  }
}
