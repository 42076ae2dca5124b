import Catalog
import Dialects
import Privacy
import Synchronization
import Testing

/// Rule 7: whether the results of two queries together would reveal too few users. User 7 is alone in campaign 'tiny'.
@Suite struct DifferenceTests {
  private struct Pair: Sendable {
    var one: String
    var other: String
  }

  private static let all = "SELECT COUNT(*) AS n FROM dsp_impressions"

  /// Each pair differs by one user.
  private static let isolating = [
    Pair(one: all, other: "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'tiny'"),
    Pair(one: all, other: "SELECT SUM(impressions) AS n FROM dsp_impressions WHERE NOT campaign = 'tiny'"),
    Pair(
      one: "SELECT device_type, SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign_id <> 3 GROUP BY 1",
      other:
        "SELECT device_type, SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign_id <> 3 OR campaign = 'tiny' GROUP BY 1"
    ),
    Pair(
      one: "SELECT COUNT(DISTINCT user_id) AS n FROM dsp_impressions",
      other:
        "SELECT COUNT(DISTINCT user_id) AS n FROM dsp_impressions WHERE campaign IN ('campaign 0', 'campaign 1', 'campaign 2', 'campaign 3')"
    ),
    Pair(
      one: "SELECT AVG(impression_cost) AS n FROM dsp_impressions WHERE campaign_id = 1 OR campaign = 'tiny'",
      other: "SELECT AVG(impression_cost) AS n FROM dsp_impressions WHERE campaign_id = 1"),
    // Rows without a user, which NOT IN drops too, do not hide anybody.
    Pair(
      one: all,
      other: "\(all) WHERE user_id NOT IN (SELECT user_id FROM dsp_impressions WHERE campaign = 'tiny')"),
    Pair(
      one: "SELECT COUNT(*) AS n FROM (SELECT user_id, COUNT(*) AS c FROM dsp_impressions GROUP BY 1) WHERE c > 0",
      other:
        "SELECT COUNT(*) AS n FROM (SELECT user_id, COUNT(*) AS c FROM dsp_impressions WHERE campaign <> 'tiny' GROUP BY 1) WHERE c > 0"
    ),
  ]

  /// Pairs of other shapes that differ by one user: keys of other types, of other names, of constants, or none.
  private static let reshaped = [
    Pair(one: all, other: "SELECT 1 AS k, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'tiny' GROUP BY 1"),
    Pair(
      one: "SELECT campaign_id, COUNT(*) AS n FROM dsp_impressions GROUP BY 1",
      other: """
        SELECT CAST(campaign_id AS VARCHAR) AS k, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'tiny' GROUP BY 1
        """),
    Pair(
      one: "SELECT device_type, COUNT(*) AS n FROM dsp_impressions GROUP BY 1",
      other: """
        SELECT UPPER(device_type) AS d, impressions, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'tiny'
        GROUP BY 1, 2
        """),
    Pair(
      one: "SELECT SUM(third_party_fees + 1) AS n FROM dsp_impressions",
      other: """
        SELECT k, SUM(third_party_fees + 1) AS n FROM dsp_impressions CROSS JOIN (VALUES (1), (2)) v (k)
        WHERE campaign <> 'tiny' OR k = 2 GROUP BY 1
        """),
  ]

  /// Pairs in which a part of one user differs, among parts of other types, or behind many others.
  private static let disguised = [
    Pair(
      one: "SELECT SUM(bid_price) AS n FROM dsp_impressions",
      other: "SELECT SUM(CAST(bid_price AS DOUBLE) * POSITION('campaign' IN campaign)) AS n FROM dsp_impressions"),
    Pair(
      one: "SELECT \(dummies(1)), SUM(bid_price) AS n FROM dsp_impressions",
      other:
        "SELECT \(dummies(21)), SUM(bid_price * POSITION('campaign' IN campaign)) AS n FROM dsp_impressions"),
  ]

  /// Nine sums that differ from others for everybody.
  private static func dummies(_ first: Int) -> String {
    (first..<first + 9).map { "SUM(impressions * \($0)) AS d\($0)" }.joined(separator: ", ")
  }

  /// Pairs that reveal nothing: they are equal, differ by many users, or have no group in common.
  private static let harmless = [
    Pair(one: all, other: all),
    Pair(one: all, other: "SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'campaign 1'"),
    Pair(one: all, other: "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1"),
    Pair(one: all, other: "SELECT SUM(clicks) AS n FROM dsp_clicks"),
    Pair(
      one: "SELECT campaign, COUNT(*) AS n FROM dsp_impressions GROUP BY 1",
      other: "SELECT campaign, COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'tiny' GROUP BY 1"),
    Pair(
      one: "SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign_id = 1",
      other: "SELECT SUM(impression_cost) AS n FROM dsp_impressions WHERE campaign_id = 2"),
  ]

