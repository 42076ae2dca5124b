import AMCSQL
import Dialects
import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport
import Testing
import Warehouse

/// The queries that noise mode refuses, and the plan of a query before it runs.
@Suite struct NoisePlanTests {
  private func compiled(
    _ sql: String, _ parameters: NoiseParameters = NoisyRoom.ordinary, window: String? = nil
  ) async throws -> QueryCompiler.Compiled {
    try await QueryCompiler(noise: parameters).compile(sql, for: .measurement, in: FixtureTests.context)
  }

  private func plan(_ sql: String, _ parameters: NoiseParameters = NoisyRoom.ordinary) async throws -> NoisePlan {
    try #require(try await compiled(sql, parameters).noise)
  }

  /// The code and the hint of a refusal.
  private func refusal(_ sql: String) async throws -> (code: String, hint: String)? {
    do throws(QueryRefusal) {
      _ = try await QueryCompiler(noise: NoisyRoom.ordinary).compile(sql, for: .measurement, in: FixtureTests.context)
      return nil
    } catch {
      return (error.first.code.rawValue, error.first.hint ?? "")
    }
  }

  // MARK: Refusals

  @Test(arguments: [
    ("unbounded_measure", "LEAST(GREATEST(", "SELECT SUM(line_item_id) AS s FROM dsp_impressions"),
    ("unbounded_measure", "LEAST(GREATEST(", "SELECT AVG(LENGTH(campaign)) AS s FROM dsp_impressions"),
    ("unbounded_measure", "LEAST(GREATEST(", "SELECT MEDIAN(campaign_id) AS s FROM dsp_impressions"),
    (
      "unbounded_measure", "LEAST(GREATEST(",
      "SELECT SUM(i.impressions * g.n) AS s FROM dsp_impressions i "
        + "JOIN (SELECT campaign, COUNT(*) AS n FROM dsp_clicks GROUP BY 1) g ON i.campaign = g.campaign"
    ),
    ("unsupported", "PERCENTILE", "SELECT MAX(impression_cost) AS m FROM dsp_impressions"),
    ("unsupported", "PERCENTILE", "SELECT campaign, MIN(impression_dt_utc) AS m FROM dsp_impressions GROUP BY 1"),
    ("unsupported", "count the rows", "SELECT COUNT(DISTINCT campaign) AS n FROM dsp_impressions"),
    ("unsupported", "DISTINCT", "SELECT SUM(DISTINCT impression_cost) AS n FROM dsp_impressions"),
    ("single_user_value", "COLLECT by `user_id`", "SELECT COLLECT(campaign) AS c FROM dsp_impressions"),
    ("unsupported", "", "SELECT SKEWNESS(impression_cost) AS c FROM dsp_impressions"),
    (
      "unsupported", "user_id",
      "SELECT COUNT(*) AS n FROM dsp_impressions a JOIN dsp_clicks b ON a.campaign = b.campaign"
    ),
    (
      "unsupported", "ranges",
      "SELECT tile, COUNT(*) AS n FROM (SELECT user_id, NTILE(4) OVER (ORDER BY n) AS tile FROM "
        + "(SELECT user_id, COUNT(*) AS n FROM dsp_impressions GROUP BY 1)) GROUP BY 1"
    ),
    (
      "unsupported", "PARTITION BY",
      "SELECT COUNT(*) AS n FROM (SELECT user_id, RANK() OVER (ORDER BY impression_cost) AS r FROM dsp_impressions) "
        + "WHERE r < 10"
    ),
    (
      "unsupported", "a subquery in FROM",
      "SELECT v.x, (SELECT COUNT(*) FROM dsp_impressions i WHERE i.impressions > v.x) AS n FROM (VALUES (1), (2)) v (x)"
    ),
    (
      "unsupported", "a subquery in FROM",
      "SELECT COUNT(*) AS n FROM dsp_impressions i "
        + "WHERE (SELECT COUNT(*) FROM dsp_clicks c WHERE c.campaign = i.campaign) > 3"
    ),
    (
      "unsupported", "Aggregate",
      "SELECT c, SUM(n) AS n FROM (SELECT campaign AS c, impressions AS n FROM dsp_impressions UNION ALL "
        + "SELECT CONCAT('segment ', segment_id), 0 FROM segment_metadata) GROUP BY 1"
    ),
    (
      "unsupported", "RANDOM() < 0.1",
      "SELECT COUNT(*) AS n FROM dsp_impressions i "
        + "JOIN (SELECT RANDOM() AS r FROM segment_metadata) m ON i.impressions > m.r"
    ),
    (
      "unsupported", "RANDOM() < 0.1",
      "SELECT k, COUNT(*) AS n FROM (SELECT user_id, UUID() AS k FROM dsp_impressions) GROUP BY 1"
    ),
    ("user_level_output", "Aggregate", "SELECT campaign, impressions FROM dsp_impressions"),
    ("column_never_shown", "", "SELECT request_tag, COUNT(*) AS n FROM dsp_impressions GROUP BY 1"),
  ])
  func whatNoNoiseCouldHideIsRefusedWithAWayAround(_ code: String, _ hint: String, _ sql: String) async throws {
    let refusal = try await refusal(sql)
    #expect(refusal?.code == code, "\(String(describing: refusal))")
    #expect(hint.isEmpty || refusal?.hint.contains(hint) == true, "\(String(describing: refusal))")
  }

