import Catalog

/// The recipes of the ad server's tables.
struct AdServerTables: Sendable {
  let catalogue: SandboxCatalogue
  let schedule: TableRecipe.Columns

  private static let joins =
    " LEFT JOIN placements ON placements.n = e.placement LEFT JOIN devices ON devices.n = e.device"
    + " LEFT JOIN geos ON geos.n = e.geo LEFT JOIN products ON products.n = e.product"

  private static let shared: [TableRecipe.Columns] = [
    ["user_id": "e.user_id"], SharedColumns.moment("event", utc: "e.ts", local: "e.local_ts"),
    [
      "city": "geos.city_name", "device_brand": "devices.device_make", "environment": "devices.environment_type",
    ],
  ]

  private static let dimensions = [AdServerItems.dimension, DimensionTables.devices, DimensionTables.geos]

  func traffic() throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source("adserver_traffic"), from: "adserver_events e" + Self.joins,
      own: Self.delivery.merging(Self.video) { first, _ in first }, shared: Self.shared + [schedule],
      dimensions: Self.dimensions)
  }

  /// A row for each event and each segment of its user.
  func trafficBySegment() throws(SandboxRecipeError) -> TableRecipe {
    let events =
      "(SELECT a.*, unnest(masks.numbers) AS segment FROM adserver_events a LEFT JOIN masks ON masks.n = a.mask) e"
    return try TableRecipe(
      catalogue.source("adserver_traffic_by_user_segments"),
      from: events + Self.joins + " LEFT JOIN segments ON segments.n = e.segment",
      own: Self.delivery.merging(Self.video) { first, _ in first }.merging([
        "behavior_segment_id": "segments.segment_id",
        "behavior_segment_name": "segments.segment_name",
        "behavior_segment_description": "segments.segment_description",
      ]) { first, _ in first }, shared: Self.shared + [schedule], dimensions: Self.dimensions)
  }

  func conversions(withBrand: Bool) throws(SandboxRecipeError) -> TableRecipe {
    try TableRecipe(
      catalogue.source(withBrand ? "adserver_conversions_with_brand" : "adserver_conversions"),
      from: "adserver_conversion_events e" + Self.joins, own: Self.conversion,
      shared: Self.shared + [["conversions": "1"]],
      dimensions: Self.dimensions)
  }

  private static let isImpression = "e.part = 'impression'"
  private static let isClick = "e.part <> 'impression'"

  private static let delivery: TableRecipe.Columns = [
    "adserver_session_id": SharedColumns.eventID("hash(coalesce(e.tag, e.id), 'session')"),
    "request_tag": SharedColumns.eventID("e.tag"),
    "impressions": isImpression,
    "impressions_default_ad": "\(isImpression) AND e.id % 50 = 1",
    "impressions_hard_stop": "\(isImpression) AND e.id % 50 = 2",
    "impressions_no_script": "\(isImpression) AND e.id % 50 = 3",
    "impressions_sivt": "\(isImpression) AND e.id % 50 = 4",
    "impressions_ssai": "\(isImpression) AND placements.is_video AND e.id % 5 = 0",
    "measurable_impressions": isImpression,
    "recordable_impressions": "\(isImpression) AND e.id % 10 > 0",
    "viewable_impressions": "\(isImpression) AND e.id % 10 > 3",
    "ad_started": isImpression,
    "ad_duration": "CASE WHEN \(isImpression) THEN CAST(1 + (e.id >> 8) % 30 AS BIGINT) END",
    "clicks": isClick,
    "clicks_default_ad": "\(isClick) AND e.id % 50 = 1",
    "clicks_hard_stop": "\(isClick) AND e.id % 50 = 2",
    "clicks_no_script": "\(isClick) AND e.id % 50 = 3",
    "clicks_sivt": "\(isClick) AND e.id % 50 = 4",
    "clicks_ssai": "e.part = 'click' AND placements.is_video AND e.id % 5 = 0",
    "search_clicks": "e.part = 'search'",
    "search_keyword_id": "CASE WHEN e.part = 'search' THEN 67400 + e.product END",
    "search_keyword_text": "CASE WHEN e.part = 'search' THEN products.keyword END",
  ]

  /// The quarter in which a video ends: of ten videos, two end before the first quarter (one of them does not start),
  /// one in each of the next three, and five are watched to their end.
  private static let video: TableRecipe.Columns = {
    let isVideo = "placements.is_video AND \(isImpression)"
    let part = "(e.id >> 30) % 10"
    let isViewable = "e.id % 10 > 3"
    var columns: TableRecipe.Columns = [:]
    for (name, condition) in [
      ("25pc", "\(part) = 2"), ("50pc", "\(part) = 3"), ("75pc", "\(part) = 4"), ("100pc", "\(part) > 4"),
    ] {
      columns["video_played_\(name)"] = "\(isVideo) AND \(condition)"
      columns["video_played_\(name)_viewable"] = "\(isVideo) AND \(condition) AND \(isViewable)"
    }
    let share = "CASE WHEN \(part) > 4 THEN 100 WHEN \(part) < 2 THEN \(part) * 10 ELSE (\(part) - 1) * 25 END"
    columns["video_percentage_complete"] = "CASE WHEN \(isVideo) THEN \(share) END"
    columns["video_played_duration"] = "CASE WHEN \(isVideo) THEN placements.ad_length * (\(share)) // 100 ELSE 0 END"
    columns["video_started"] = "\(isVideo) AND \(part) > 0"
    columns["video_played_with_sound"] = "\(isVideo) AND \(part) > 0 AND e.id % 3 > 0"
    for (name, number) in [("muted", 1), ("unmuted", 2), ("paused", 3), ("replayed", 4), ("skipped", 5)] {
      columns["video_\(name)"] = "\(isVideo) AND \(part) > 0 AND (e.id >> 36) % 20 = \(number)"
    }
    let isFull = "\(isVideo) AND \(part) > 0 AND (e.id >> 42) % 5 = 0"
    columns["video_full_screen_started"] = isFull
    columns["video_full_screen_ended"] = "\(isFull) AND \(part) > 4"
    columns["video_full_screen_muted"] = "\(isFull) AND (e.id >> 36) % 20 = 1"
    columns["video_full_screen_paused"] = "\(isFull) AND (e.id >> 36) % 20 = 3"
    columns["video_full_screen_duration"] =
      "CASE WHEN \(isFull) THEN placements.ad_length * (\(share)) // 100 ELSE 0 END"
    return columns
  }()

  private static let conversion: TableRecipe.Columns = [
    "conversion_id": SharedColumns.eventID("hash(e.id, 'server')"),
    "conversion_activity": "CASE WHEN e.is_sale THEN 'Web shop order' ELSE 'Newsletter sign-up' END",
    "conversion_activity_id": "CASE WHEN e.is_sale THEN '68002' ELSE '68001' END",
    "conversion_type": "CASE WHEN e.is_sale THEN 'sales' ELSE 'counter' END",
    "conversion_currency": "CASE WHEN e.is_sale THEN 'USD' END",
    "order_id": "CASE WHEN e.is_sale THEN 'W' || (e.id >> 20)::VARCHAR END",
    "product_id": "CASE WHEN e.is_sale THEN products.asin END",
    "product_info": "CASE WHEN e.is_sale THEN products.keyword END",
    "quantity": "CASE WHEN e.is_sale THEN e.units ELSE 0 END",
    "revenue": "CASE WHEN e.is_sale THEN products.price * e.units ELSE 0 END",
    "referrer": "CASE WHEN e.id % 3 > 0 THEN 'https://search.example/' END",
    "tag_manager": "'Lumen tags'",
    "tag_manager_id": "69001",
  ]
}
