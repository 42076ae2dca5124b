import Base
import Warehouse

/// The events of one day in compact form: keys and numbers only. The wide rows of the tables are derived from them.
///
/// Everything is ordered by user, so the wide rows need no sorting.
struct DayFacts: Sendable {
  let settings: SandboxSettings
  let hashing: Hashing
  let day: UTCDay

  /// The place of the day, at which planted users have their event.
  private var dayIndex: Int { settings.place(of: day) }
  private var midnight: String { "TIMESTAMP '\(day.text)'" }
  private var leadingMilliseconds: Int { GroundTruth.leadingSeconds * 1000 }

  /// SQL that makes all tables of the day, replacing those of the day before.
  var statements: [String] {
    [
      impressions, clicks, views, sponsored, traffic, conversions, exposed, attributed, rememberAttributed,
      rememberTraffic,
    ]
  }

  /// SQL that makes the tables carried from day to day: the latest ad that each user saw, and the conversions
  /// attributed so far.
  static let carryStatements = [
    "CREATE TABLE latest (user_index BIGINT, ad \(adType))",
    "CREATE TABLE attributed_before AS SELECT * FROM (\(emptyAttributed)) WHERE false",
  ]

  /// An ad that a user saw or clicked. The time is the first field, so the greatest value is the latest ad.
  private static let adType =
    "STRUCT(ts TIMESTAMP, id UBIGINT, is_click BOOLEAN, item INTEGER, device INTEGER, site INTEGER, has_deal BOOLEAN)"

  private static let emptyAttributed = """
    SELECT 0::BIGINT AS user_index, 0::BIGINT AS user_id, '' AS user_id_type, 0 AS geo, 0 AS device, 0::UBIGINT AS id, 0 AS product,
      0 AS kind, 0 AS units, true AS is_new, TIMESTAMP 'epoch' AS ts, TIMESTAMP 'epoch' AS local_ts,
      NULL::\(adType) AS ad, TIMESTAMP 'epoch' AS ad_local_ts
    """

  /// A UTC time in the advertiser's time zone.
  static func local(_ time: String) -> String {
    "timezone('\(GroundTruth.timeZone)', timezone('UTC', \(time)))"
  }

  /// A list to unnest, with an element for each event of a kind that a user has on the day.
  private func occurrences(_ purpose: String) -> String {
    "range(CAST(floor(weight + \(hashing.uniform(purpose, "user_index", "\(day.number)"))) AS BIGINT))"
  }

  private var impressions: String {
    let regularItem =
      "CAST(floor(\(CampaignItems.displayCount) * pow(\(Hashing.uniform(of: "hash(id)")), 1.6)) AS INTEGER)"
    return """
      CREATE OR REPLACE TABLE impressions AS
      SELECT *, \(Self.local("ts")) AS local_ts FROM (
        SELECT *,
          CASE WHEN item >= \(CampaignItems.firstVideo) AND item <> \(CampaignItems.reachItem)
            THEN 8 + \(Hashing.pick(4, from: "id", shift: 40))
            ELSE \(Hashing.pick(8, from: "id", shift: 40)) END AS site,
          item <> \(CampaignItems.reachItem) AND (id >> 44) % \(GroundTruth.impressionsPerDeal) = 0 AS has_deal
        FROM (
          SELECT user_index, user_id, user_id_type, geo, mask, id, \(Self.device) AS device,
            \(midnight) + to_milliseconds(CAST((id >> 1) % \(leadingMilliseconds) AS BIGINT)) AS ts,
            \(regularItem) AS item
          FROM (
            SELECT *, \(hashing.bits("display", "user_index", "\(day.number)", "occurrence")) AS id
            FROM (SELECT *, unnest(\(occurrences("displays"))) AS occurrence FROM users))
          UNION ALL
          SELECT user_index, user_id, user_id_type, geo, mask, \(hashing.bits("reach", "user_index")) AS id, device,
            \(midnight) + INTERVAL 12 HOUR AS ts, \(CampaignItems.reachItem) AS item
          FROM users
          WHERE \(GroundTruth.reachedUsers.condition(on: "user_index"))
            AND user_index // 4 % \(settings.days) = \(dayIndex)))
      ORDER BY user_id, user_index, ts, id
      """
  }

