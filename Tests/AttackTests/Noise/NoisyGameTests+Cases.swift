import Catalog
import DifferentialPrivacy
import Foundation
import Privacy
import TestSupport
import Testing

/// Attacks that once showed the victim's exact values in ordinary queries, as games in noise mode.
extension NoisyGameTests {
  private static let cases: [Attack] = [
    attack(
      "weights of a table of values", .cost,
      """
      SELECT MOD(SUM(LEAST(i.impression_cost, 10000) * v.w), 1000000) AS n FROM dsp_impressions i
      JOIN (VALUES ('mass 0', 1000000), ('mass 1', 1000000), ('mass 2', 1000000), ('solo', 1)) v (c, w)
      ON i.campaign = v.c
      """),
    attack(
      "the sum less what a function of the key leaves", .cost,
      """
      SELECT SUM(LEAST(impression_cost, 10000))
        - SUM(CASE WHEN campaign LIKE 'mass%' THEN LEAST(impression_cost, 10000) END) AS n
      FROM dsp_impressions WHERE campaign <> 'stray'
      """),
    attack(
      "two shapes of one question", .cost, weights: [1, -1],
      "SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'stray'",
      "SELECT 1 AS k, SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign LIKE 'mass%' GROUP BY 1"),
    attack(
      "zero and NULL", .seen,
      "SELECT SUM(0 * campaign_id) AS n FROM dsp_impressions WHERE campaign = 'solo'"),
    attack(
      "conditions in a subquery about the row", .product,
      """
      SELECT MOD(SUM((SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 1000000 END FROM conversions c
        WHERE c.user_id = i.user_id AND c.tracked_asin = 'BSECRET')), 1000000) AS n FROM dsp_impressions i
      """),
    attack(
      "the total less the groups that are shown", .seen, weights: [1, -1],
      "SELECT COUNT(*) AS n FROM dsp_impressions",
      "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1"),
    attack(
      "named people, each with a weight", .cost,
      """
      SELECT SUM(LEAST(i.impression_cost, 10000) * CASE WHEN l.mark = 'victim' THEN 1 ELSE 0 END) AS n
      FROM dsp_impressions i JOIN list l ON i.user_id = l.user_id
      """),
    attack(
      "a group that only the victim is in", .seen,
      "SELECT campaign, COUNT(DISTINCT user_id) AS n FROM dsp_impressions GROUP BY 1"),
    attack(
      "a percentile of the victim alone", .bid,
      "SELECT PERCENTILE(bid_price, 1.0) AS n FROM dsp_impressions WHERE campaign = 'solo'"),
    attack(
      "a sum of postal codes", .postal,
      """
      SELECT SUM(LEAST(GREATEST(CAST(postal_code AS BIGINT), 0), 1000)) AS n FROM dsp_impressions
      WHERE campaign <> 'stray'
      """),
    attack(
      "windows that are not nested", .cost, weights: [1, -1], windows: [0.5...4.2, 0...4.1],
      "SELECT SUM(impression_cost) AS n FROM dsp_impressions", "SELECT SUM(impression_cost) AS n FROM dsp_impressions"),
    attack(
      "other questions in between", .cost, weights: [1, 0, 0, 0, -1],
      "SELECT SUM(impression_cost) AS n FROM dsp_impressions",
      "SELECT COUNT(*) AS n FROM dsp_clicks", "SELECT COUNT(*) AS n FROM conversions",
      "SELECT COUNT(DISTINCT user_id) AS n FROM dsp_clicks",
      "SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign <> 'solo'"),
    attack(
      "one question in two instances", .cost, weights: [0.5, 0.5],
      "SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign = 'solo'",
      "SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign = 'solo'"),
    attack(
      "a rank in place of a literal", .city,
      """
      SELECT COUNT(*) AS n FROM dsp_impressions i
      JOIN (SELECT city_name, ROW_NUMBER() OVER (ORDER BY c) AS r
        FROM (SELECT city_name, COUNT(*) AS c FROM dsp_impressions GROUP BY 1)) g ON i.city_name = g.city_name
      WHERE g.r = 2 AND i.campaign = 'solo'
      """),
    attack(
      "a search by halves", .cost, weights: [1, 1, 1, 1],
      "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND impression_cost >= 4096",
      "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND impression_cost >= 5120",
      "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND impression_cost >= 6144",
      "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign = 'solo' AND impression_cost >= 6656"),
    attack(
      "another type and idle sums", .cost, weights: [1, -1],
      "SELECT COUNT(*) AS a, SUM(impressions) AS b, SUM(impression_cost) AS n FROM dsp_impressions",
      "SELECT SUM(CAST(impression_cost AS DOUBLE)) AS n FROM dsp_impressions WHERE campaign <> 'solo'"),
    attack(
      "a sample by chance", .cost,
      "SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE RANDOM() < 0.9 AND campaign = 'solo'"),
  ]

