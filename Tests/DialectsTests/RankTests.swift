import Catalog
import Dialects
import Foundation
import Privacy
import Testing

/// Ranks among users, each of whom has a spending of their own or shares it with a few or many, recounted plainly.
@Suite struct RankTests {
  /// The spending of each user. `cost` is its form in SQL, over the user's number `u`.
  private struct World {
    var cost: String
    var spending: [Int]
  }

  private static let userCount = 240

  /// Nobody spends as much as another.
  private static let different = World(
    cost: "u * u % 1009 * 7 + u", spending: (1...userCount).map { $0 * $0 % 1009 * 7 + $0 })

  /// Groups of 1, 2, … 21 users spend the same; below and above, one user does alone.
  private static let shared: World = {
    var spending: [Int] = []
    for size in 1...21 { spending += Array(repeating: size * 100, count: size) }
    spending += Array(repeating: 100_000, count: userCount - spending.count)
    let cost = "CASE WHEN u > 231 THEN 100000 ELSE 100 * CAST(ceil((sqrt(8 * u + 1) - 1) / 2) AS INTEGER) END"
    return World(cost: cost, spending: spending)
  }()

  private func run(_ sql: String, in world: World) async throws -> [String] {
    let signals = try await TestSignals([
      "dsp_impressions": (
        "range(1, \(Self.userCount + 1)) a(u)",
        [
          "user_id": "u", "user_id_type": "'adUserId'", "campaign": "'c' || (u % 2)",
          "impression_cost": world.cost, "impression_dt_utc": "TIMESTAMP '2025-01-02'",
        ]
      )
    ])
    defer { signals.remove() }
    let compiled = try await QueryCompiler().compile(
      "WITH u AS (SELECT user_id, SUM(impression_cost) AS s FROM dsp_impressions GROUP BY 1) \(sql)",
      for: .measurement, in: FixtureTests.context)
    return try await signals.run(compiled.query).dropFirst().sorted()
  }

  /// The sizes and sums of groups of users, of which each has ten at least.
  private func rows(_ groups: [Int: [Int]]) -> [String] {
    groups.filter { $0.value.count >= 10 }.map { "\($0.key),\($0.value.count),\($0.value.reduce(0, +))" }.sorted()
  }

  @Test func decilesByRelativeRankAreExact() async throws {
    let sorted = Self.different.spending.sorted()
    let expected = Dictionary(grouping: sorted.indices) { $0 * 10 / (sorted.count - 1) }
    let answer = try await run(
      """
      SELECT CAST(FLOOR(place * 10) AS INTEGER) AS decile, COUNT(*) AS users, SUM(s) AS s
      FROM (SELECT s, PERCENT_RANK() OVER (ORDER BY s) AS place FROM u) GROUP BY 1
      """, in: Self.different)
    #expect(answer == rows(expected.mapValues { $0.map { sorted[$0] } }))
    #expect(answer.count == 10)
  }

  @Test(arguments: ["ROW_NUMBER", "RANK", "DENSE_RANK"]) func bandsOfDifferentValuesAreExact(function: String)
    async throws
  {
    let sorted = Self.different.spending.sorted(by: >)
    let answer = try await run(
      """
      SELECT CASE WHEN place <= 25 THEN 1 WHEN place <= 100 THEN 2 ELSE 3 END AS band, COUNT(*) AS users, SUM(s) AS s
      FROM (SELECT s, \(function)() OVER (ORDER BY s DESC) AS place FROM u) GROUP BY 1
      """, in: Self.different)
    let expected = [1: Array(sorted[..<25]), 2: Array(sorted[25..<100]), 3: Array(sorted[100...])]
    #expect(answer == rows(expected))
  }

  @Test func usersWithMostOfTheSpendingAreThoseWithinTenOfTheExactNumber() async throws {
    let sorted = Self.different.spending.sorted(by: >)
    let total = sorted.reduce(0, +)
    var sum = 0
    let exact = sorted.prefix {
      sum += $0
      return sum * 10 <= total * 8
    }.count
    let answer = try await run(
      """
      SELECT COUNT(*) AS users FROM (
        SELECT s, SUM(s) OVER (ORDER BY s DESC) AS up_to, SUM(s) OVER () AS total FROM u) WHERE up_to <= 0.8 * total
      """, in: Self.different)
    let found = try #require(answer.first.flatMap { Int($0) })
    // Groups of ten users are in the running sum together.
    #expect(found <= exact && found > exact - 10)
  }

  @Test func sharedPlacesAreExactAndFewUsersCountOneByOne() async throws {
    let answer = try await run(
      """
      SELECT place, COUNT(*) AS users, MAX(s) AS s FROM (SELECT s, RANK() OVER (ORDER BY s) AS place FROM u)
      GROUP BY 1
      """,
      in: Self.shared)
    // Values of 1, 2, … 9 users are 45 single places, of which none has ten users. Those of 9 users at the end join
    // the 21 before them.
    var expected: [String] = []
    var place = 46
    for size in 10...21 {
      expected.append("\(place),\(size == 21 ? 30 : size),\(size == 21 ? 100_000 : size * 100)")
      place += size
    }
    #expect(answer == expected.sorted())
  }

  @Test func fewUsersBeforeASharedPlaceHaveThatPlace() async throws {
    // Eight users, and one more, come before the others.
    for first in [8, 9] {
      let world = World(cost: "CASE WHEN u <= \(first) THEN u ELSE 1000 END", spending: [])
      let answer = try await run(
        "SELECT place, COUNT(*) AS users FROM (SELECT RANK() OVER (ORDER BY s) AS place FROM u) GROUP BY 1", in: world)
      #expect(answer == ["1,\(Self.userCount)"])
    }
  }

  @Test func placesOfFewerThanTenUsersAreNotTold() async throws {
    let answer = try await run(
      """
      SELECT COUNT(*) AS n, COUNT(place) AS places FROM (
        SELECT RANK() OVER (PARTITION BY CASE WHEN s < 60 THEN 0 ELSE 1 END ORDER BY s) AS place FROM u)
      """, in: World(cost: "u * 10", spending: []))
    // Five users are a partition of their own.
    #expect(answer == ["240,235"])
  }
}