  /// Four of five events are on the user's own device.
  private static let device =
    "CASE WHEN (id >> 8) % 5 = 0 "
    + "THEN \(Hashing.pick(DimensionTables.devices.rowCount, from: "id", shift: 16)) ELSE device END"

  private var clicks: String {
    let delay = "CAST(1 + (id >> 13) % \(GroundTruth.longestClickDelaySeconds) AS BIGINT)"
    return """
      CREATE OR REPLACE TABLE clicks AS
      SELECT *, \(Self.local("click_ts")) AS click_local_ts
      FROM (SELECT *, ts + to_seconds(\(delay)) AS click_ts FROM impressions)
      WHERE (id >> 23) % 1000 < \(GroundTruth.clicksPerThousand)
      """
  }

  private var views: String {
    """
    CREATE OR REPLACE TABLE views AS
    SELECT *, ts + INTERVAL 2 SECOND AS view_ts, local_ts + INTERVAL 2 SECOND AS view_local_ts FROM (
      SELECT *, unnest(CASE WHEN (id >> 5) % 100 < 50 THEN ['MEASURABLE_IMP', 'VIEW']
        WHEN (id >> 5) % 100 < 80 THEN ['MEASURABLE_IMP'] WHEN (id >> 5) % 100 < 90 THEN ['UNMEASURABLE_IMP']
        WHEN (id >> 5) % 100 < 95 THEN ['SYNTHETIC_VIEW'] ELSE [] END) AS event_type
      FROM impressions)
    """
  }

  private var sponsored: String {
    """
    CREATE OR REPLACE TABLE sponsored AS
    SELECT *, \(Self.local("ts")) AS local_ts FROM (
      SELECT user_index, user_id, user_id_type, geo, mask, hash(id, part) AS id, \(Self.device) AS device, part,
        \(midnight) + to_milliseconds(CAST((id >> 1) % \(leadingMilliseconds) AS BIGINT))
          + to_seconds(CAST(30 * position AS BIGINT)) AS ts,
        \(CampaignItems.firstSponsored) + \(Hashing.pick(CampaignItems.sponsoredCount, from: "id", shift: 40)) AS item,
        \(Hashing.pick(GroundTruth.productCount, from: "id", shift: 48)) AS product
      FROM (
        SELECT *, unnest(parts) AS part, unnest(range(len(parts))) AS position FROM (
          SELECT *, CASE WHEN (id >> 23) % 100 < \(GroundTruth.sponsoredClicksPerHundred)
              THEN ['impression', 'view', 'click']
            WHEN (id >> 23) % 100 < 60 THEN ['impression', 'view'] ELSE ['impression'] END AS parts
          FROM (
            SELECT *, \(hashing.bits("sponsored", "user_index", "\(day.number)", "occurrence")) AS id
            FROM (SELECT *, unnest(\(occurrences("sponsoreds"))) AS occurrence FROM users)))))
    ORDER BY user_id, user_index, ts, id
    """
  }

  /// The ads that conversions can be attributed to: one for each user and time.
  private var traffic: String {
    """
    CREATE OR REPLACE TABLE traffic AS
    SELECT user_index, ts, max(ad) AS ad FROM (
      SELECT user_index, ts, \(Self.ad("ts", isClick: "false")) AS ad FROM impressions
      UNION ALL SELECT user_index, click_ts, \(Self.ad("click_ts", isClick: "true")) FROM clicks
      UNION ALL SELECT user_index, ts, \(Self.ad("ts", isClick: "part = 'click'", site: "NULL", deal: "false"))
        FROM sponsored WHERE part <> 'view')
    GROUP BY user_index, ts
    """
  }

  private static func ad(_ time: String, isClick: String, site: String = "site", deal: String = "has_deal") -> String {
    "CAST({'ts': \(time), 'id': id, 'is_click': \(isClick), 'item': item, 'device': device, 'site': \(site), "
      + "'has_deal': \(deal)} AS \(adType))"
  }

