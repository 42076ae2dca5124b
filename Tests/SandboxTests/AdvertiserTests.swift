import Catalog
import Testing

@testable import Sandbox
@testable import Warehouse

/// Queries that are limited to some advertisers of a sandbox, against the same limits written by hand.
@Suite struct AdvertiserTests {
  private static let all = GroundTruth.advertisers.map(\.identifier)
  private static let display = all.filter { $0.kind == .display }
  private static let sponsored = all.filter { $0.kind == .sponsoredAds }
  private static let server = all.filter { $0.kind == .adServer }
  private static let second = [display[1], sponsored[1], server[1]]

  private func agree(
    _ amc: String, _ advertisers: [AdvertiserIdentifier], with plain: String, isEmpty: Bool = false
  ) async throws {
    let sandbox = try await SandboxFixture.shared.value
    let answer = try await sandbox.measure(amc, advertisers: advertisers)
    #expect(answer == (try await sandbox.texts(plain)), "\(amc)")
    #expect(answer.isEmpty == isEmpty, "\(amc)")
  }

  @Test func rowsAreLimitedToTheRequestedAdvertisers() async throws {
    let impressions = "SELECT campaign, SUM(impressions) AS n FROM dsp_impressions GROUP BY campaign"
    let byHand = "SELECT campaign, count(*) FROM dsp_impressions WHERE advertiser_id"
    try await agree(impressions, [Self.display[0]], with: "\(byHand) = \(Self.display[0].id) GROUP BY 1")
    try await agree(impressions, [Self.display[1]], with: "\(byHand) = \(Self.display[1].id) GROUP BY 1")
    try await agree(impressions, Self.display, with: "\(byHand) IS NOT NULL GROUP BY 1")
    try await agree(
      "SELECT campaign, SUM(clicks) AS n FROM sponsored_ads_traffic GROUP BY campaign", [Self.sponsored[1]],
      with: "SELECT campaign, sum(clicks) FROM sponsored_ads_traffic WHERE entity_id = 'ENTITYLUMENOUTDOOR' GROUP BY 1")
    try await agree(
      "SELECT campaign, SUM(impressions) AS n FROM adserver_traffic WHERE impressions = 1 GROUP BY campaign",
      [Self.server[1]],
      with: """
        SELECT campaign, count(*) FROM adserver_traffic WHERE advertiser_id = 710002 AND impressions = 1 GROUP BY 1
        """)
  }

  @Test func aTableOfTwoKindsHasTheRowsOfBoth() async throws {
    let query =
      "SELECT campaign, SUM(conversions) AS n FROM amazon_attributed_events_by_conversion_time GROUP BY campaign"
    let byHand = "SELECT campaign, count(*) FROM amazon_attributed_events_by_conversion_time WHERE"
    let ofSecond = "advertiser_id = \(Self.display[1].id) OR entity_id = '\(Self.sponsored[1].id)'"
    try await agree(query, Self.second, with: "\(byHand) \(ofSecond) GROUP BY 1")
    try await agree(
      query, [Self.display[0]],
      with: "\(byHand) advertiser_id = \(Self.display[0].id) GROUP BY 1 HAVING count(DISTINCT user_id) >= 2")
  }

  @Test func tablesOfOtherKindsAreEmpty() async throws {
    try await agree(
      "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign", Self.sponsored,
      with: "SELECT campaign FROM dsp_impressions WHERE false", isEmpty: true)
    let nobody = AdvertiserIdentifier(kind: .display, id: "no'body", marketplaceID: nil)
    try await agree(
      "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY campaign", [nobody],
      with: "SELECT campaign FROM dsp_impressions WHERE false", isEmpty: true)
    let stranger = AdvertiserIdentifier(kind: .sponsoredAds, id: "no'body", marketplaceID: nil)
    try await agree(
      "SELECT campaign, COUNT(*) AS n FROM sponsored_ads_traffic GROUP BY campaign", [stranger],
      with: "SELECT campaign FROM dsp_impressions WHERE false", isEmpty: true)
  }

  @Test func tablesWithoutAnAdvertiserAreReadWhole() async throws {
    try await agree(
      "SELECT event_subtype, COUNT(*) AS n FROM conversions GROUP BY event_subtype", Self.second,
      with: "SELECT event_subtype, count(*) FROM conversions GROUP BY 1 HAVING count(DISTINCT user_id) >= 2")
  }

  @Test func theLimitHoldsInsideWITHAndExtendedWindows() async throws {
    try await agree(
      """
      WITH seen AS (
        SELECT user_id, SUM(impressions) AS n
        FROM TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P30D', 'P1D')) GROUP BY user_id)
      SELECT n, COUNT(DISTINCT user_id) AS users FROM seen WHERE n <= 3 GROUP BY n
      """, [Self.display[1]],
      with: """
        SELECT n, count(*) FROM (
          SELECT user_id, count(*) AS n FROM dsp_impressions
          WHERE advertiser_id = \(Self.display[1].id) AND user_id IS NOT NULL GROUP BY 1)
        WHERE n <= 3 GROUP BY n
        """)
    try await agree(
      """
      SELECT COUNT(DISTINCT c.user_id) AS users, SUM(c.conversions) AS n FROM conversions c
      WHERE c.user_id IN (SELECT user_id FROM dsp_impressions)
      """, [Self.display[1]],
      with: """
        SELECT count(DISTINCT user_id), count(*) FROM conversions
        WHERE user_id IN (SELECT user_id FROM dsp_impressions WHERE advertiser_id = \(Self.display[1].id))
        """)
  }

  /// The limit is no literal of the query: a column that can't be compared with literals can still be grouped and
  /// joined.
  @Test func sensitiveColumnsAreUnaffected() async throws {
    try await agree(
      "SELECT city_name, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY city_name", [Self.display[1]],
      with: """
        SELECT city_name, count(DISTINCT user_id) FROM dsp_impressions WHERE advertiser_id = \(Self.display[1].id)
        GROUP BY 1 HAVING count(DISTINCT user_id) >= 100
        """)
  }

  /// A query that names no column at all still has its rows limited.
  @Test func theLimitingColumnNeedNotBeSelected() async throws {
    try await agree(
      "SELECT COUNT(*) AS n FROM dsp_clicks", [Self.display[1]],
      with: "SELECT count(*) FROM dsp_clicks WHERE advertiser = 'Lumen Outdoor'")
  }
}
