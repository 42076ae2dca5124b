import Catalog
import Foundation
import TestSupport
import Testing

/// Questions that analysts ask every day. Rule 7 and the thresholds may take rows from such reports, but not the
/// reports.
@Suite(.hangLimit) struct OrdinaryWorkTests {
  /// Runs the questions one after the other in one clean room.
  ///
  /// - Returns: The rows of each answer, sorted, without quotes; nil for one that was refused or failed.
  private func ask(_ questions: [Question]) async throws -> [[String]?] {
    let worlds = try await Worlds.shared
    return try await AttackRoom.with(worlds, worlds[nil]) { room in
      var answers: [[String]?] = []
      for question in questions {
        let answer = try await room.ask(question)
        if case .rows = answer {
          answers.append(answer.data.map { $0.replacing("\"", with: "") })
        } else {
          answers.append(nil)
        }
      }
      return answers
    }
  }

  private func ask(_ sql: String...) async throws -> [[String]?] { try await ask(sql.map { Question(sql: $0) }) }

  /// The same query over windows from the first day on, each a day longer than the one before.
  private func askDaily(_ sql: String, days: ClosedRange<Int>) async throws -> [[String]?] {
    let start = Question.wholeWindow.start
    return try await ask(
      days.map { day in
        Question(sql: sql, window: TimeWindow(start: start, end: start.addingTimeInterval(Double(day) * 86_400)))
      })
  }

  @Test func monthToDateByCityIsAnsweredEveryDay() async throws {
    let answers = try await askDaily(
      "SELECT city_name, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1", days: 4...7)
    // A day brings sixty users to one city, fewer than a city needs.
    #expect(answers == [["Avalon,118", "Babylon,118"], ["Babylon,118"], [], []])
  }

  @Test func monthToDateByCampaignDeviceAndHourIsAnsweredEveryDay() async throws {
    let answers = try await askDaily(
      """
      SELECT campaign, device_type, impression_hour_utc, COUNT(*) AS n FROM dsp_impressions GROUP BY 1, 2, 3
      """, days: 4...7)
    #expect(answers.allSatisfy { $0 != nil })
    let byCampaign = try await askDaily(
      "SELECT campaign, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1", days: 4...7)
    // A day brings twenty users to a campaign, which is enough.
    #expect(byCampaign.map { $0?.count } == [3, 3, 3, 3])
  }

  @Test func oneFilterMoreHidesTheRowsThatItIsAbout() async throws {
    let sql = "SELECT campaign, device_type, COUNT(*) AS n FROM dsp_impressions WHERE campaign LIKE 'mass%'"
    let filter =
      "campaign_id = 1 AND bid_price = 100 AND dma_code = 'west' AND impression_date_utc = DATE '2025-01-03'"
    let answers = try await ask("\(sql) GROUP BY 1, 2", "\(sql) AND NOT (\(filter)) GROUP BY 1, 2")
    let first = try #require(answers[0])
    let second = try #require(answers[1])
    #expect(first.count == 6)
    // The filter leaves out one user, who is in one of the groups.
    #expect(second.count == 5 && Set(second).isSubset(of: first))
  }

  @Test func salesByProductAreAnsweredWithABoundAsWell() async throws {
    let sql = "SELECT tracked_asin, SUM(total_product_sales) AS sales FROM conversions"
    let answers = try await ask("\(sql) GROUP BY 1", "\(sql) WHERE total_product_sales > 5 GROUP BY 1")
    #expect(answers[0]?.count == 5)
    #expect(answers[1] == answers[0])
  }

  @Test func decilesOfSpendingAreAnswered() async throws {
    let answers = try await ask(
      """
      SELECT decile, COUNT(*) AS users, AVG(spend) AS average FROM (
        SELECT user_id, spend, NTILE(10) OVER (ORDER BY spend) AS decile FROM (
          SELECT user_id, SUM(impression_cost) AS spend FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY 1))
      GROUP BY 1
      """)
    #expect(answers[0]?.count == 10)
  }

  @Test func usersBySpendingAreAnswered() async throws {
    let answers = try await ask(
      """
      SELECT place, COUNT(*) AS users FROM (
        SELECT RANK() OVER (ORDER BY spend DESC) AS place FROM (
          SELECT user_id, SUM(impression_cost) AS spend FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY 1))
      GROUP BY 1
      """,
      """
      SELECT CASE WHEN place <= 100 THEN 'top 100' WHEN place <= 300 THEN 'top 300' ELSE 'others' END AS band,
        COUNT(*) AS users, AVG(spend) AS average FROM (
        SELECT spend, ROW_NUMBER() OVER (ORDER BY spend) AS place FROM (
          SELECT user_id, SUM(impression_cost) AS spend FROM dsp_impressions WHERE user_id IS NOT NULL GROUP BY 1))
      GROUP BY 1
      """)
    // The victim, who spends most, is alone in the first place, and has that of the next ones.
    #expect(answers[0] == ["1,197", "198,197", "395,196"])
    #expect(answers[1] == ["others,290,5051.724137931034", "top 100,100,1000.0", "top 300,200,2040.0"])
  }