  @Test(arguments: [
    "SELECT SUM(LEAST(GREATEST(line_item_id, 0), 4000)) AS s FROM dsp_impressions",
    "SELECT COUNT(*) AS n FROM dsp_impressions WHERE postal_code = '10001'",
    "SELECT COUNT(*) AS n FROM dsp_impressions WHERE RANDOM() < 0.1",
    "SELECT COUNT(*) AS n FROM (SELECT user_id, RANDOM() AS r FROM dsp_impressions) WHERE r < 0.1",
    "SELECT COUNT(*) AS campaigns FROM (SELECT DISTINCT campaign FROM dsp_impressions)",
    "SELECT PERCENTILE(impression_cost, 1.0) AS p FROM dsp_impressions",
    "SELECT SUM(CAST(HASH64(city_name) AS DECIMAL(28, 0))) AS s FROM dsp_impressions",
    "SELECT AVG(SECONDS_BETWEEN(i.impression_dt_utc, c.event_dt_utc)) AS s FROM dsp_impressions i "
      + "JOIN conversions c ON i.user_id = c.user_id",
  ])
  func ordinaryWorkCompiles(_ sql: String) async throws {
    let refusal = try await refusal(sql)
    #expect(refusal == nil, "\(String(describing: refusal))")
  }

  /// How many of the fixtures of threshold mode compile with noise. The others are those that noise mode refuses on
  /// purpose: extremes, different values, joins of two users, ranks of users, and random values.
  @Test func mostFixturesCompile() async throws {
    var counts: [String: Int] = [:]
    for fixture in FixtureTests.fixtures where fixture.expectedProblems.isEmpty {
      guard let purpose = fixture.queryPurpose else { continue }
      do throws(QueryRefusal) {
        _ = try await QueryCompiler(noise: NoisyRoom.ordinary).compile(
          fixture.sql, for: purpose, in: FixtureTests.context)
        counts["compiled", default: 0] += 1
      } catch {
        let name = error.first.code.rawValue
        counts[name, default: 0] += 1
        #expect(["unsupported", "unbounded_measure"].contains(name), "\(fixture.place): \(error.first.text)")
      }
    }
    #expect((counts["compiled"] ?? 0) >= 258, "\(counts)")
    #expect((counts["unsupported"] ?? 0) <= 50 && (counts["unbounded_measure"] ?? 0) <= 2, "\(counts)")
  }

  // MARK: Costs

  @Test func theLossIsDividedAmongAggregationsAndFigures() async throws {
    let loss = NoisyRoom.ordinary.loss
    let one = try await plan("SELECT COUNT(*) AS n FROM dsp_impressions")
    #expect(one.aggregations.count == 1 && one.aggregations[0].figures.count == 1)
    #expect(one.cost == PrivacyLoss(ticks: loss.ticks))
    #expect(one.aggregations[0].groupsPerUser == 1)

    let several = try await plan(
      """
      SELECT a.campaign, a.n, a.s, a.m, b.n AS clicks FROM
        (SELECT campaign, COUNT(*) AS n, SUM(impression_cost) AS s, AVG(impression_cost) AS m
         FROM dsp_impressions GROUP BY 1) a
      JOIN (SELECT campaign, COUNT(*) AS n FROM dsp_clicks GROUP BY 1) b ON a.campaign = b.campaign
      """)
    // Users, rows, cost, and the number of costs; the sum is there once.
    #expect(several.aggregations.map(\.figures.count) == [4, 2])
    #expect(several.aggregations.allSatisfy { $0.selectionThreshold != nil && $0.groupsPerUser == 8 })
    #expect(several.cost.isWithin(loss) && several.cost.ticks > loss.ticks - 10)
    #expect(several.cost.deltaTicks == loss.deltaTicks / 2 * 2)
    #expect(several.columns.map { $0.standardError != nil } == [false, true, true, false, true])
  }

  @Test func whatIsNotComputedCostsNothing() async throws {
    #expect(try await plan("SELECT segment_name FROM segment_metadata").cost == .zero)
    let unused = try await plan(
      "WITH w AS (SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1) SELECT COUNT(*) AS n FROM dsp_clicks")
    #expect(unused.aggregations.count == 1 && unused.cost.deltaTicks == 0)
    // Which public keys there are tells of nobody.
    let names = try await plan(
      "SELECT DISTINCT m.segment_name FROM (SELECT user_id, EXPLODE(matched_behavior_segment_ids) AS s "
        + "FROM dsp_impressions) i JOIN segment_metadata m ON m.segment_id = i.s")
    #expect(names.cost == .zero)
  }