  /// - Parameter windows: The window of each question, in days from the beginning of the world's ten days.
  private static func attack(
    _ name: String, _ secret: Secret, weights: [Double]? = nil, windows: [ClosedRange<Double>] = [],
    _ queries: String...
  ) -> Attack {
    var attack = Attack(family: "cases", name: name)
    attack.secret = secret
    attack.weights = weights
    attack.questions = queries.map { Question(sql: $0) }
    for (index, days) in windows.enumerated() {
      let start = Question.wholeWindow.start
      attack.questions[index].window = TimeWindow(
        start: start.addingTimeInterval(86_400 * days.lowerBound),
        end: start.addingTimeInterval(86_400 * days.upperBound))
    }
    return attack
  }

  @Test func noCaseWinsMoreThanTheLossAllows() async throws {
    let worlds = try await Worlds.shared
    var played = 0
    for attack in Self.cases {
      let outcome = try await Self.play(attack, worlds, runs: 2_000, choosing: 500)
      Self.expectWithinLoss(outcome)
      if let finding = outcome.finding {
        print("audit of \(finding)")
        played += 1
      }
    }
    #expect(played >= 15)
  }

  /// A person is deleted between two equal questions. Both answers are paid for and have noise of their own, so that
  /// their difference tells no more than two answers may.
  @Test func aDeletionBetweenTwoQuestionsWinsNoMoreThanTwoAnswers() async throws {
    let worlds = try await Worlds.shared
    let sql = "SELECT SUM(impression_cost) AS n FROM dsp_impressions"
    let attack = Self.attack("a deletion between two questions", .seen, weights: [1, -1], sql, sql)
    // In one world the victim goes before the second question, in the other there never was one.
    func world(_ side: Side, _ question: Int) -> World { worlds[side == .with && question == 0 ? nil : .seen] }
    let outcome = try await Self.play(attack, worlds, runs: 2_000, choosing: 500, in: world)
    #expect(outcome.cost.rho > 1.9 * NoisyDoor.parameters.loss.rho)
    Self.expectWithinLoss(outcome)
    // Were the noise the same, the difference would be what the victim's impression cost.
    let known = try await Self.play(attack, worlds, runs: 200, choosing: 50, knowsTheNoise: true, in: world)
    #expect(try #require(known.finding).rhoBound() > 1)
  }

  /// With little noise, much of the loss is seen, and no more than is claimed: the game is not blind.
  @Test func aLargeLossIsSeen() async throws {
    let worlds = try await Worlds.shared
    let attack = Self.attack(
      "the users of the victim's campaign", .seen,
      "SELECT COUNT(DISTINCT user_id) AS n FROM dsp_impressions WHERE campaign = 'solo'")
    let parameters = NoiseParameters(loss: PrivacyLoss(ticks: 1 << 39, deltaTicks: 1 << 30))
    let outcome = try await Self.play(attack, worlds, runs: 2_000, choosing: 500, parameters: parameters)
    let finding = try #require(outcome.finding)
    print("audit of \(finding)")
    // One user more or less: one step.
    #expect(outcome.cost.rho == 0.5)
    #expect(finding.rhoBound() <= 0.5 && finding.rhoBound() > 0.1, "\(finding)")
  }
}
