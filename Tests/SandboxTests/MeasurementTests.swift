import Catalog
import Dialects
import Foundation
import ObjectStorage
import Privacy
import Testing

@testable import Sandbox
@testable import Warehouse

/// A measurement of every data source: AMC SQL through the compiler, and the same count in plain SQL for the engine,
/// thresholds included.
@Suite struct MeasurementTests {
  struct Question: Sendable, CustomTestStringConvertible {
    let table: String
    let amc: String
    let plain: String

    var testDescription: String { table }
  }

  /// Group keys with two known users, as rows of LOW columns must have.
  private static let two = "HAVING count(DISTINCT user_id) >= 2"
  private static let hundred = "HAVING count(DISTINCT user_id) >= 100"

  static let questions: [Question] =
    traffic + conversions + adServer + stores + subscriptions + partners + segments + [metadata]

  private static let traffic = [
    Question(
      table: "dsp_impressions",
      amc: "SELECT campaign, SUM(impressions) AS n, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY 1",
      plain: "SELECT campaign, sum(impressions), count(DISTINCT user_id) FROM dsp_impressions GROUP BY 1 \(two)"),
    Question(
      table: "dsp_clicks",
      amc: "SELECT advertiser, SUM(clicks) AS n FROM dsp_clicks GROUP BY advertiser",
      plain: "SELECT advertiser, count(*) FROM dsp_clicks GROUP BY 1 \(two)"),
    Question(
      table: "dsp_views",
      amc: "SELECT event_type, SUM(events) AS n, COUNT(DISTINCT user_id) AS users FROM dsp_views GROUP BY event_type",
      plain: "SELECT event_type, count(*), count(DISTINCT user_id) FROM dsp_views GROUP BY 1 \(two)"),
    Question(
      table: "dsp_impressions_by_matched_segments",
      amc: """
        SELECT behavior_segment_name AS segment, SUM(impressions) AS n FROM dsp_impressions_by_matched_segments
        WHERE behavior_segment_matched = 1 GROUP BY 1
        """,
      plain: """
        SELECT s.segment_name, count(*) FROM (
          SELECT user_id, unnest(matched_behavior_segment_ids) AS id FROM dsp_impressions) i
        JOIN segment_metadata s ON s.segment_id = i.id AND s.segment_marketplace_id = 1 GROUP BY 1 \(two)
        """),
    Question(
      table: "dsp_impressions_by_user_segments",
      amc: """
        SELECT behavior_segment_id, COUNT(DISTINCT user_id) AS users FROM dsp_impressions_by_user_segments GROUP BY 1
        """,
      plain: """
        SELECT id, count(DISTINCT user_id) FROM (
          SELECT user_id, unnest(user_behavior_segment_ids) AS id FROM dsp_impressions) GROUP BY 1 \(two)
        """),
    Question(
      table: "dsp_video_events_feed",
      amc: """
        SELECT campaign, SUM(video_start) AS starts, SUM(video_complete) AS completes,
          ROUND(100 * SUM(video_complete) / SUM(impressions), 6) AS rate FROM dsp_video_events_feed GROUP BY campaign
        """,
      plain: """
        SELECT campaign, sum(video_start), sum(video_complete), round(100 * sum(video_complete) / count(*), 6)
        FROM dsp_video_events_feed GROUP BY campaign \(two)
        """),
    Question(
      table: "sponsored_ads_traffic",
      amc: """
        SELECT ad_product_type, SUM(impressions) AS i, SUM(clicks) AS c, SUM(spend) AS s FROM sponsored_ads_traffic
        GROUP BY ad_product_type
        """,
      plain: """
        SELECT ad_product_type, sum(impressions), sum(clicks), sum(spend) FROM sponsored_ads_traffic GROUP BY 1 \(two)
        """),
  ]