  /// The rows of a query's aggregations, as the engine tells of them; nobody is left out.
  private func rows(_ query: QueryCompiler.Compiled, _ signals: TestSignals) async throws -> [[ReleasedGroup]] {
    let stages = Mutex<[[ReleasedGroup]]>([])
    let report = try #require(try query.report())
    try await signals.run(report) { stage in
      stages.withLock { $0 += stage.sides }
      return []
    }
    return stages.withLock { $0 }
  }

  /// Whether some row of one query isolates somebody beside some row of the other, and is found where it is looked for.
  private func differsByTooFew(
    _ one: QueryCompiler.Compiled, _ other: QueryCompiler.Compiled, _ signals: TestSignals
  ) async throws -> Bool {
    let earlier = try await rows(other, signals).joined()
    return try await rows(one, signals).joined().contains { row in
      earlier.contains { another in
        let isFound = !Set(row.neighbours).isDisjoint(with: another.addresses)
        return isFound && row.sketch.isolatesSomebody(beside: another.sketch)
      }
    }
  }

  private func differsByTooFew(_ pair: Pair, _ signals: TestSignals) async throws -> Bool {
    let compiler = QueryCompiler()
    let one = try await compiler.compile(pair.one, for: .measurement, in: FixtureTests.context)
    let other = try await compiler.compile(pair.other, for: .measurement, in: FixtureTests.context)
    return try await differsByTooFew(one, other, signals)
  }

  @Test func differencesOfOneUserAreFound() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    for pair in Self.isolating + Self.reshaped + Self.disguised {
      #expect(try await differsByTooFew(pair, signals), "\(pair)")
      #expect(try await differsByTooFew(Pair(one: pair.other, other: pair.one), signals), "the other way: \(pair)")
    }
  }

  @Test func differencesOfManyUsersOrNoneAreAllowed() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    for pair in Self.harmless { #expect(try await !differsByTooFew(pair, signals), "\(pair)") }
  }

  @Test func thresholdsDecideWhichDifferencesAreTooSmall() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    // By city a row needs a hundred users; a postal code has five.
    let city = "SELECT city_name, COUNT(*) AS n FROM dsp_impressions"
    let pair = Pair(one: "\(city) GROUP BY 1", other: "\(city) WHERE campaign_id <> 3 OR impressions <> 1 GROUP BY 1")
    #expect(try await !differsByTooFew(pair, signals))
    let few = Pair(one: "\(city) GROUP BY 1", other: "\(city) WHERE third_party_fees = 0 GROUP BY 1")
    #expect(try await differsByTooFew(few, signals))
    // Without the city, twenty users are enough.
    #expect(try await !differsByTooFew(Pair(one: Self.all, other: "\(Self.all) WHERE third_party_fees = 0"), signals))
  }

  @Test func advertiserFiltersCountAsDifferences() async throws {
    let signals = try await TestSignals([
      "dsp_impressions": (
        "range(1, 101) a(u)",
        [
          "user_id": "u", "impressions": "1", "impression_dt_utc": "TIMESTAMP '2025-01-02'",
          // The second advertiser has one user, the third has many.
          "advertiser_id": "CASE WHEN u = 7 THEN 2 WHEN u > 50 THEN 3 ELSE 1 END",
        ]
      )
    ])
    defer { signals.remove() }
    func compiled(_ ids: [String]?) async throws -> QueryCompiler.Compiled {
      var context = FixtureTests.context
      context.advertisers = ids.map { $0.map { AdvertiserIdentifier(kind: .display, id: $0, marketplaceID: nil) } }
      return try await QueryCompiler().compile(Self.all, for: .measurement, in: context)
    }
    func differsByTooFew(_ one: [String]?, _ other: [String]?) async throws -> Bool {
      try await self.differsByTooFew(compiled(one), compiled(other), signals)
    }
    #expect(try await differsByTooFew(nil, ["1", "3"]))
    #expect(try await differsByTooFew(["1", "2"], ["1"]))
    #expect(try await !differsByTooFew(["1", "3"], ["1"]))
  }

  @Test func eachAggregationOfAQueryIsADisclosureQuery() async throws {
    let sql = """
      SELECT a.n - b.n AS n FROM (SELECT COUNT(*) AS n FROM dsp_impressions) a
      CROSS JOIN (SELECT COUNT(*) AS n FROM dsp_impressions WHERE campaign <> 'tiny') b
      """
    let compiled = try await QueryCompiler().compile(sql, for: .measurement, in: FixtureTests.context)
    #expect(compiled.disclosureQueryCount == 2)
    #expect(try compiled.report()?.stages.map(\.aggregation) == [0, 1])
  }
}
