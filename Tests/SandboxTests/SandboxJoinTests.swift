import Testing

@testable import Sandbox
@testable import Warehouse

/// Rows of different tables are related as those of real signals are.
@Suite struct SandboxJoinTests {
  @Test func everyClickHasAnImpression() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let orphans = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_clicks c LEFT JOIN dsp_impressions i
        ON i.request_tag = c.request_tag AND i.user_id IS NOT DISTINCT FROM c.user_id AND i.campaign_id = c.campaign_id
          AND i.impression_dt_utc = c.impression_dt_utc AND i.deal_id IS NOT DISTINCT FROM c.deal_id
      WHERE i.request_tag IS NULL OR c.click_dt_utc <= i.impression_dt_utc
        OR c.click_dt_utc > i.impression_dt_utc + INTERVAL \(GroundTruth.longestClickDelaySeconds) SECOND
      """)
    #expect(orphans == 0)
  }

  @Test func everyViewHasAnImpression() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let orphans = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_views v LEFT JOIN dsp_impressions i
        ON i.request_tag = v.impression_id AND i.user_id IS NOT DISTINCT FROM v.user_id AND i.line_item_id = v.line_item_id
      WHERE i.request_tag IS NULL OR v.event_dt_utc < i.impression_dt_utc
      """)
    #expect(orphans == 0)
    let unmeasured = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_views v WHERE event_type = 'VIEW' AND impression_id NOT IN
        (SELECT impression_id FROM dsp_views WHERE event_type = 'MEASURABLE_IMP')
      """)
    #expect(unmeasured == 0)
  }

  @Test func segmentRowsMatchTheirImpression() async throws {
    let sandbox = try await SandboxFixture.shared.value
    for (table, list) in [
      ("dsp_impressions_by_user_segments", "user_behavior_segment_ids"),
      ("dsp_impressions_by_matched_segments", "matched_behavior_segment_ids"),
    ] {
      let expected = try await sandbox.number("SELECT sum(len(\(list)))::BIGINT FROM dsp_impressions")
      #expect(try await sandbox.number("SELECT count(*) FROM \(table)") == expected)
      let strangers = try await sandbox.number(
        "SELECT count(*) FROM \(table) WHERE NOT list_contains(\(list), behavior_segment_id)")
      #expect(strangers == 0)
    }
    let unmatched = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_impressions_by_user_segments
      WHERE (behavior_segment_matched = 1) <> list_contains(matched_behavior_segment_ids, behavior_segment_id)
      """)
    #expect(unmatched == 0)
    let unknown = try await sandbox.number(
      "SELECT count(*) FROM dsp_impressions_by_user_segments "
        + "WHERE behavior_segment_id NOT IN (SELECT segment_id FROM segment_metadata)")
    #expect(unknown == 0)
  }

  @Test func attributedConversionsHaveAConversionAndAnAd() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let withoutConversion = try await sandbox.number(
      """
      SELECT count(*) FROM amazon_attributed_events_by_conversion_time a WHERE NOT EXISTS (
        FROM conversions c WHERE c.user_id IS NOT DISTINCT FROM a.user_id AND c.event_dt_utc = a.conversion_event_dt_utc
          AND c.event_subtype = a.conversion_event_subtype AND c.tracked_item IS NOT DISTINCT FROM a.tracked_item)
      """)
    #expect(withoutConversion == 0)
    let withoutAd = try await sandbox.number(
      """
      SELECT count(*) FROM amazon_attributed_events_by_conversion_time a
      LEFT JOIN dsp_impressions i ON i.request_tag = a.request_tag
      LEFT JOIN sponsored_ads_traffic s ON s.event_id = a.traffic_event_id
      WHERE CASE WHEN a.ad_product_type IS NULL
        THEN i.campaign_id IS DISTINCT FROM a.campaign_id OR i.user_id IS DISTINCT FROM a.user_id
        ELSE s.campaign_id IS DISTINCT FROM a.campaign_id OR s.user_id IS DISTINCT FROM a.user_id
          OR s.event_dt_utc <> a.traffic_event_dt_utc END
      """)
    #expect(withoutAd == 0)
  }

  @Test func theLastAdWithinFourteenDaysIsAttributed() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let outside = try await sandbox.number(
      """
      SELECT count(*) FROM amazon_attributed_events_by_conversion_time
      WHERE traffic_event_dt_utc > conversion_event_dt_utc
        OR traffic_event_dt_utc < conversion_event_dt_utc - INTERVAL \(GroundTruth.attributionDays) DAY
      """)
    #expect(outside == 0)
    let overtaken = try await sandbox.number(
      """
      SELECT count(*) FROM amazon_attributed_events_by_conversion_time a JOIN dsp_impressions i ON i.user_id = a.user_id
      WHERE i.impression_dt_utc > a.traffic_event_dt_utc AND i.impression_dt_utc <= a.conversion_event_dt_utc
      """)
    #expect(overtaken == 0)
    let acrossDays = try await sandbox.number(
      "SELECT count(*) FROM amazon_attributed_events_by_conversion_time "
        + "WHERE traffic_event_date_utc < conversion_event_date_utc")
    #expect(acrossDays > 0)
  }

  @Test func bothAttributedTablesHaveTheSameRows() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let differences = try await sandbox.number(
      """
      SELECT count(*) FROM (
        (FROM amazon_attributed_events_by_conversion_time EXCEPT ALL FROM amazon_attributed_events_by_traffic_time)
        UNION ALL
        (FROM amazon_attributed_events_by_traffic_time EXCEPT ALL FROM amazon_attributed_events_by_conversion_time))
      """)
    #expect(differences == 0)
  }

  @Test func metricsAddUpAsDescribed() async throws {
    let sandbox = try await SandboxFixture.shared.value
    var wrong: [String] = []
    for metric in ["purchases", "units_sold", "product_sales", "detail_page_view", "add_to_cart"] {
      wrong.append("total_\(metric) <> \(metric) + brand_halo_\(metric)")
      wrong.append("\(metric) <> \(metric)_clicks + \(metric)_views")
    }
    wrong.append("combined_sales <> total_product_sales + off_amazon_product_sales")
    wrong.append("impressions + clicks <> 1")
    wrong.append("new_to_brand_total_purchases > total_purchases")
    wrong.append("(impression_dt_utc IS NULL) = (click_dt_utc IS NULL)")
    let bad = try await sandbox.number(
      "SELECT count(*) FROM amazon_attributed_events_by_conversion_time WHERE \(wrong.joined(separator: " OR "))")
    #expect(bad == 0)
    #expect(
      try await sandbox.number(
        "SELECT sum(purchases + brand_halo_purchases)::BIGINT FROM amazon_attributed_events_by_conversion_time") > 0)
  }

  @Test func amountsUseTheUnitsOfTheCatalogue() async throws {
    let sandbox = try await SandboxFixture.shared.value
    // 1 millicent is 1,000 microcents.
    let wrong = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_impressions
      WHERE abs(total_cost * 1000 - (supply_cost + audience_fee + platform_fee + third_party_fees)) > 0.5
        OR abs(impression_cost - total_cost) > 1 OR supply_cost > bid_price OR total_cost <= 0
      """)
    #expect(wrong == 0)
  }

  @Test func timesAgreeInBothZones() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let wrong = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_impressions
      WHERE impression_dt <> timezone('\(GroundTruth.timeZone)', timezone('UTC', impression_dt_utc))
        OR impression_hour <> date_part('hour', impression_dt) OR impression_day_utc <> date_part('day', impression_dt_utc)
        OR impression_date <> impression_dt::DATE OR impression_dt_hour_utc <> date_trunc('hour', impression_dt_utc)
      """)
    #expect(wrong == 0)
  }

  @Test func trackedProductsMatchPurchases() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let wrong = try await sandbox.number(
      """
      SELECT count(*) FROM conversions
      WHERE (tracked_asin IS NOT NULL) <> (event_category = 'purchase') OR tracked_asin <> tracked_item
        OR (total_units_sold > 0) <> (event_category = 'purchase')
      """)
    #expect(wrong == 0)
    let relevant = try await sandbox.number(
      "SELECT count(DISTINCT conversion_id) - (SELECT count(*) FROM conversions) FROM conversions_with_relevance")
    #expect(relevant == 0)
  }
}