  private static let conversions = [
    Question(
      table: "conversions",
      amc: "SELECT event_subtype, SUM(conversions) AS n FROM conversions GROUP BY event_subtype",
      plain: "SELECT event_subtype, count(*) FROM conversions GROUP BY 1 \(two)"),
    Question(
      table: "conversions_with_relevance",
      amc: """
        SELECT engagement_scope, COUNT(DISTINCT user_id) AS users FROM conversions_with_relevance
        WHERE event_category = 'purchase' GROUP BY 1
        """,
      plain: """
        SELECT engagement_scope, count(DISTINCT user_id) FROM conversions_with_relevance
        WHERE tracked_asin IS NOT NULL GROUP BY 1 \(two)
        """),
    Question(
      table: "amazon_attributed_events_by_conversion_time",
      amc: """
        SELECT campaign, SUM(total_purchases) AS orders, SUM(total_product_sales) AS sales
        FROM amazon_attributed_events_by_conversion_time GROUP BY campaign
        """,
      plain: """
        SELECT campaign, sum(total_units_sold > 0), sum(combined_sales) FROM (
          SELECT campaign, user_id, total_units_sold, total_product_sales AS combined_sales
          FROM amazon_attributed_events_by_conversion_time) GROUP BY campaign \(two)
        """),
    Question(
      table: "amazon_attributed_events_by_traffic_time",
      amc: """
        SELECT ad_product_type, SUM(conversions) AS n FROM amazon_attributed_events_by_traffic_time
        WHERE ad_product_type IS NOT NULL GROUP BY ad_product_type
        """,
      plain: """
        SELECT ad_product_type, count(*) FROM amazon_attributed_events_by_conversion_time
        WHERE traffic_event_id IS NOT NULL GROUP BY 1 \(two)
        """),
    Question(
      table: "conversions_all",
      amc: """
        SELECT exposure_type, SUM(conversions) AS n, COUNT(DISTINCT user_id) AS users FROM conversions_all GROUP BY 1
        """,
      plain: "SELECT exposure_type, count(*), count(DISTINCT user_id) FROM conversions_all GROUP BY 1 \(two)"),
    Question(
      table: "amazon_retail_purchases",
      amc: """
        SELECT asin_brand, SUM(purchase_units_sold) AS units, ROUND(SUM(purchase_units_sold * unit_price), 2) AS sales
        FROM amazon_retail_purchases GROUP BY asin_brand
        """,
      plain: """
        SELECT CASE WHEN right(tracked_asin, 3)::INTEGER % 4 = 3 THEN 'Lumen Outdoor' ELSE 'Lumen' END,
          sum(total_units_sold), round(sum(total_product_sales)::DOUBLE, 2)
        FROM conversions WHERE event_subtype = 'order' GROUP BY 1 \(two)
        """),
  ]

  private static let adServer = [
    Question(
      table: "adserver_traffic",
      amc: """
        SELECT campaign, SUM(impressions) AS i, SUM(clicks) AS c, SUM(viewable_impressions) AS v FROM adserver_traffic
        WHERE campaign_type = 'display' GROUP BY campaign
        """,
      plain: """
        SELECT campaign, sum(impressions), sum(clicks), sum(viewable_impressions) FROM adserver_traffic
        WHERE request_tag IS NOT NULL GROUP BY 1 \(two)
        """),
    Question(
      table: "adserver_traffic_by_user_segments",
      amc: """
        SELECT behavior_segment_id, SUM(impressions) AS n FROM adserver_traffic_by_user_segments GROUP BY 1
        """,
      plain: """
        SELECT id, sum(impressions) FROM (
          SELECT a.user_id, a.impressions, unnest(i.user_behavior_segment_ids) AS id
          FROM adserver_traffic a JOIN dsp_impressions i ON i.request_tag = a.request_tag) GROUP BY 1 \(two)
        """),
    Question(
      table: "adserver_conversions",
      amc: "SELECT conversion_type, SUM(conversions) AS n, SUM(revenue) AS r FROM adserver_conversions GROUP BY 1",
      plain: "SELECT conversion_type, count(*), sum(revenue) FROM adserver_conversions GROUP BY 1 \(two)"),
    Question(
      table: "adserver_conversions_with_brand",
      amc: """
        SELECT adserver_brand, COUNT(DISTINCT user_id) AS users FROM adserver_conversions_with_brand GROUP BY 1
        """,
      plain: """
        SELECT CASE advertiser_id WHEN 710001 THEN 'Lumen' ELSE 'Lumen Outdoor' END, count(DISTINCT user_id)
        FROM adserver_conversions GROUP BY 1 \(two)
        """),
  ]

  private static let stores = ["", "_non_endemic"].flatMap { suffix in
    [
      Question(
        table: "amazon_brand_store_page_views\(suffix)",
        amc: """
          SELECT page_title, COUNT(DISTINCT visit_id) AS visits, ROUND(AVG(dwell_time), 6) AS dwell
          FROM amazon_brand_store_page_views\(suffix) GROUP BY page_title
          """,
        plain: """
          SELECT page_title, count(DISTINCT visit_id), round(avg(dwell_time), 6)
          FROM amazon_brand_store_page_views\(suffix) GROUP BY page_title \(two)
          """),
      Question(
        table: "amazon_brand_store_engagement_events\(suffix)",
        amc: """
          SELECT event_type, COUNT(session_id) AS n FROM amazon_brand_store_engagement_events\(suffix) GROUP BY 1
          """,
        plain: """
          SELECT event_type, count(*) FROM amazon_brand_store_engagement_events\(suffix) GROUP BY 1 \(two)
          """),
    ]
  }

