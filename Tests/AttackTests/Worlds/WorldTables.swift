/// The tables of a world, as SQL over the numbers of users (`u`) and of their rows (`k`).
///
/// There are 600 users; the last ten have no `user_id`. The victim is user 77, an ordinary user except for three rows
/// (`k` is 9): an impression, a click and a purchase. The stranger (`u` is 0) has an impression and a click, and no
/// `user_id`.
struct WorldTables {
  let values: PersonalValues

  static let victim = 77

  struct Table {
    var name: String
    var rows: String
    var columns: [String: String]
  }

  /// The tables that differ between the first world and the one in which this secret is flipped.
  static func touched(by secret: Secret) -> Set<String> {
    switch secret {
    case .seen, .postal, .city, .time, .bid, .cost, .system, .segments, .detail, .stranger: ["dsp_impressions"]
    case .clicked, .strangerClicked: ["dsp_clicks"]
    case .purchased, .product, .sales, .firstPurchase: ["conversions"]
    case .optedOut: ["user_preferences"]
    }
  }

  private static let isVictims = "(u = 77 AND k = 9)"
  private static let isStrangers = "(u = 0 AND k = 9)"

  private func personal(_ own: String, else other: String, stranger: String? = nil) -> String {
    let second = stranger.map { " WHEN \(Self.isStrangers) THEN \($0)" } ?? ""
    return "CASE WHEN \(Self.isVictims) THEN \(own)\(second) ELSE \(other) END"
  }

  private static let user = "CASE WHEN u = 0 OR u > 590 THEN NULL ELSE u END"

  private var shared: [String: String] {
    [
      "user_id": Self.user, "user_id_type": "'adUserId'", "advertiser": "'Acme'",
      "campaign": personal("'solo'", else: "'mass ' || (u % 3)", stranger: "'stray'"),
      "campaign_id": personal("999", else: "u % 3 + 1", stranger: "998"),
      "campaign_id_string": personal("'999'", else: "(u % 3 + 1)::VARCHAR", stranger: "'998'"),
      "advertiser_id": personal("2", else: "1"),
      "browser_family": personal("'Lynx'", else: "'Chrome'"),
      "device_type": "CASE WHEN u % 2 = 0 THEN 'Phone' ELSE 'PC' END",
      "request_tag": "'r' || u || '-' || k", "device_id": "'d' || u",
      "dma_code": personal("'far'", else: "CASE WHEN u <= 400 THEN 'east' ELSE 'west' END", stranger: "'off'"),
      "postal_code": personal(values.postal, else: "CASE WHEN u <= 400 THEN '10' || (u % 2) ELSE '500' END"),
      "city_name": personal(values.city, else: "CASE WHEN u % 2 = 0 THEN 'Avalon' ELSE 'Babylon' END"),
      "impression_cost": personal(values.cost, else: "1000 * k", stranger: values.strangerCost),
      "third_party_fees": personal(values.cost, else: "NULL"),
      "impression_dt_utc": time, "impression_date_utc": "CAST(\(time) AS DATE)",
      "impression_hour_utc": "hour(\(time))", "impression_day_utc": "day(\(time))",
      "impression_dt_hour_utc": "date_trunc('hour', \(time))",
    ]
  }

  private var time: String {
    personal(values.time, else: "TIMESTAMP '2025-01-01' + to_days((u % 10)::INTEGER) + to_hours(k::INTEGER)")
  }

  var impressions: Table {
    let own: [String: String] = [
      "total_cost": personal("\(values.cost) / 100.0", else: "CASE WHEN u % 2 = 0 THEN 0 ELSE 100 END"),
      "impressions": "1", "bid_price": personal(values.bid, else: "100 + u % 7"),
      "operating_system": personal(values.system, else: "CASE WHEN u % 2 = 0 THEN 'Android' ELSE 'iOS' END"),
      "matched_behavior_segment_ids": personal(values.segments, else: "[(u % 3)::INTEGER, 7]"),
      "creative": personal(values.creative, else: "'{\"k\":\"Z\"}'"),
      "line_item": personal(values.lineItem, else: "'5'"),
      "supply_cost": personal(values.supplyCost, else: "5"),
      "managed_service_fee": personal(values.serviceFee, else: "1"),
      "slot_position": personal(values.slot, else: "'b'"), "page_type": personal(values.page, else: "'2025-02-02'"),
    ]
    return Table(
      name: "dsp_impressions",
      rows: """
        (SELECT u, k FROM range(1, 601) a(u), range(1, 4) b(k) WHERE k <= u % 3 + 1
         UNION ALL SELECT 77, 9 WHERE \(values.isThere(.seen)) UNION ALL SELECT 0, 9) AS people(u, k)
        """, columns: shared.merging(own) { $1 })
  }

  var clicks: Table {
    Table(
      name: "dsp_clicks",
      rows: """
        (SELECT u, 1 FROM range(1, 601) a(u) WHERE u % 4 = 1 AND u <= 580
         UNION ALL SELECT 77, 9 WHERE \(values.isThere(.clicked))
         UNION ALL SELECT 0, 9 WHERE \(values.isThere(.strangerClicked))) AS people(u, k)
        """, columns: shared.merging(["clicks": "1", "click_dt_utc": time, "click_cost": "10"]) { $1 })
  }

  var conversions: Table {
    Table(
      name: "conversions",
      rows: """
        (SELECT u, 1 FROM range(1, 601) a(u) WHERE u % 2 = 1
         UNION ALL SELECT 77, 9 WHERE \(values.isThere(.purchased))) AS people(u, k)
        """,
      columns: [
        "user_id": Self.user, "user_id_type": "'adUserId'", "event_subtype": "'order'", "conversions": "1",
        "event_dt_utc": "TIMESTAMP '2025-01-02' + to_days((u % 8)::INTEGER)",
        "event_date_utc": "DATE '2025-01-02' + (u % 8)::INTEGER",
        "conversion_event_name": personal("'solo purchase'", else: "'purchase'"),
        "tracked_asin": personal(values.product, else: "'B00' || (u % 5)"),
        "tracked_item": personal(values.product, else: "'B00' || (u % 5)"),
        "total_product_sales": personal(values.sales, else: "10 + u % 3"),
        "total_units_sold": "1", "new_to_brand": personal(values.firstPurchase, else: "u % 4 = 1"),
        "conversion_id": "'c' || u || '-' || k",
      ])
  }

  var segments: Table {
    Table(
      name: "segment_metadata", rows: "(VALUES (0), (1), (2), (7), (900), (901)) AS people(u)",
      columns: ["segment_id": "u", "segment_name": "'segment ' || u"])
  }

  var preferences: Table {
    Table(
      name: "user_preferences", rows: "range(1, 601) a(u)",
      columns: [
        "user_id": "u", "opted_out": "CASE WHEN u = 77 THEN \(values.optedOut) ELSE u % 50 = 1 END",
        "excluded": "u % 50 = 2",
      ])
  }

  var sensitiveASINs: Table {
    Table(name: "sensitive_asins", rows: "range(1) a(u)", columns: ["asin": "'B000'"])
  }

  var all: [Table] { [impressions, clicks, conversions, segments, preferences, sensitiveASINs] + WorldUploads.tables }
}
