import Testing

@testable import Sandbox
@testable import Warehouse

/// The numbers that `GroundTruth` promises, counted independently in the files.
@Suite struct GroundTruthTests {
  /// The users of a reach audience.
  private static let targetableReachedUsers = GroundTruth.Users(
    GroundTruth.reachedUsers.residues.intersection(GroundTruth.targetableUsers.residues))

  @Test func closedFormCountsMatchCounting() {
    for count in [0, 1, 17, 99, 100, 101, 250, 6_000] {
      for users in [GroundTruth.accountUsers, .init([3]), Self.targetableReachedUsers] {
        #expect(users.count(among: count) == (0..<count).count(where: users.contains))
      }
    }
    #expect(GroundTruth.accountUsers.residues.count == 90)
    #expect(Self.targetableReachedUsers.residues.count == 18)
  }

  @Test func theReachCampaignReachesExactlyItsUsers() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let users = sandbox.settings.users
    let reached = GroundTruth.reachedUsers
    let campaign = "campaign = '\(GroundTruth.reachCampaign)'"
    let impressions = try await sandbox.number("SELECT count(*) FROM dsp_impressions WHERE \(campaign)")
    #expect(impressions == reached.count(among: users))
    let identified = reached.subtracting(GroundTruth.unknownUsers)
    let distinct = try await sandbox.number("SELECT count(DISTINCT user_id) FROM dsp_impressions WHERE \(campaign)")
    #expect(distinct == identified.count(among: users))
    let targetable = try await sandbox.number(
      """
      SELECT count(DISTINCT user_id) FROM dsp_impressions
      WHERE \(campaign) AND user_id_type = 'adUserId' AND deal_id IS NULL
        AND user_id NOT IN (SELECT user_id FROM user_preferences WHERE opted_out OR excluded)
      """)
    #expect(targetable == Self.targetableReachedUsers.count(among: users))
  }

  @Test func preferencesAndSensitiveProducts() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let users = sandbox.settings.users
    let preferences = try await sandbox.rows(
      "SELECT count(*), count(DISTINCT user_id), count(*) FILTER (WHERE opted_out), count(*) FILTER (WHERE excluded) "
        + "FROM user_preferences")
    let optedOut = GroundTruth.optedOutUsers.count(among: users)
    let excluded = GroundTruth.excludedUsers.count(among: users)
    let all = EngineValue.integer(Int64(optedOut + excluded))
    #expect(preferences == [[all, all, .integer(Int64(optedOut)), .integer(Int64(excluded))]])
    #expect(try await sandbox.number("SELECT count(*) FROM sensitive_asins") == GroundTruth.sensitiveProductCount)
    let orders = try await sandbox.rows(
      "SELECT count(*), count(DISTINCT user_id) FROM conversions WHERE tracked_asin IN (FROM sensitive_asins)")
    let buyers = EngineValue.integer(Int64(GroundTruth.sensitiveBuyers.count(among: users)))
    #expect(orders == [[buyers, buyers]])
  }

  @Test func oneUserInTenHasNoAccount() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let rows = try await sandbox.rows(
      """
      SELECT DISTINCT user_id_type, user_id IS NULL FROM (
        SELECT user_id, user_id_type FROM dsp_impressions UNION ALL SELECT user_id, user_id_type FROM conversions
        UNION ALL SELECT user_id, user_id_type FROM sponsored_ads_traffic) ORDER BY 1
      """)
    #expect(
      rows == [
        [.text("adBrowserId"), .boolean(false)], [.text("adUserId"), .boolean(false)],
        [.text("sisDeviceId"), .boolean(false)], [.null, .boolean(true)],
      ])
    let share = try await sandbox.fraction(
      "SELECT avg((user_id_type IS DISTINCT FROM 'adUserId')::INTEGER) FROM dsp_impressions")
    #expect((0.07...0.13).contains(share))
  }

  @Test func frequencyHasAHeavyTail() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let topTenth = try await sandbox.fraction(
      """
      WITH per_user AS (SELECT user_id, count(*) AS n FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY user_id)
      SELECT sum(n) FILTER (WHERE place <= 0.1) / sum(n)
      FROM (SELECT n, percent_rank() OVER (ORDER BY n DESC) AS place FROM per_user)
      """)
    #expect(topTenth > 0.25)
    let mean = try await sandbox.fraction(
      "SELECT count(*) / \(sandbox.settings.users * sandbox.settings.days)::DOUBLE FROM dsp_impressions")
    #expect((0.22...0.36).contains(mean))
  }

  @Test func sharesOfDealsAndClicks() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let deals = try await sandbox.fraction(
      "SELECT count(deal_id) / count(*) FROM dsp_impressions WHERE campaign <> '\(GroundTruth.reachCampaign)'")
    #expect(abs(deals - 1 / Double(GroundTruth.impressionsPerDeal)) < 0.01)
    let clicks = try await sandbox.fraction(
      "SELECT (SELECT count(*) FROM dsp_clicks) / (SELECT count(*) FROM dsp_impressions)")
    #expect(abs(clicks - Double(GroundTruth.clicksPerThousand) / 1000) < 0.006)
    let sponsored = try await sandbox.fraction("SELECT sum(clicks) / sum(impressions) FROM sponsored_ads_traffic")
    #expect(abs(sponsored - Double(GroundTruth.sponsoredClicksPerHundred) / 100) < 0.01)
  }

  /// Members of one segment prefer one product; nobody else does.
  @Test func aSegmentPrefersAProduct() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let segment = DimensionTables.firstSegmentID + GroundTruth.admirerSegment
    let rows = try await sandbox.rows(
      """
      WITH trips AS (
        SELECT user_id, tracked_item = '\(GroundTruth.admiredASIN)' AS admires FROM conversions
        WHERE event_subtype = 'detailPageView' AND user_id IS NOT NULL),
      readers AS (SELECT user_id FROM audience_segments_amer_lifestyle WHERE segment_id = \(segment))
      SELECT avg(admires::INTEGER) FILTER (WHERE user_id IN (FROM readers)),
        avg(admires::INTEGER) FILTER (WHERE user_id NOT IN (FROM readers)) FROM trips
      """)
    let chance = 1 / Double(GroundTruth.productCount - GroundTruth.sensitiveProductCount)
    let share = Double(GroundTruth.admiredTripsPerHundred) / 100
    let (readers, others) = (try #require(rows[0][0].double), try #require(rows[0][1].double))
    #expect(abs(readers - (share + (1 - share) * chance)) < 0.06)
    #expect(abs(others - chance) < 0.02)
  }

  /// Users who saw an ad in the fourteen days before shop three times as often.
  @Test func exposureRaisesTheShoppingRate() async throws {
    let sandbox = try await SandboxFixture.shared.value
    let rows = try await sandbox.rows(
      """
      WITH ads AS (
        SELECT user_id, impression_dt_utc AS ts FROM dsp_impressions UNION ALL
        SELECT user_id, event_dt_utc FROM sponsored_ads_traffic UNION ALL SELECT user_id, click_dt_utc FROM dsp_clicks),
      people AS (SELECT DISTINCT user_id FROM (SELECT user_id FROM ads UNION ALL SELECT user_id FROM conversions)),
      days AS (SELECT DISTINCT event_date_utc AS day FROM conversions),
      person_days AS (SELECT user_id, day FROM people, days WHERE user_id IS NOT NULL),
      exposed AS (
        SELECT DISTINCT user_id, day FROM ads JOIN days ON ts < day AND ts >= day - INTERVAL 14 DAY),
      shopped AS (
        SELECT DISTINCT user_id, event_date_utc AS day FROM conversions
        WHERE tracked_asin IS NULL OR tracked_asin NOT IN (FROM sensitive_asins))
      SELECT avg((s.user_id IS NOT NULL)::INTEGER) FILTER (WHERE e.user_id IS NOT NULL),
        avg((s.user_id IS NOT NULL)::INTEGER) FILTER (WHERE e.user_id IS NULL)
      FROM person_days p LEFT JOIN exposed e USING (user_id, day) LEFT JOIN shopped s USING (user_id, day)
      """)
    guard case .double(let exposed) = rows[0][0], case .double(let base) = rows[0][1] else {
      Issue.record("no rates")
      return
    }
    #expect(abs(exposed - GroundTruth.exposedShoppingRate) < 0.004)
    #expect(abs(base - GroundTruth.baseShoppingRate) < 0.004)
  }
}
