import DifferentialPrivacy
import Foundation
import Testing

@testable import Warehouse

/// Noise, choices and percentiles as statements call them.
@Suite struct NoiseFunctionTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "noise-\(UUID().uuidString)")
  private static let seedText = String(repeating: "0f", count: 32)

  private func rows(_ sql: String, threads: Int = 1) async throws -> [[EngineValue]] {
    defer { try? FileManager.default.removeItem(at: folder) }
    let settings = EngineSettings(threads: threads, memoryLimitBytes: 512 << 20, spillFolder: folder)
    return try await TrustedSession.with(settings) { session in try await session.rows(sql) }
  }

  private func seed(_ text: String = Self.seedText) throws -> NoiseSeed {
    try #require(NoiseSeed(hexadecimal: text))
  }

  /// More rows than one chunk has, with two seeds and two scales.
  @Test func statementsGetTheNoiseOfTheSampler() async throws {
    let other = String(repeating: "a1", count: 32)
    let rows = try await rows(
      """
      SELECT i, CAST(adyton_noise(
        CASE WHEN i % 2 = 0 THEN '\(Self.seedText)' ELSE '\(other)' END, 'é' || i,
        CASE WHEN i % 3 = 0 THEN '4' ELSE '332306998946228968225951765070086144' END, '1') AS VARCHAR)
      FROM range(5000) t(i) ORDER BY i
      """, threads: 2)
    let scales = try ["4", "332306998946228968225951765070086144"].map {
      DiscreteGaussian(try #require(GaussianScale(numerator: $0, denominator: "1")))
    }
    let keys = try [Self.seedText, other].map { RandomKey(try seed($0), for: .gaussian) }
    #expect(rows.count == 5_000)
    for (i, row) in rows.enumerated() {
      let noise = scales[i % 3 == 0 ? 0 : 1].sample(keys[i % 2], place: Array("é\(i)".utf8))
      #expect(row[1].text == String(noise), "\(i)")
    }
    #expect(rows.contains { $0[1].text?.count ?? 0 > 18 }, "numbers beyond 64 bits come whole")
    #expect(rows.contains { $0[1].text?.hasPrefix("-") ?? false })
  }

  @Test func statementsGetTheChoiceOfPercentiles() async throws {
    let counts: [[Int64]] = [[0, 3, 5, 2], [7], [0, 0, 0, 0, 0, 9], [1, 1]]
    let values = counts.enumerated().map { "(\($0), \($1))" }.joined(separator: ", ")
    let rows = try await rows(
      """
      SELECT CAST(i AS BIGINT), adyton_exponential('\(Self.seedText)', 'p' || i || '-' || j, c, 0.9, '1', '2')
      FROM (VALUES \(values)) t(i, c), range(100) s(j) ORDER BY i, j
      """)
    let scale = try #require(ExponentialScale(numerator: "1", denominator: "2"))
    let choice = try #require(PercentileChoice(fraction: 0.9, scale: scale))
    let key = RandomKey(try seed(), for: .exponential)
    #expect(rows.count == 400)
    for (index, row) in rows.enumerated() {
      let place = "p\(index / 100)-\(index % 100)"
      #expect(row[1].integer == choice.sample(key, place: Array(place.utf8), counts: counts[index / 100]), "\(place)")
    }
    #expect(Set(rows.map { $0[1].integer }).count > 3)
  }

  @Test func theOrderOfGroupsIsKeyed() async throws {
    let sql = { (seed: String) in
      "SELECT CAST(adyton_choice('\(seed)', 'user ' || i) AS VARCHAR) FROM range(3000) t(i) ORDER BY i"
    }
    let (one, again) = (try await rows(sql(Self.seedText)), try await rows(sql(Self.seedText)))
    let other = try await rows(sql(String(repeating: "a1", count: 32)))
    let orders = [one, again, other].map { $0.compactMap { $0[0].text.flatMap(UInt64.init) } }
    #expect(orders.allSatisfy { $0.count == 3_000 })
    #expect(orders[0] == orders[1])
    #expect(Set(orders[0]).count == 3_000 && !zip(orders[0], orders[2]).contains { $0 == $1 })
    // About half of them are in the upper half.
    #expect((1_350...1_650).contains(orders[0].count { $0 > 1 << 63 }))
  }

  @Test(arguments: [
    "adyton_noise(S, 'p', '1', '1')", "adyton_choice(S, 'p')", "adyton_exponential(S, 'p', [1], 0.5, '1', '1')",
  ])
  func sensibleArgumentsHaveAnAnswer(call: String) async throws {
    let seed = "'\(Self.seedText)'"
    let rows = try await rows("SELECT CAST(\(call.replacing("S,", with: "\(seed),")) AS VARCHAR)")
    #expect(rows.first?.first?.text.flatMap(UInt128.init) != nil || rows.first?.first?.text?.hasPrefix("-") == true)
  }

  /// Statements end rather than answer without noise.
  @Test(arguments: [
    "adyton_noise(NULL, 'p', '1', '1')", "adyton_noise('00', 'p', '1', '1')", "adyton_noise(S, NULL, '1', '1')",
    "adyton_noise(S, 'p', NULL, '1')", "adyton_noise(S, 'p', '1', NULL)", "adyton_noise(S, 'p', '0', '1')",
    "adyton_noise(S, 'p', '1', '0')", "adyton_noise(S, 'p', '-1', '1')", "adyton_noise(S, 'p', 'x', '1')",
    "adyton_choice(NULL, 'p')", "adyton_choice('x', 'p')", "adyton_choice(S, NULL)",
    "adyton_exponential(NULL, 'p', [1], 0.5, '1', '1')", "adyton_exponential(S, NULL, [1], 0.5, '1', '1')",
    "adyton_exponential(S, 'p', NULL, 0.5, '1', '1')", "adyton_exponential(S, 'p', [1, NULL], 0.5, '1', '1')",
    "adyton_exponential(S, 'p', [], 0.5, '1', '1')", "adyton_exponential(S, 'p', [-1], 0.5, '1', '1')",
    "adyton_exponential(S, 'p', [1], NULL, '1', '1')", "adyton_exponential(S, 'p', [1], 1.5, '1', '1')",
    "adyton_exponential(S, 'p', [1], 0.5, '0', '1')", "adyton_exponential(S, 'p', [1], 0.5, '1', NULL)",
  ])
  func senselessArgumentsEndTheStatement(call: String) async throws {
    let seed = "'\(Self.seedText)'"
    await #expect(throws: EngineError.self) {
      _ = try await rows("SELECT CAST(\(call.replacing("S,", with: "\(seed),")) AS VARCHAR)")
    }
  }
}