  /// Shopping trips. A user who saw an ad before the day shops more often. A trip goes from the page to the cart to the
  /// order, as far as the shopper gets.
  private var conversions: String {
    let regularProducts = GroundTruth.productCount - GroundTruth.sensitiveProductCount
    return """
      CREATE OR REPLACE TABLE conversions AS
      SELECT *, \(Self.local("ts")) AS local_ts FROM (
        SELECT user_index, user_id, user_id_type, geo, device, hash(trip, kind) AS id, product, kind,
          1 + \(Hashing.pick(3, from: "trip", shift: 50)) AS units, (trip >> 20) % 3 = 0 AS is_new,
          \(midnight) + to_milliseconds(CAST((trip >> 1) % \(leadingMilliseconds) AS BIGINT))
            + to_seconds(CAST(60 * kind AS BIGINT)) AS ts
        FROM (
          SELECT *, unnest(CASE WHEN (trip >> 5) % 100 < 25 THEN [0, 1, 2] WHEN (trip >> 5) % 100 < 45 THEN [0, 1]
              WHEN (trip >> 5) % 100 < 55 THEN [3, 0] WHEN (trip >> 5) % 100 < 60 THEN [4] ELSE [0] END) AS kind
          FROM (
            SELECT users.*, \(hashing.bits("trip", "users.user_index", "\(day.number)")) AS trip,
              CASE WHEN \(Self.isAdmirer) AND (trip >> 40) % 100 < \(GroundTruth.admiredTripsPerHundred)
                THEN \(GroundTruth.admiredProduct)
                ELSE \(Hashing.pick(regularProducts, from: "trip", shift: 30)) END AS product
            FROM users LEFT JOIN latest ON latest.user_index = users.user_index
            WHERE \(hashing.uniform("shops", "users.user_index", "\(day.number)")) < \(shoppingRate))
          UNION ALL
          SELECT *, \(hashing.bits("sensitive", "user_index")) AS trip,
            \(regularProducts)
              + CAST(user_index // 25 % \(GroundTruth.sensitiveProductCount) AS INTEGER) AS product,
            \(ConversionKind.order.rawValue) AS kind
          FROM users
          WHERE \(GroundTruth.sensitiveBuyers.condition(on: "user_index"))
            AND user_index // 25 % \(settings.days) = \(dayIndex)))
      ORDER BY user_id, user_index, ts, id
      """
  }

  /// True for users of the segment whose members prefer one product.
  private static let isAdmirer = "(mask >> \(GroundTruth.admirerSegment)) & 1 = 1"

  private var shoppingRate: String {
    "CASE WHEN latest.ad.ts >= \(midnight) - INTERVAL \(GroundTruth.attributionDays) DAY "
      + "THEN \(GroundTruth.exposedShoppingRate) ELSE \(GroundTruth.baseShoppingRate) END"
  }

  /// Each conversion with the last ad that its user saw in `exposureDays` before it, on this day or an earlier one.
  private var exposed: String {
    """
    CREATE OR REPLACE TABLE exposed AS
    SELECT c.*, CASE WHEN traffic.ad IS NOT NULL THEN traffic.ad
      WHEN latest.ad.ts >= c.ts - INTERVAL \(GroundTruth.exposureDays) DAY THEN latest.ad END AS ad
    FROM conversions c
    ASOF LEFT JOIN traffic ON traffic.user_index = c.user_index AND c.ts >= traffic.ts
    LEFT JOIN latest ON latest.user_index = c.user_index
    ORDER BY user_id, user_index, ts, id
    """
  }

  /// Each conversion that the ad is recent enough for.
  private var attributed: String {
    """
    CREATE OR REPLACE TABLE attributed AS
    SELECT *, \(Self.local("ad.ts")) AS ad_local_ts FROM exposed
    WHERE ad.ts >= ts - INTERVAL \(GroundTruth.attributionDays) DAY ORDER BY user_id, user_index, ts, id
    """
  }

  private var rememberAttributed: String { "INSERT INTO attributed_before BY NAME FROM attributed" }

  private var rememberTraffic: String {
    """
    CREATE OR REPLACE TABLE latest AS
    SELECT user_index, max(ad) AS ad
    FROM (FROM latest UNION ALL SELECT user_index, ad FROM traffic)
    WHERE ad.ts >= \(midnight) - INTERVAL \(GroundTruth.exposureDays) DAY
    GROUP BY user_index
    """
  }
}