  @Test func aFigureThatIsThereTwiceIsNoisedOnce() async throws {
    let reach = try await plan(
      "SELECT n, COUNT(*) AS a, COUNT(DISTINCT user_id) AS b, COUNT(1) AS c FROM "
        + "(SELECT user_id, COUNT(*) AS n FROM dsp_impressions GROUP BY 1) GROUP BY 1")
    #expect(reach.aggregations[0].figures.count == 1)
    // A user with one row is in one group.
    #expect(reach.aggregations[0].groupsPerUser == 1)
  }

  @Test func capsLowerTheNoise() async throws {
    func error(_ value: String) async throws -> Double {
      try #require(try await plan("SELECT SUM(\(value)) AS s FROM dsp_impressions").columns[0].standardError)
    }
    let plain = try await error("impression_cost")
    #expect(try await error("LEAST(impression_cost, 100)") < plain / 5)
    #expect(try await error("impression_cost * 2") > plain * 1.9)
    #expect(try await error("CASE WHEN campaign = 'x' THEN impression_cost ELSE 0 END") == plain)
    let differences = try await plan(
      "SELECT a - b AS d, a + 3 AS e, -2 * b AS f, a / 2 AS g, a * b AS h FROM "
        + "(SELECT COUNT(*) AS a, SUM(impressions) AS b FROM dsp_impressions)")
    let errors = differences.columns.map(\.standardError)
    let (a, b) = (try #require(errors[1]), try #require(errors[2]) / 2)
    #expect(abs(try #require(errors[0]) - (a * a + b * b).squareRoot()) < 1e-9)
    #expect(abs(try #require(errors[3]) - a / 2) < 1e-9)
    #expect(errors[4] == nil)
  }

  @Test func boundsFollowFromTheQueryAlone() async throws {
    let bounds = try await plan(
      """
      SELECT SUM(impressions) AS a, SUM(impressions - 3) AS b, SUM(CASE WHEN impressions > 1 THEN 5 ELSE -1 END) AS c,
        COUNT(*) AS d, COUNT(DISTINCT user_id) AS e, SUM(LEAST(GREATEST(campaign_id, 0), 10)) AS f,
        SUM(placement_view_rate) AS g FROM dsp_impressions
      """
    ).columns.map(\.bounds)
    #expect(bounds.prefix(6) == [0...50, -150...50, -50...250, 0...50, 0...1, 0...500])
    #expect(bounds[6]?.upperBound == 50)
    let perUser = try await plan(
      "SELECT SUM(LEAST(c, 4000)) AS s FROM (SELECT user_id, SUM(impression_cost) AS c FROM dsp_impressions GROUP BY 1)"
    )
    #expect(perUser.columns[0].bounds == 0...4000)
  }

  // MARK: Questions

  @Test func aQueryWithoutASeedDoesNotRun() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let compiled = try await compiled("SELECT COUNT(*) AS n FROM dsp_impressions")
    await #expect(throws: EngineError.self) { try await signals.run(compiled.query) }
    #expect(try await signals.run(compiled.seeded(NoisyRoom.seed(1))).count == 2)
  }

  /// The texts by which `EngineQuery.questionParts` tells questions apart: the statement without a seed, and what it
  /// reads.
  @Test func statementsTellQuestionsApart() async throws {
    func emitted(_ sql: String, _ parameters: NoiseParameters = NoisyRoom.ordinary) async throws -> EmittedQuery {
      try await compiled(sql, parameters).query
    }
    let one = try await emitted("SELECT COUNT(*) AS n FROM dsp_impressions")
    #expect(try await emitted("select count(*)   as n from dsp_impressions") == one)
    // The same statement over another table.
    #expect(try await emitted("SELECT COUNT(*) AS n FROM dsp_clicks") != one)
    #expect(try await emitted("SELECT COUNT(*) AS n FROM dsp_impressions WHERE impressions > 1").sql != one.sql)
    let cheaper = NoiseParameters(loss: NoisyRoom.ordinary.loss.divided(into: 2))
    #expect(try await emitted("SELECT COUNT(*) AS n FROM dsp_impressions", cheaper).sql != one.sql)
    let seed = try NoisyRoom.seed(7)
    #expect(!one.sql.contains(seed.hexadecimal))
    let seeded = try await compiled("SELECT COUNT(*) AS n FROM dsp_impressions").seeded(seed)
    #expect(seeded.sql.contains(seed.hexadecimal))
  }

  @Test func aLossThatIsTooSmallIsRefused() async throws {
    await #expect(throws: QueryRefusal.self) {
      try await compiled("SELECT COUNT(*) AS n FROM dsp_impressions", NoiseParameters(loss: .zero))
    }
    await #expect(throws: QueryRefusal.self) {
      try await compiled(
        "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1",
        NoiseParameters(loss: PrivacyLoss(ticks: 1 << 30)))
    }
  }
}