  private static let subscriptions = [
    Question(
      table: "amazon_pvc_enrollments",
      amc: """
        SELECT pv_billing_type, COUNT(DISTINCT user_id) AS users FROM amazon_pvc_enrollments GROUP BY pv_billing_type
        """,
      plain: """
        SELECT pv_billing_type, count(DISTINCT user_id) FROM amazon_pvc_enrollments GROUP BY 1 \(hundred)
        """),
    Question(
      table: "amazon_pvc_streaming_events_feed",
      amc: """
        SELECT pv_gti_series_or_movie_name AS title, SUM(pv_seconds_viewed) AS seconds
        FROM amazon_pvc_streaming_events_feed GROUP BY 1
        """,
      plain: """
        SELECT pv_gti_series_or_movie_name, sum(pv_seconds_viewed) FROM amazon_pvc_streaming_events_feed
        GROUP BY 1 \(hundred)
        """),
    Question(
      table: "amazon_your_garage",
      amc: """
        SELECT g.garage_make, COUNT(DISTINCT i.user_id) AS users, SUM(i.impressions) AS n
        FROM dsp_impressions i JOIN amazon_your_garage g ON i.user_id = g.user_id GROUP BY g.garage_make
        """,
      plain: """
        SELECT garage_make, count(DISTINCT user_id), count(*) FROM amazon_your_garage JOIN dsp_impressions USING (user_id)
        GROUP BY 1 \(two)
        """),
  ]

  private static let partners = [
    Question(
      table: "experian_vehicle_purchases",
      amc: "SELECT new_or_used, COUNT(DISTINCT user_id) AS n FROM experian_vehicle_purchases GROUP BY new_or_used",
      plain: "SELECT new_or_used, count(*) FROM experian_vehicle_purchases GROUP BY 1"),
    Question(
      table: "ncs_cpg_insights_stream",
      amc: """
        SELECT category, SUM(purchase_dollar_amount) AS dollars, COUNT(DISTINCT ncs_household_id) AS households
        FROM ncs_cpg_insights_stream GROUP BY category
        """,
      plain: """
        SELECT category, sum(purchase_quantity * 3.49::DECIMAL(38, 2)), count(DISTINCT user_id)
        FROM ncs_cpg_insights_stream GROUP BY category \(two)
        """),
  ]

  private static let segments = MembershipFacts.Region.allCases.flatMap { region in
    ["inmarket", "lifestyle", "inmarket_snapshot", "lifestyle_snapshot"].map { kind in
      let table = "audience_segments_\(region.rawValue)_\(kind)"
      let time = kind.hasSuffix("_snapshot") ? "WHERE snapshot_datetime >= DATE '2026-02-22'" : ""
      return Question(
        table: table,
        amc: """
          SELECT segment_name, COUNT(DISTINCT user_id) AS users FROM \(table)
          WHERE segment_marketplace_id = \(region.marketplaceID) GROUP BY segment_name
          """,
        plain: "SELECT segment_name, count(*) FROM \(table) \(time) GROUP BY 1 \(two)")
    }
  }

  private static let metadata = Question(
    table: "segment_metadata",
    amc: """
      SELECT category_level_1, COUNT(DISTINCT segment_id) AS n FROM segment_metadata
      WHERE segment_marketplace_id = 1 GROUP BY 1
      """,
    plain: "SELECT category_level_1, count(*) // 3 FROM segment_metadata GROUP BY 1")

  @Test func everyDataSourceHasAQuery() {
    let asked = Set(Self.questions.map(\.table))
    #expect(asked == Set(Catalogue.standard.dataSources.filter { !$0.isForAudiences }.map(\.name)))
    #expect(Self.questions.count == asked.count)
  }

  @Test(arguments: questions) func compiledQueriesGiveTheResultOfPlainSQL(_ question: Question) async throws {
    let sandbox = try await SandboxFixture.shared.value
    let answer = try await sandbox.measure(question.amc)
    let expected = try await sandbox.texts(question.plain)
    #expect(answer == expected, "\(question.amc)")
    #expect(!answer.isEmpty)
  }
}

extension SandboxFixture {
  /// The time of all events.
  var window: TimeWindow {
    let first = (settings.eventDays.first ?? settings.lastDay).number
    return TimeWindow(
      start: Date(timeIntervalSince1970: Double(first) * 86_400),
      end: Date(timeIntervalSince1970: Double(settings.lastDay.number + 1) * 86_400))
  }

  /// The rows of a measurement query, as texts, in order.
  func measure(_ sql: String, advertisers: [AdvertiserIdentifier]? = nil) async throws -> [[String]] {
    let context = BindingContext(timeWindow: window, advertisers: advertisers, now: window.end)
    let query = try await QueryCompiler().compile(sql, for: .measurement, in: context).query
    let output = EngineLocation(path: folder.appending(path: "\(UUID().uuidString).parquet").path())
    _ = try await DuckDBEngine(settings: engine).run(
      query, signals: store.snapshot(instanceID: Self.instanceID), output: output)
    return try await TrustedSession.with(engine, files: [output]) { session in
      Self.texts(try await session.rows(Self.asText("FROM read_parquet(\(SQLText.string(output.path)))")))
    }
  }

  /// The rows of a plain statement, as texts, in order.
  func texts(_ sql: String) async throws -> [[String]] { Self.texts(try await rows(Self.asText(sql))) }

  private static func asText(_ sql: String) -> String { "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\(sql))" }

  private static func texts(_ rows: [[EngineValue]]) -> [[String]] {
    rows.map { row in row.map { $0.text ?? "NULL" } }.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
