import Catalog

/// The recipe of `sponsored_ads_traffic`.
struct SponsoredTables: Sendable {
  let catalogue: SandboxCatalogue
  let schedule: TableRecipe.Columns

  func traffic() throws(SandboxRecipeError) -> TableRecipe {
    let isVideo = "items.creative_type = 'video'"
    let viewed = "e.part = 'view' AND \(isVideo)"
    return try TableRecipe(
      catalogue.source("sponsored_ads_traffic"),
      from: "sponsored e" + SharedColumns.joins(site: nil) + " LEFT JOIN products ON products.n = e.product",
      own: [
        "event_id": SharedColumns.eventID("e.id"),
        "impressions": "e.part = 'impression'",
        "clicks": "e.part = 'click'",
        // In microcents: a click costs from 20 to 80 cents, an impression that is paid by the thousand under a cent.
        "spend": "CASE WHEN e.part = 'click' AND items.line_item_price_type = 'CPC' "
          + "THEN 20000000 + CAST((e.id >> 24) % 60000000 AS BIGINT) "
          + "WHEN e.part = 'impression' AND items.line_item_price_type = 'CPM' "
          + "THEN 200000 + CAST((e.id >> 24) % 600000 AS BIGINT) ELSE 0 END",
        "viewable_impressions": "e.part = 'view' AND e.id % 10 <> 0",
        "unmeasurable_viewable_impressions": "e.part = 'view' AND e.id % 10 = 0",
        "view_definition": "CASE WHEN e.part = 'view' THEN 'MRC' END",
        "five_sec_views": viewed,
        "video_first_quartile_views": "\(viewed) AND e.id % 4 > 0",
        "video_midpoint_views": "\(viewed) AND e.id % 4 > 1",
        "video_third_quartile_views": "\(viewed) AND e.id % 4 > 2",
        "video_complete_views": "\(viewed) AND e.id % 8 = 7",
        "video_unmutes": "\(viewed) AND e.id % 16 = 15",
        "customer_search_term": "CASE WHEN items.targeting IS NOT NULL THEN products.keyword END",
        "matched_behavior_segment_ids": "NULL",
      ],
      shared: [
        SharedColumns.user, schedule, SharedColumns.moment("event", utc: "e.ts", local: "e.local_ts"),
      ],
      dimensions: [CampaignItems.dimension, DimensionTables.devices])
  }
}