  @Test func decilesByRelativeRankAreAnswered() async throws {
    let spend = """
      (SELECT user_id, SUM(impression_cost) + MIN(campaign_id) AS spend FROM dsp_impressions
      WHERE campaign LIKE 'mass%' AND user_id IS NOT NULL GROUP BY 1)
      """
    let answers = try await ask(
      """
      SELECT FLOOR(place * 10) AS decile, COUNT(*) AS users, AVG(spend) AS average
      FROM (SELECT spend, CUME_DIST() OVER (ORDER BY spend) AS place FROM \(spend)) GROUP BY 1
      """,
      """
      SELECT SUM(spend) AS spend FROM (SELECT spend, NTILE(4) OVER (ORDER BY spend) AS quarter FROM \(spend))
      WHERE quarter = 4
      """
    )
    // Users who spend the same are in one decile.
    #expect(answers[0] == ["10.0,197,6003.0", "3.0,196,1001.0", "6.0,197,3002.0"])
    #expect(answers[1] == ["882441"])
  }

  @Test func runningTotalsAcrossUsersAreAnswered() async throws {
    let answers = try await ask(
      """
      SELECT day, MAX(up_to) AS up_to FROM (
        SELECT impression_date_utc AS day, SUM(impressions) OVER (ORDER BY impression_date_utc) AS up_to
        FROM dsp_impressions WHERE campaign LIKE 'mass%') GROUP BY 1
      """,
      """
      SELECT CASE WHEN up_to <= 0.7 * total THEN 'most' ELSE 'rest' END AS part, COUNT(*) AS users, SUM(spend) AS spend
      FROM (
        SELECT spend, SUM(spend) OVER (ORDER BY spend DESC) AS up_to, SUM(spend) OVER () AS total FROM (
          SELECT user_id, SUM(impression_cost) AS spend FROM dsp_impressions
          WHERE campaign LIKE 'mass%' AND user_id IS NOT NULL GROUP BY 1))
      GROUP BY 1
      """)
    #expect(answers[0]?.count == 10)
    #expect(answers[0]?.last == "2025-01-10,1200")
    #expect(answers[1] == ["most,197,1182000", "rest,393,787000"])
  }

  @Test func aTableOfValuesMapsPostalCodesToRegions() async throws {
    let answers = try await ask(
      """
      SELECT m.region, COUNT(DISTINCT i.user_id) AS users FROM dsp_impressions i
      JOIN (VALUES ('100', 'east'), ('101', 'east'), ('500', 'west')) m (code, region) ON i.postal_code = m.code
      GROUP BY 1
      """,
      """
      WITH m (code, region) AS (VALUES ('100', 'east'), ('101', 'east'))
      SELECT COALESCE(m.region, 'other') AS region, COUNT(DISTINCT i.user_id) AS users FROM dsp_impressions i
      LEFT JOIN m ON i.postal_code = m.code WHERE i.campaign LIKE 'mass%' GROUP BY 1
      """)
    #expect(answers[0] == ["east,400", "west,190"])
    #expect(answers[1]?.isEmpty == false)
  }

  @Test func emptyPostalCodesCanBeLeftOut() async throws {
    let answers = try await ask("SELECT COUNT(DISTINCT user_id) AS n FROM dsp_impressions WHERE postal_code <> ''")
    #expect(answers == [["590"]])
  }

  @Test func sumsAndAveragesOfDifferentValuesAreAnswered() async throws {
    let answers = try await ask(
      """
      SELECT SUM(DISTINCT impression_cost) AS s, AVG(DISTINCT impression_cost) AS a FROM dsp_impressions
      WHERE campaign <> 'stray'
      """)
    // The victim's own cost is no value that users share.
    #expect(answers == [["6000,2000.0"]])
  }

  @Test func aCappedSumIsShownThoughOneUserIsAboveTheCap() async throws {
    let answers = try await ask(
      "SELECT SUM(LEAST(impression_cost, 3500)) AS n FROM dsp_impressions WHERE campaign <> 'stray'")
    #expect(answers == [["2003500"]])
  }

  @Test func oneBuyerHidesTheNumberOfBuyersAndNotTheReach() async throws {
    let answers = try await ask(
      """
      SELECT i.campaign, COUNT(DISTINCT i.user_id) AS reach, COUNT(DISTINCT c.user_id) AS buyers,
        SUM(c.total_product_sales) AS sales, COUNT(*) AS n
      FROM dsp_impressions i
      LEFT JOIN conversions c ON i.user_id = c.user_id AND c.conversion_event_name = 'solo purchase'
      WHERE i.campaign LIKE 'mass%' GROUP BY 1
      """)
    // The buyer is in campaign 'mass 2'. Sales and rows would tell of that person, too.
    #expect(answers[0]?.map { $0.prefix(10) } == ["mass 0,196", "mass 1,197", "mass 2,197"])
    #expect(answers[0]?.last == "mass 2,197,,,")
  }

  @Test func allAndAllButTheTestCampaignStandInOneReport() async throws {
    let answers = try await ask(
      """
      SELECT 'all' AS part, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'stray'
      UNION ALL SELECT 'without the test', COUNT(*) FROM dsp_impressions WHERE campaign NOT IN ('stray', 'solo')
      """)
    // The second row would tell about the one user of the test campaign.
    #expect(answers == [["all,1201"]])
  }
}
