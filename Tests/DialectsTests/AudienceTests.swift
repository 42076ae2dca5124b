import Catalog
import Dialects
import Foundation
import Privacy
import Testing

/// The users whose keys an audience query gives.
@Suite struct AudienceTests {
  /// Users whose rows in `dsp_impressions` an audience may see: `adUserId`, known, without a deal, no opt-out, no
  /// child.
  private static let targetable = (1...1000).filter { u in
    u % 10 != 0 && u % 50 != 0 && u % 20 != 1 && u % 100 != 1 && u % 100 != 2
  }

  private func users(_ sql: String, _ signals: TestSignals) async throws -> [Int] {
    let compiled = try await QueryCompiler().compile(sql, for: .audience(.display), in: FixtureTests.context)
    let rows = try await signals.run(compiled.query)
    #expect(rows.first == "user_id")
    return rows.dropFirst().compactMap { Int($0) }
  }

  @Test func membersAreTargetableUsersEachOnce() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let all = try await users("SELECT user_id FROM dsp_impressions_for_audiences", signals)
    #expect(all.sorted() == Self.targetable)
    let one = try await users(
      "SELECT user_id FROM dsp_impressions_for_audiences WHERE campaign = 'campaign 1'", signals)
    #expect(one.sorted() == Self.targetable.filter { $0 % 4 == 1 })
    // Other columns may be selected; only the users go out.
    let more = try await users(
      "SELECT campaign, user_id, COUNT(*) AS n FROM dsp_impressions_for_audiences GROUP BY 1, 2", signals)
    #expect(more.sorted() == Self.targetable)
  }

  @Test func sensitiveProductsAreNull() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let wanted = (1...1000).filter { $0 % 3 == 0 && $0 % 100 != 1 && $0 % 100 != 2 }
    let named = try await users(
      "SELECT user_id FROM conversions_for_audiences WHERE tracked_asin IS NOT NULL", signals)
    #expect(named.sorted() == wanted.filter { $0 % 5 != 0 })
    let item = try await users("SELECT user_id FROM conversions_for_audiences WHERE tracked_item = 'B000'", signals)
    #expect(item.isEmpty)
  }

  @Test func userKeysMayComeFromSeveralTables() async throws {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let either = try await users(
      """
      WITH a AS (SELECT user_id FROM dsp_clicks_for_audiences), b AS (SELECT user_id FROM conversions_for_audiences)
      SELECT COALESCE(a.user_id, b.user_id) AS user_id FROM a FULL OUTER JOIN b ON a.user_id = b.user_id
      """, signals)
    let clicked = Self.targetable.filter { $0 % 10 == 3 }
    let converted = (1...1000).filter { $0 % 3 == 0 && $0 % 100 != 1 && $0 % 100 != 2 }
    #expect(either.sorted() == Set(clicked).union(converted).sorted())
    let frequent = try await users(
      """
      SELECT user_id FROM (
        SELECT user_id, COUNT(*) AS n FROM dsp_impressions_for_audiences GROUP BY user_id
      ) WHERE n >= CUSTOM_PARAMETER('least')
      """, signals)
    #expect(frequent.sorted() == Self.targetable.filter { $0 % 5 + 1 >= 3 })
    // The users with the most impressions: a rank over one row for each user.
    let top = try await users(
      """
      SELECT user_id FROM (
        SELECT user_id, ROW_NUMBER() OVER (ORDER BY n DESC, user_id) AS r
        FROM (SELECT user_id, COUNT(*) AS n FROM dsp_impressions_for_audiences GROUP BY user_id)
      ) WHERE r <= 100
      """, signals)
    #expect(!top.isEmpty && top.count <= 100)
    // A measure of all is public where enough users are behind it.
    let above = try await users(
      """
      SELECT user_id FROM (
        SELECT user_id, n, AVG(n) OVER () AS average
        FROM (SELECT user_id, COUNT(*) AS n FROM dsp_impressions_for_audiences GROUP BY user_id)
      ) WHERE n > average
      """, signals)
    #expect(above.sorted() == Self.targetable.filter { $0 % 5 + 1 > 3 })
    let without = try await users(
      """
      SELECT user_id FROM dsp_impressions_for_audiences
      WHERE user_id NOT IN (SELECT user_id FROM conversions_for_audiences WHERE user_id IS NOT NULL)
      """, signals)
    #expect(without.sorted() == Self.targetable.filter { $0 % 3 != 0 })
  }
}
