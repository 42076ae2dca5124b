import Testing

@testable import Sandbox
@testable import Warehouse

/// The ground truth of the tables of paid features, the ad server and video, counted in the files.
@Suite struct PaidStructureTests {
  @Test func ownersOfChannelsVehiclesAndHouseholdsAreExact() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let users = sandbox.settings.users
    let weeks = sandbox.settings.eventDays.count(where: \.isSaturday)
    #expect(weeks > 0)
    for (sql, expected) in [
      (
        "SELECT count(DISTINCT user_id) FROM amazon_pvc_enrollments",
        GroundTruth.channelSubscribers.count(among: users)
      ),
      (
        "SELECT count(*) FROM amazon_pvc_enrollments WHERE pv_is_plan_conversion AND pv_billing_type = 'HARD_OFFER'",
        GroundTruth.convertedSubscribers.count(among: users)
      ),
      (
        "SELECT count(*) FROM amazon_pvc_enrollments WHERE pv_is_latest_record",
        GroundTruth.channelSubscribers.count(among: users)
      ),
      ("SELECT count(DISTINCT user_id) FROM amazon_your_garage", GroundTruth.garageOwners.count(among: users)),
      (
        "SELECT count(*) FROM amazon_your_garage WHERE garage_make = '\(GroundTruth.electricMake)'",
        GroundTruth.electricOwners.count(among: users)
      ),
      ("SELECT count(*) FROM experian_vehicle_purchases", GroundTruth.vehicleBuyers.count(among: users)),
      (
        "SELECT count(*) FROM experian_vehicle_purchases WHERE new_or_used = 'N'",
        GroundTruth.newVehicleBuyers.count(among: users)
      ),
      ("SELECT count(*) FROM foursquare_visits", GroundTruth.storeVisitors.count(among: users)),
      (
        "SELECT count(*) FROM foursquare_visits WHERE chain_name = '\(GroundTruth.harbourChain)'",
        GroundTruth.harbourVisitors.count(among: users)
      ),
      ("SELECT count(*) FROM ncs_cpg_insights_stream", GroundTruth.panelUsers.count(among: users) * weeks),
      (
        "SELECT count(DISTINCT ncs_household_id) FROM ncs_cpg_insights_stream",
        GroundTruth.panelUsers.count(among: users)
      ),
    ] {
      #expect(try await sandbox.number(sql) == expected, "\(sql)")
    }
  }

  @Test func onlySubscribersStream() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let strangers = try await sandbox.number(
      "SELECT count(*) FROM amazon_pvc_streaming_events_feed s ANTI JOIN amazon_pvc_enrollments e USING (user_id)")
    #expect(strangers == 0)
    let subscribers = GroundTruth.channelSubscribers.count(among: sandbox.settings.users)
    let share = try await sandbox.fraction(
      "SELECT count(*) / \(subscribers * sandbox.settings.days)::DOUBLE FROM amazon_pvc_streaming_events_feed")
    #expect(abs(share - GroundTruth.streamingRate) < 0.02)
  }

  @Test func videoQuartilesHaveThePlannedShares() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let orphans = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_video_events_feed v ANTI JOIN (
        SELECT request_tag, user_id, campaign_id FROM dsp_impressions WHERE creative_type = 'Streaming TV Video') i
      ON i.request_tag = v.request_tag AND i.user_id IS NOT DISTINCT FROM v.user_id AND i.campaign_id = v.campaign_id
      """)
    #expect(orphans == 0)
    let videos = try await sandbox.number(
      "SELECT count(*) FROM dsp_impressions WHERE creative_type = 'Streaming TV Video'")
    #expect(try await sandbox.number("SELECT count(*) FROM dsp_video_events_feed") == videos)
    let backwards = try await sandbox.number(
      """
      SELECT count(*) FROM dsp_video_events_feed
      WHERE video_start < video_first_quartile OR video_first_quartile < video_midpoint
        OR video_midpoint < video_third_quartile OR video_third_quartile < video_complete
        OR video_unmute > video_mute OR video_resume > video_pause OR video_replay > video_complete
      """)
    #expect(backwards == 0)
    let complete = try await sandbox.fraction("SELECT avg(video_complete) FROM dsp_video_events_feed")
    #expect(abs(complete - Double(GroundTruth.videoCompletesPerHundred) / 100) < 0.02)
    let clicks = try await sandbox.number("SELECT sum(video_click)::BIGINT FROM dsp_video_events_feed")
    let joined = try await sandbox.number(
      "SELECT count(*) FROM dsp_video_events_feed v JOIN dsp_clicks c USING (request_tag) WHERE v.video_click = 1")
    #expect(clicks > 0 && joined == clicks)
  }

  @Test func theAdServerTracksAShareOfImpressions() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let orphans = try await sandbox.number(
      """
      SELECT count(*) FROM adserver_traffic a LEFT JOIN dsp_impressions i ON i.request_tag = a.request_tag
      WHERE a.campaign_type = 'display'
        AND (i.request_tag IS NULL OR i.user_id IS DISTINCT FROM a.user_id
          OR a.impressions = 1 AND i.impression_dt_utc <> a.event_dt_utc)
      """)
    #expect(orphans == 0)
    let share = try await sandbox.fraction(
      "SELECT (SELECT sum(impressions) FROM adserver_traffic) / (SELECT count(*) FROM dsp_impressions)")
    #expect(abs(share * Double(GroundTruth.impressionsPerAdServerImpression) - 1) < 0.15)
    let wrong = try await sandbox.number(
      """
      SELECT count(*) FROM adserver_traffic
      WHERE impressions + clicks <> 1 OR search_clicks > clicks OR viewable_impressions > recordable_impressions
        OR (campaign_type = 'search') <> (search_keyword_text IS NOT NULL)
        OR video_started < video_played_25pc + video_played_50pc + video_played_75pc + video_played_100pc
      """)
    #expect(wrong == 0)
    let otherSession = try await sandbox.number(
      """
      SELECT count(*) FROM adserver_traffic c
      WHERE c.clicks = 1 AND c.search_clicks = 0 AND adserver_session_id NOT IN
        (SELECT adserver_session_id FROM adserver_traffic WHERE impressions = 1)
      """)
    #expect(otherSession == 0)
    let segments = try await sandbox.number(
      """
      SELECT count(*) FROM adserver_traffic_by_user_segments s ANTI JOIN adserver_traffic t
        ON t.adserver_session_id = s.adserver_session_id AND t.user_id IS NOT DISTINCT FROM s.user_id
          AND t.event_dt_utc = s.event_dt_utc
      """)
    #expect(segments == 0)
    #expect(
      try await sandbox.number(
        """
        SELECT count(*) FROM (
          FROM adserver_conversions SELECT conversion_id, user_id, event_dt_utc EXCEPT ALL
          FROM adserver_conversions_with_brand SELECT conversion_id, user_id, event_dt_utc)
        """) == 0)
  }

  @Test func storeVisitsComeFromDetailPages() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let visits = "count(DISTINCT visit_id)"
    let share = try await sandbox.fraction(
      """
      SELECT ((SELECT \(visits) FROM amazon_brand_store_page_views)
          + (SELECT \(visits) FROM amazon_brand_store_page_views_non_endemic))
        / (SELECT count(*) FROM conversions WHERE event_subtype = 'detailPageView')
      """)
    #expect(abs(share * Double(GroundTruth.detailPagesPerStoreVisit) - 1) < 0.06)
    for suffix in ["", "_non_endemic"] {
      let wrong = try await sandbox.number(
        """
        SELECT count(*) FROM amazon_brand_store_engagement_events\(suffix) e
        LEFT JOIN (SELECT DISTINCT session_id, user_id, page_id FROM amazon_brand_store_page_views\(suffix)) v
          ON v.session_id = e.session_id AND v.page_id = e.page_id
        WHERE v.session_id IS NULL OR v.user_id IS DISTINCT FROM e.user_id
          OR (e.event_type = 'click') <> (e.asin IS NOT NULL) OR (e.ingress_type = '4') <> (e.reference_id IS NOT NULL)
        """)
      #expect(wrong == 0, "\(suffix)")
    }
    let campaigns = try await sandbox.number(
      """
      SELECT count(*) FROM amazon_brand_store_page_views WHERE reference_id NOT IN
        (SELECT campaign_id_string FROM sponsored_ads_traffic)
      """)
    #expect(campaigns == 0)
  }

  @Test func conversionsAllContainsConversionsOfAdsAndOthers() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let lost = try await sandbox.number(
      "SELECT count(*) FROM conversions c ANTI JOIN conversions_all USING (conversion_id)")
    #expect(lost == 0)
    let unexposed = try await sandbox.number(
      """
      SELECT count(*) FROM amazon_attributed_events_by_conversion_time a JOIN conversions_all c
        ON c.user_id = a.user_id AND c.event_dt_utc = a.conversion_event_dt_utc
      WHERE c.exposure_type = 'non-ad-exposed'
      """)
    #expect(unexposed == 0)
    let types = try await sandbox.rows("SELECT DISTINCT exposure_type FROM conversions_all ORDER BY 1")
    #expect(types == [[.text("ad-exposed")], [.text("non-ad-exposed")], [.text("pixel")]])
    let seen = try await sandbox.number(
      """
      SELECT count(*) FROM conversions_all c JOIN dsp_impressions i ON i.user_id = c.user_id
        AND i.impression_dt_utc <= c.event_dt_utc
        AND i.impression_dt_utc >= c.event_dt_utc - INTERVAL \(GroundTruth.exposureDays) DAY
      WHERE c.exposure_type = 'non-ad-exposed'
      """)
    #expect(seen == 0)
    let orders = try await sandbox.number(
      """
      SELECT count(*) FROM (
        (SELECT user_id, event_dt_utc, tracked_asin, total_units_sold FROM conversions_all WHERE event_subtype = 'order'
          EXCEPT ALL SELECT user_id, purchase_dt_utc, asin, purchase_units_sold FROM amazon_retail_purchases)
        UNION ALL
        (SELECT user_id, purchase_dt_utc, asin, purchase_units_sold FROM amazon_retail_purchases
          EXCEPT ALL SELECT user_id, event_dt_utc, tracked_asin, total_units_sold FROM conversions_all))
      """)
    #expect(orders == 0)
  }

  @Test func segmentsOfUsersMatchTheirImpressions() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let members = "(FROM audience_segments_amer_inmarket UNION ALL FROM audience_segments_amer_lifestyle)"
    let wrong = try await sandbox.number(
      """
      WITH told AS (SELECT user_id, list(DISTINCT segment_id ORDER BY segment_id) AS ids FROM \(members) GROUP BY user_id)
      SELECT count(*) FROM dsp_impressions i LEFT JOIN told USING (user_id)
      WHERE user_id IS NOT NULL AND coalesce(ids, []) <> list_sort(user_behavior_segment_ids)
      """)
    #expect(wrong == 0)
    for region in ["amer", "eu", "apac"] {
      for kind in ["inmarket", "lifestyle"] {
        let table = "audience_segments_\(region)_\(kind)"
        let unknown = try await sandbox.number(
          """
          SELECT count(*) FROM (FROM \(table) UNION ALL FROM \(table)_snapshot) s
          ANTI JOIN segment_metadata m USING (segment_id, segment_marketplace_id, segment_name)
          """)
        #expect(unknown == 0, "\(table)")
        let later = try await sandbox.number(
          """
          SELECT count(*) FROM \(table)_snapshot s ANTI JOIN \(table) t USING (user_id, segment_id)
          """)
        #expect(later == 0, "\(table)")
        let thursdays = try await sandbox.number(
          "SELECT count(*) FROM \(table)_snapshot WHERE dayofweek(snapshot_datetime) <> 4 OR day(snapshot_datetime) > 7"
        )
        #expect(thursdays == 0, "\(table)")
      }
    }
  }
}
