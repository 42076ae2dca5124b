import AMCSQL
import Dialects
import DifferentialPrivacy
import Foundation
import Privacy
import Testing

/// Answers in noise mode.
@Suite struct NoisyAnswerTests {
  // MARK: Values

  /// The rows that threshold mode would show, without the 20 users that are not known.
  @Test(arguments: [
    (
      "SELECT campaign, COUNT(DISTINCT user_id) AS users FROM dsp_impressions GROUP BY 1",
      ["campaign 0,240", "campaign 1,250", "campaign 2,240", "campaign 3,249"]
    ),
    (
      "SELECT campaign, COUNT(*) AS n, SUM(impressions) AS i FROM dsp_impressions GROUP BY 1",
      ["campaign 0,740,740", "campaign 1,750,750", "campaign 2,740,740", "campaign 3,747,747"]
    ),
    (
      "SELECT n, COUNT(*) AS users FROM (SELECT user_id, COUNT(*) AS n FROM dsp_impressions GROUP BY 1) GROUP BY 1",
      ["1,180", "2,200", "3,200", "4,200", "5,200"]
    ),
    (
      "SELECT COUNT(DISTINCT i.user_id) AS a, COUNT(DISTINCT c.user_id) AS b FROM dsp_impressions i "
        + "LEFT JOIN conversions c ON i.user_id = c.user_id", ["980,327"]
    ),
    (
      "SELECT device_type, AVG(impressions) AS a, MEDIAN(impressions) AS m FROM dsp_impressions GROUP BY 1",
      ["PC,1.0,1.0", "Phone,1.0,1.0"]
    ),
    (
      "SELECT ROUND(STDDEV_POP(n), 0) AS s, ROUND(VAR_POP(n), 0) AS v FROM "
        + "(SELECT user_id, COUNT(*) AS n FROM dsp_impressions GROUP BY 1)", ["1.0,2.0"]
    ),
    ("SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = '00001'", ["10"]),
    (
      "SELECT SUM(n) AS n, COUNT(*) AS c FROM (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1)",
      ["2977,4"]
    ),
    (
      "SELECT campaign, RANK() OVER (ORDER BY n DESC) AS r FROM (SELECT campaign, COUNT(DISTINCT user_id) AS n "
        + "FROM dsp_impressions GROUP BY 1)", ["campaign 0,3", "campaign 1,1", "campaign 2,3", "campaign 3,2"]
    ),
    (
      "SELECT COUNT(DISTINCT user_id) AS n FROM (SELECT user_id, SUM(impressions) OVER (PARTITION BY campaign) AS t "
        + "FROM dsp_impressions) WHERE t > 745", ["499"]
    ),
    ("SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign IN (SELECT campaign FROM dsp_clicks)", ["1497"]),
    (
      "SELECT COUNT(*) AS n FROM dsp_impressions WHERE EXISTS (SELECT 1 FROM dsp_clicks WHERE campaign = 'campaign 1')",
      ["2980"]
    ),
    (
      "SELECT COUNT(*) AS n FROM dsp_impressions WHERE EXISTS (SELECT 1 FROM dsp_impressions WHERE campaign = 'none')",
      ["0"]
    ),
  ])
  func almostWithoutNoiseAnswersAreThoseOfKnownUsers(_ sql: String, _ expected: [String]) async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    #expect(try await NoisyRoom(signals: signals).rows(sql) == expected)
  }

  @Test func partsAreCutOffAtTheirBounds() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals)
    // User 11 costs a billion twice; all others 1,000 for their first event, 2,000 for the second and so on.
    let ofOthers = "SELECT SUM(impression_cost) AS s FROM dsp_impressions WHERE impression_cost <= 5000"
    let all = "SELECT SUM(impression_cost) AS s FROM dsp_impressions"
    #expect(abs(try await room.number(all) - room.number(ofOthers) - 50_000) < 200)
    let capped = "SELECT SUM(LEAST(impression_cost, 4000)) AS s FROM dsp_impressions WHERE campaign_id = 3"
    let exact = (1...1000).filter { $0 % 4 == 3 && $0 != 11 }.reduce(0) { sum, user in
      sum + (1...(user % 5 + 1)).reduce(0) { $0 + min(1000 * $1, 4000) }
    }
    #expect(abs(try await room.number(capped) - Double(exact + 2 * 4000)) < 200)
  }

  @Test func aUserCountsInAFewGroupsOnly() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    var room = NoisyRoom(signals: signals)
    room.parameters.groupsPerUser = 2
    // Every known user has as many rows as hours, from one to five.
    let byHour = "SELECT impression_dt_utc AS t, COUNT(*) AS n FROM dsp_impressions GROUP BY 1"
    let total = try await room.rows("SELECT SUM(n) AS n FROM (\(byHour))")
    let kept = (1...1000).filter { $0 % 50 != 0 }.reduce(0) { $0 + min($1 % 5 + 1, 2) }
    #expect(total == ["\(kept)"])
  }

  // MARK: Noise

  @Test func theSameQuestionHasTheSameAnswerAndAnotherSeedAnother() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals, parameters: NoisyRoom.ordinary)
    let sql = """
      SELECT v.c, COUNT(*) AS n, SUM(i.impression_cost) AS s, MEDIAN(i.impression_cost) AS m
      FROM dsp_impressions i JOIN (VALUES ('campaign 0'), ('campaign 1')) v (c) ON i.campaign = v.c GROUP BY 1
      """
    let first = try await room.rows(sql)
    #expect(first.count == 2)
    #expect(try await room.rows(sql) == first)
    #expect(try await room.rows(sql, seed: 2) != first)
  }

  @Test func equalFiguresOfSeveralGroupsHaveNoiseOfTheirOwn() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals, parameters: NoisyRoom.ordinary)
    // Nobody is in any of these groups.
    let sql =
      "SELECT v.c, COUNT(i.user_id) AS n FROM (VALUES ('x'), ('y'), ('z'), (NULL)) v (c) "
      + "LEFT JOIN dsp_impressions i ON i.campaign = v.c GROUP BY 1"
    let numbers = try await room.rows(sql).map { $0.split(separator: ",", omittingEmptySubsequences: false)[1] }
    #expect(numbers.count == 4 && Set(numbers).count == 4, "\(numbers)")
    // Another measure of the same, and the same measure in another aggregation of the query.
    let twice = try await room.rows(
      "SELECT a.n AS a, b.n AS b FROM (SELECT COUNT(*) AS n FROM dsp_impressions) a "
        + "CROSS JOIN (SELECT COUNT(*) AS n FROM dsp_impressions) b")
    let pair = twice[0].split(separator: ",")
    #expect(pair[0] != pair[1])
  }

  @Test func keysOfAllTypesHaveNoiseOfTheirOwn() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals, parameters: NoisyRoom.ordinary)
    // Lists whose elements run together in the same text, texts that look like NULL, and two zeros.
    let sql = """
      SELECT COUNT(*) AS groups, COUNT(DISTINCT n) AS numbers FROM (
        SELECT v.k AS k, v.t AS t, v.d AS d, COUNT(i.user_id) AS n FROM (VALUES
          (ARRAY['a', 'b'], '', 1.5), (ARRAY['a, b'], '', 1.5), (ARRAY['a", "b'], '', 1.5), (ARRAY['/1:a'], '', 1.5),
          (ARRAY['a'], '/-', 1.5), (ARRAY['a'], NULL, 1.5), (ARRAY['a'], 'NULL', 1.5), (ARRAY['a'], '', NULL)
        ) v (k, t, d) LEFT JOIN dsp_impressions i ON i.campaign = v.t GROUP BY 1, 2, 3)
      """
    #expect(try await room.rows(sql) == ["8,8"])
  }

  @Test func zeroAndNothingGiveTheSameAnswer() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals, parameters: NoisyRoom.ordinary)
    // The noise belongs to the seed, the aggregation and the figure. So with one seed, the sum of no part, the sum of
    // parts that are NULL and the sum of zeros are the noise alone, and the same.
    let nothing = try await room.number("SELECT SUM(clicks) AS s FROM dsp_clicks WHERE campaign = 'none'")
    let zeros = try await room.number(
      "SELECT SUM(clicks) AS s FROM (SELECT user_id, clicks - 1 AS clicks FROM dsp_clicks)")
    let bounds = try await room.compiled("SELECT SUM(clicks) AS s FROM dsp_clicks").noise?.columns.first?.bounds
    #expect(bounds == 0...10)
    let other = try await room.number(
      "SELECT SUM(x) AS s FROM "
        + "(SELECT user_id, CASE WHEN campaign = 'none' THEN clicks ELSE 0 END AS x FROM dsp_clicks)"
    )
    let absent = try await room.number(
      "SELECT SUM(x) AS s FROM (SELECT user_id, CASE WHEN campaign = 'none' THEN clicks END AS x FROM dsp_clicks)")
    #expect(nothing == other && nothing == absent)
    #expect(zeros != 0)
  }

  @Test func noiseIsAsLargeAsThePlanSays() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals, parameters: NoisyRoom.ordinary)
    // 200 groups without anybody: a sample of the noise.
    let values = (0..<200).map { "('none \($0)')" }.joined(separator: ", ")
    let sql =
      "SELECT v.c, SUM(i.impression_cost) AS s FROM (VALUES \(values)) v (c) "
      + "LEFT JOIN dsp_impressions i ON i.campaign = v.c GROUP BY 1"
    let compiled = try await room.compiled(sql)
    let error = try #require(compiled.noise?.columns[1].standardError)
    let rows = try await room.rows(sql)
    let squares = rows.compactMap { Double($0.split(separator: ",")[1]) }.map { $0 * $0 / (error * error) }
    #expect(squares.count == 200)
    // The sum of 200 squares has a mean of 200 and a standard deviation of 20.
    #expect(abs(squares.reduce(0, +) - 200) < 100, "\(squares.reduce(0, +))")
  }

  // MARK: Groups

  @Test func groupsOfPublicKeysAlwaysAppear() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals)
    let cases = [
      (
        "SELECT v.c, COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES ('campaign 0'), ('none')) v (c) "
          + "ON i.campaign = v.c GROUP BY 1", ["campaign 0,740", "none,0"]
      ),
      (
        "SELECT i.campaign, COUNT(*) AS n FROM dsp_impressions i JOIN (VALUES ('campaign 0'), ('none')) v (c) "
          + "ON i.campaign = v.c GROUP BY 1", ["campaign 0,740", "none,0"]
      ),
      (
        "SELECT campaign, COUNT(*) AS n FROM dsp_impressions WHERE campaign IN ('campaign 0', 'none') GROUP BY 1",
        ["campaign 0,740", "none,0"]
      ),
      (
        "SELECT m.segment_name, COUNT(DISTINCT i.user_id) AS users FROM "
          + "(SELECT user_id, EXPLODE(matched_behavior_segment_ids) AS s FROM dsp_impressions) i "
          + "JOIN segment_metadata m ON m.segment_id = i.s WHERE m.segment_id > 1 GROUP BY 1",
        ["segment 2,326", "segment 3,0"]
      ),
      (
        "WITH u AS (SELECT i.user_id, v.r, COUNT(*) AS n FROM dsp_impressions i LEFT JOIN "
          + "(VALUES ('campaign 0', 'east'), ('none', 'west')) v (c, r) ON i.campaign = v.c GROUP BY 1, 2) "
          + "SELECT COALESCE(r, 'rest') AS r, COUNT(*) AS users FROM u GROUP BY 1",
        ["east,240", "rest,740", "west,0"]
      ),
      (
        "SELECT what, COUNT(*) AS n FROM (SELECT user_id, 'click' AS what FROM dsp_clicks UNION ALL "
          + "SELECT user_id, 'nothing' FROM conversions WHERE conversions = 9) GROUP BY 1", ["click,100", "nothing,0"]
      ),
      (
        "SELECT campaign IN (SELECT CONCAT('campaign ', segment_id) FROM segment_metadata) AS known, COUNT(*) AS n "
          + "FROM dsp_impressions GROUP BY 1", ["false,743", "true,2237"]
      ),
    ]
    for (sql, expected) in cases { #expect(try await room.rows(sql) == expected, "\(sql)") }
  }

  @Test func groupsOfDataNeedUsers() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    var room = NoisyRoom(signals: signals, parameters: NoisyRoom.ordinary)
    room.parameters.groupsPerUser = 1
    let sql = "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1"
    let plan = try #require(try await room.compiled(sql).noise)
    let threshold = try #require(plan.aggregations[0].selectionThreshold)
    // Some 60 users are needed, so that the campaign of one is never there and those of 240 are.
    #expect((20...120).contains(threshold))
    for seed in 1...5 as ClosedRange<UInt8> {
      let names = try await room.rows(sql, seed: seed).map { $0.split(separator: ",")[0] }
      #expect(names == ["campaign 0", "campaign 1", "campaign 2", "campaign 3"])
    }
    #expect(try await room.rows("SELECT postal_code, COUNT(*) AS n FROM dsp_impressions GROUP BY 1").isEmpty)
  }

  @Test func auditColumnsTellOfNoisyUsers() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    var controls = AggregationControls()
    controls.filteredMetricsDiscriminatorColumn = "filtered"
    controls.distinctUserCountColumn = "users"
    controls.filteredReasonColumn = "why"
    let room = NoisyRoom(signals: signals)
    let rows = try await room.rows(
      "SELECT campaign, SUM(impressions) AS n FROM dsp_impressions GROUP BY 1", controls)
    #expect(
      rows == [
        "campaign 0,740,240,false,", "campaign 1,750,250,false,", "campaign 2,740,240,false,",
        "campaign 3,747,249,false,",
      ])
    let all = try await room.rows("SELECT SUM(impressions) AS n FROM dsp_impressions", controls)
    #expect(all == ["2980,980,false,"])
  }

  // MARK: Audiences

  @Test func audiencesReadNoisyFiguresOfOthers() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let room = NoisyRoom(signals: signals)
    let plain = try await room.compiled(
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'campaign 1'", for: .audience(.display))
    #expect(plain.noise?.cost == .zero)
    let sql = """
      SELECT u.user_id FROM (SELECT user_id, COUNT(*) AS n FROM dsp_impressions_for_audiences GROUP BY 1) u
      CROSS JOIN (SELECT AVG(n) AS a FROM
        (SELECT user_id, COUNT(*) AS n FROM dsp_impressions_for_audiences GROUP BY 1)) a
      WHERE u.n > a.a
      """
    let compiled = try await room.compiled(sql, for: .audience(.display))
    #expect(compiled.noise?.aggregations.count == 1)
    #expect(compiled.noise?.cost != .zero)
    #expect(try await room.rows(sql, for: .audience(.display)).count > 100)
    await #expect(throws: QueryRefusal.self) {
      try await room.compiled(
        "SELECT user_id FROM (SELECT user_id, RANK() OVER (ORDER BY n) AS r FROM (SELECT user_id, COUNT(*) AS n "
          + "FROM dsp_impressions_for_audiences GROUP BY 1)) WHERE r < 100", for: .audience(.display))
    }
  }
}
