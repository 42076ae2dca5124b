import Base

/// The events of one day of the ad server, Brand Stores, streaming and partners, derived from the events of `DayFacts`
/// where possible. Everything is ordered by user.
struct PaidDayFacts: Sendable {
  let settings: SandboxSettings
  let hashing: Hashing
  let day: UTCDay

  private var dayIndex: Int { settings.place(of: day) }
  private var midnight: String { "TIMESTAMP '\(day.text)'" }
  private static let order = "ORDER BY user_id, user_index, ts, id"

  /// SQL that makes all tables of the day, replacing those of the day before.
  var statements: [String] {
    [
      adServerEvents, adServerConversions, storeViews, storeEvents, streams, vehiclePurchases, storeVisits,
      householdPurchases,
    ]
  }

  /// The events that the ad server tracks: some of the display impressions, their clicks, and clicks on search ads.
  /// Impression and click share a session. Impressions served by Amazon DSP have its request tag.
  private var adServerEvents: String {
    let tracked = "(id >> 52) % \(GroundTruth.impressionsPerAdServerImpression) = 0"
    let placement = AdServerItems.placement(item: "item")
    return """
      CREATE OR REPLACE TABLE adserver_events AS
      SELECT *, \(DayFacts.local("ts")) AS local_ts FROM (
        SELECT user_index, user_id, user_id_type, geo, mask, device, hash(id, 'served') AS id, id AS tag,
          'impression' AS part, ts, \(placement) AS placement, 0 AS product FROM impressions WHERE \(tracked)
        UNION ALL
        SELECT user_index, user_id, user_id_type, geo, mask, device, hash(id, 'clicked'), id, 'click', click_ts,
          \(placement), 0 FROM clicks WHERE \(tracked)
        UNION ALL
        SELECT user_index, user_id, user_id_type, geo, mask, device, hash(id, 'searched'), NULL, 'search', ts,
          \(AdServerItems.firstSearch) + product % 2, product FROM sponsored WHERE part = 'click' AND id % 2 = 0)
      \(Self.order)
      """
  }

  /// Sign-ups and orders in the advertisers' own shops.
  private var adServerConversions: String {
    """
    CREATE OR REPLACE TABLE adserver_conversion_events AS
    SELECT *, kind = \(ConversionKind.shoppingCart.rawValue) AS is_sale,
      \(AdServerItems.firstSearch) + product % 2 AS placement
    FROM conversions
    WHERE kind = \(ConversionKind.offAmazon.rawValue)
      OR kind = \(ConversionKind.shoppingCart.rawValue) AND (id >> 40) % 4 = 0
    \(Self.order)
    """
  }

  /// Pages of the Brand Stores that a detail page led to: one to three in a visit, twenty seconds apart.
  private var storeViews: String {
    """
    CREATE OR REPLACE TABLE store_views AS
    SELECT user_index, user_id, user_id_type, device, product, visit, page, hash(visit, page) AS id,
      ts + to_seconds(CAST(5 + 20 * page AS BIGINT)) AS ts,
      CASE (visit >> 24) % 4 WHEN 0 THEN '1' WHEN 1 THEN '2' WHEN 2 THEN '4' ELSE '0' END AS ingress
    FROM (
      SELECT *, id AS visit, unnest(range(CAST(1 + (id >> 12) % 3 AS BIGINT))) AS page FROM conversions
      WHERE kind = \(ConversionKind.detailPageView.rawValue)
        AND (id >> 9) % \(GroundTruth.detailPagesPerStoreVisit) = 0)
    \(Self.order)
    """
  }

  /// Each view of a page, and a click on half of the pages.
  private var storeEvents: String {
    """
    CREATE OR REPLACE TABLE store_events AS
    SELECT * EXCLUDE (ts), ts + to_seconds(CAST(3 * position AS BIGINT)) AS ts FROM (
      SELECT *, unnest(range(CASE WHEN id % 2 = 0 THEN 2 ELSE 1 END)) AS position FROM store_views)
    ORDER BY user_id, user_index, ts, id, position
    """
  }

  private var streams: String {
    """
    CREATE OR REPLACE TABLE streams AS
    SELECT *, \(midnight) + to_seconds(CAST((id >> 1) % \(GroundTruth.leadingSeconds) AS BIGINT)) AS ts,
      \(Hashing.pick(StreamingTitles.count, from: "id", shift: 30)) AS title,
      CAST(300 + (id >> 36) % 5100 AS BIGINT) AS seconds
    FROM (
      SELECT user_index, user_id, user_id_type, geo, \(hashing.bits("stream", "user_index", "\(day.number)")) AS id
      FROM users
      WHERE \(GroundTruth.channelSubscribers.condition(on: "user_index"))
        AND \(hashing.uniform("streams", "user_index", "\(day.number)")) < \(GroundTruth.streamingRate))
    \(Self.order)
    """
  }

  private var vehiclePurchases: String {
    """
    CREATE OR REPLACE TABLE vehicle_purchases AS
    SELECT user_index, user_id, user_id_type, geo, \(hashing.bits("vehicle", "user_index")) AS id,
      \(GroundTruth.newVehicleBuyers.condition(on: "user_index")) AS is_new, DATE '\(day.text)' AS day
    FROM users
    WHERE \(GroundTruth.vehicleBuyers.condition(on: "user_index"))
      AND user_index // 20 % \(settings.days) = \(dayIndex)
    ORDER BY user_id, user_index
    """
  }

  private var storeVisits: String {
    """
    CREATE OR REPLACE TABLE store_visits AS
    SELECT *, \(midnight) + to_seconds(CAST(36000 + (id >> 1) % 36000 AS BIGINT)) AS ts
    FROM (
      SELECT user_index, user_id, user_id_type, geo, \(hashing.bits("visit", "user_index")) AS id,
        \(GroundTruth.harbourVisitors.condition(on: "user_index")) AS is_harbour
      FROM users
      WHERE \(GroundTruth.storeVisitors.condition(on: "user_index"))
        AND user_index // 20 % \(settings.days) = \(dayIndex))
    \(Self.order)
    """
  }

  /// A week of purchases, on the Saturday that ends it.
  private var householdPurchases: String {
    """
    CREATE OR REPLACE TABLE household_purchases AS
    SELECT user_index, user_id, user_id_type, \(hashing.bits("household", "user_index", "\(day.number)")) AS id,
      \(Hashing.pick(GroundTruth.productCount, from: "id", shift: 20)) AS product,
      \(Hashing.pick(3, from: "id", shift: 28)) + 1 AS quantity, DATE '\(day.text)' AS day
    FROM users
    WHERE \(day.isSaturday) AND \(GroundTruth.panelUsers.condition(on: "user_index"))
    ORDER BY user_id, user_index
    """
  }
}

extension UTCDay {
  /// Day 0 was a Thursday.
  private var weekday: Int { ((number % 7) + 7) % 7 }
  var isSaturday: Bool { weekday == 2 }
  /// Whether the day is the first Thursday of its month, on which memberships of segments are recorded.
  var isFirstThursday: Bool { weekday == 0 && (Int(text.suffix(2)) ?? 0) <= 7 }
}
