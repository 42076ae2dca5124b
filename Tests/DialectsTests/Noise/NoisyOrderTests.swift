import AMCSQL
import Dialects
import Foundation
import Privacy
import Testing

/// Answers, and the ends of runs, that must not hang on how an engine goes through the rows of one person.
@Suite struct NoisyOrderTests {
  @Test(arguments: [
    // One user has the other zero, and would decide which form a group shows.
    (
      "SELECT CAST(k AS STRING) AS t, n FROM (SELECT k, COUNT(*) AS n FROM (SELECT user_id, CASE WHEN campaign "
        + "= 'tiny' THEN -0e0 ELSE 0e0 END AS k FROM dsp_impressions) GROUP BY k)", ["0.0,2980"]
    ),
    (
      "SELECT COUNT(*) AS n FROM (SELECT user_id, MAX(CASE WHEN impressions = 1 THEN -0e0 ELSE 0e0 END) AS k "
        + "FROM dsp_impressions GROUP BY 1) WHERE CAST(k AS STRING) = '0.0'", ["980"]
    ),
    // Errors of one row: a pattern that ends with its escape, and two rows where one is asked for.
    ("SELECT COUNT(*) AS n FROM dsp_impressions WHERE 'slx' LIKE campaign ESCAPE 'y'", ["0"]),
    (
      "SELECT COUNT(*) AS n FROM dsp_impressions i WHERE (SELECT c.campaign FROM dsp_impressions c "
        + "WHERE c.user_id = i.user_id) IS NOT NULL", ["180"]
    ),
    (
      "SELECT COUNT(*) AS n FROM dsp_impressions i WHERE (SELECT v.x FROM (VALUES ('tiny', 1), ('tiny', 2), "
        + "('campaign 1', 3)) v (c, x) WHERE v.c = i.campaign) = 3", ["750"]
    ),
    // Texts and arrays that grow beyond all bounds are NULL.
    (
      "SELECT COUNT(*) AS n FROM (SELECT user_id, REPLACE(REPLACE(REPLACE(campaign, 't', '\(Self.long)'), 't', "
        + "'\(Self.long)'), 't', '\(Self.long)') AS t FROM dsp_impressions) WHERE t IS NULL", ["3"]
    ),
  ])
  func oneRowDecidesAboutNothing(_ sql: String, _ expected: [String]) async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let rows = try await NoisyRoom(signals: signals).rows(sql)
    #expect(rows == expected)
  }

  private static let long = String(repeating: "t", count: 300)

  @Test(arguments: [
    "SELECT SUM(s) AS s FROM (SELECT user_id, SUM(total_cost) OVER (PARTITION BY user_id) AS s FROM dsp_impressions)",
    """
    SELECT k, COUNT(*) AS n FROM (SELECT user_id, COLLECT(total_cost) AS k FROM dsp_impressions GROUP BY 1)
    GROUP BY 1
    """,
  ])
  func whatHangsOnTheOrderOfRowsIsRefused(_ sql: String) async throws {
    await #expect(throws: QueryRefusal.self) {
      try await QueryCompiler(noise: NoisyRoom.ordinary).compile(sql, for: .measurement, in: FixtureTests.context)
    }
    _ = try? await QueryCompiler().compile(sql, for: .measurement, in: FixtureTests.context)
  }

  @Test func placesOfRowsThatTieFollowFromTheRows() async throws {
    let compiled = try await QueryCompiler(noise: NoisyRoom.ordinary).compile(
      "SELECT campaign, COUNT(*) AS n FROM (SELECT user_id, campaign, ROW_NUMBER() OVER (PARTITION BY user_id "
        + "ORDER BY impression_date_utc) AS r FROM dsp_impressions) WHERE r = 1 GROUP BY 1",
      for: .measurement, in: FixtureTests.context)
    // The date, then each column of the row.
    let orders = compiled.query.sql.matches(of: #/row_number\(\) OVER \(PARTITION BY c\d+ ORDER BY (c[^)]*)\)/#)
    #expect(orders.contains { $0.output.1.split(separator: ",").count >= 4 }, "\(orders.map(\.output.1))")
    let sums = try await QueryCompiler(noise: NoisyRoom.ordinary).compile(
      "SELECT COUNT(*) AS n FROM (SELECT user_id, SUM(total_cost) AS s, COLLECT(campaign) AS c FROM dsp_impressions "
        + "GROUP BY 1) WHERE s > 1 AND CARDINALITY(c) > 1",
      for: .measurement, in: FixtureTests.context)
    #expect(sums.query.sql.contains(#/sum\(.* ORDER BY .*list\(.* ORDER BY /#))
  }

  @Test func rangesOfNumbersAreRefused() async throws {
    await #expect(throws: QueryRefusal.self) {
      try await QueryCompiler().compile(
        "SELECT COUNT(*) AS n FROM (SELECT user_id, SUM(impressions) OVER (PARTITION BY user_id ORDER BY impressions "
          + "RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS s FROM dsp_impressions) WHERE s > 1",
        for: .measurement, in: FixtureTests.context)
    }
  }
}
