import Catalog
import Dialects
import Foundation
import Privacy
import Testing

/// The events that a query sees in a time window, and those that EXTEND_TIME_WINDOW adds.
@Suite struct TimeWindowTests {
  /// Two days: 2025-01-03 and 2025-01-04.
  private static let window = TimeWindow(
    start: Date(timeIntervalSince1970: 1_735_862_400), end: Date(timeIntervalSince1970: 1_736_035_200))

  /// The hours since 2025-01-01 of each impression of `TestSignals`: of user `u`, the k-th of `u % 5 + 1`.
  private static let hours = (1...1000).flatMap { u in (1...(u % 5 + 1)).map { k in u % 10 * 24 + k } }

  private func count(_ table: String) async throws -> Int? {
    let signals = try await TestSignals()
    defer { signals.remove() }
    let context = BindingContext(timeWindow: Self.window, now: Self.window.end)
    let compiled = try await QueryCompiler().compile(
      "SELECT COUNT(*) AS n FROM \(table)", for: .measurement, in: context)
    return try await signals.run(compiled.query).last.flatMap { Int($0) }
  }

  @Test(arguments: [
    ("dsp_impressions", 48, 96), ("TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P0D', 'P0D'))", 48, 96),
    ("TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P1D', 'P2D'))", 24, 144),
    ("TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'PT22H', 'PT2H'))", 26, 98),
    ("TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P0D', 'P1DT3H'))", 48, 123),
    ("TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P30D', 'P1W'))", -672, 264),
  ]) func fromItsStartUpToItsEnd(_ table: String, _ from: Int, _ to: Int) async throws {
    let expected = Self.hours.count { $0 >= from && $0 < to }
    #expect(try await count(table) == expected, "\(table)")
  }
}
