import Catalog

/// The recipes of `amazon_attributed_events_by_conversion_time` and `…_by_traffic_time`, which have the same columns.
struct AttributedTables: Sendable {
  let catalogue: SandboxCatalogue
  let schedule: TableRecipe.Columns

  private static let isDisplay = "e.ad.item < \(CampaignItems.firstSponsored)"
  private static let isClick = "e.ad.is_click"

  /// The recipe over the facts in `table`.
  func recipe(_ name: String, from table: String) throws(SandboxRecipeError) -> TableRecipe {
    let relation =
      "\(table) e"
      + SharedColumns.joins(item: "e.ad.item", device: "e.ad.device", site: "e.ad.site") + ConversionTables.joins
    return try TableRecipe(
      catalogue.source(name), from: relation, own: Self.attribution.merging(Self.metrics) { first, _ in first },
      shared: [
        ConversionTables.values, SharedColumns.user, schedule, Self.displayCosts,
        SharedColumns.deal("e.ad.has_deal", site: "e.ad.site"),
        SharedColumns.moment("conversion_event", utc: "e.ts", local: "e.local_ts"),
        SharedColumns.moment("traffic_event", utc: "e.ad.ts", local: "e.ad_local_ts"),
        adMoment("impression", "NOT \(Self.isClick)"), adMoment("click", Self.isClick),
      ],
      dimensions: [
        CampaignItems.dimension, DimensionTables.devices, DimensionTables.sites, DimensionTables.geos,
        DimensionTables.conversionKinds,
      ], order: "e.user_id, e.user_index, e.ts, e.id")
  }

  private func adMoment(_ prefix: String, _ condition: String) -> TableRecipe.Columns {
    SharedColumns.moment(
      prefix, utc: "CASE WHEN \(condition) THEN e.ad.ts END", local: "CASE WHEN \(condition) THEN e.ad_local_ts END")
  }

  /// The costs of display ads; those of sponsored ads are in their own table.
  private static let displayCosts = SharedColumns.costs(id: "e.ad.id")
    .mapValues { "CASE WHEN \(isDisplay) THEN \($0) END" }

  private static let attribution: TableRecipe.Columns = [
    "request_tag": "CASE WHEN \(isDisplay) THEN \(SharedColumns.eventID("e.ad.id")) END",
    "traffic_event_id": "CASE WHEN NOT \(isDisplay) THEN \(SharedColumns.eventID("e.ad.id")) END",
    "traffic_event_type": "'TRAFFIC'",
    "traffic_event_subtype": "CASE WHEN \(isClick) THEN 'AD_CLICK' ELSE 'AD_IMP' END",
    "traffic_event_marketplace_name": "'AMAZON.COM'",
    "impressions": "NOT \(isClick)",
    "clicks": "\(isClick)",
    "line_item_id": "CASE WHEN \(isDisplay) THEN items.line_item_id END",
    "advertiser_id": "CASE WHEN \(isDisplay) THEN items.advertiser_id END",
    "customer_search_term": "CASE WHEN NOT \(isDisplay) THEN products.keyword END",
    "conversion_event_type": "'CONVERSION'",
    "conversion_event_category": "kinds.event_category",
    "conversion_event_subtype": "kinds.event_subtype",
    "conversion_event_type_class": "kinds.event_type_class",
    "conversion_event_type_description": "kinds.event_type_description",
    "conversion_event_marketplace_name": "CASE WHEN kinds.is_on_amazon THEN 'AMAZON.COM' END",
  ]

  /// Metrics come in families: for promoted products, halo products and both; of all buyers and of new ones; for all
  /// ads, for clicks and for views.
  private static let metrics: TableRecipe.Columns = {
    var columns: TableRecipe.Columns = [:]
    for (suffix, ads) in [("", "true"), ("_clicks", isClick), ("_views", "NOT \(isClick)")] {
      for (scope, products) in [("", isPromoted), ("brand_halo_", "NOT \(isPromoted)"), ("total_", "true")] {
        for (name, kind, value) in families {
          let condition = "e.kind = \(kind.rawValue) AND \(products) AND \(ads)"
          columns["\(scope)\(name)\(suffix)"] = "CASE WHEN \(condition) THEN \(value) ELSE 0 END"
          guard kind == .order else { continue }
          columns["new_to_brand_\(scope)\(name)\(suffix)"] =
            "CASE WHEN \(condition) AND e.is_new THEN \(value) ELSE 0 END"
        }
      }
      for name in subscriptions { columns["\(name)_signup_purchases\(suffix)"] = "0" }
    }
    return columns
  }()

  private static let isPromoted = "e.product % 3 = e.ad.item % 3"

  private static let families: [(name: String, kind: ConversionKind, value: String)] = [
    ("detail_page_view", .detailPageView, "1"),
    ("add_to_cart", .shoppingCart, "1"),
    ("purchases", .order, "1"),
    ("units_sold", .order, "e.units"),
    ("product_sales", .order, "products.price * e.units"),
  ]

  /// The advertiser of the sandbox sells no subscriptions.
  private static let subscriptions = [
    "digital_subscription", "digital_paid_subscription", "digital_free_trial_subscription", "digital_app_subscription",
    "digital_paid_app_subscription", "digital_free_trial_app_subscription",
  ]
}
