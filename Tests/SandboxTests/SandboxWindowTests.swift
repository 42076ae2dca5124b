import Base
import Dialects
import Foundation
import Testing

@testable import Sandbox
@testable import Warehouse

/// The rolling window of a sandbox: on a moved clock the newest days are there, and the oldest leave.
@Suite struct SandboxWindowTests {
  private static let instanceID = SandboxFixture.instanceID

  /// A small sandbox of nine days that end on 10 March 2026.
  private struct Rolling {
    let sandbox: SandboxFixture
    var window: SandboxWindow { SandboxWindow(store: sandbox.store, engine: sandbox.engine) }

    init(moves: Bool = true) async throws {
      sandbox = try await SandboxFixture(users: 400, days: 9, seed: 3, movesWithClock: moves)
    }

    /// The number of impressions of each day, with the day as text.
    func impressions() async throws -> [String: Int] {
      let files = try await sandbox.store.snapshot(instanceID: instanceID).files(of: "dsp_impressions", days: nil)
      let rows = try await TrustedSession.with(sandbox.engine, files: files) { session in
        try await session.rows(
          "SELECT CAST(CAST(impression_dt_utc AS DATE) AS VARCHAR), count(*) "
            + "FROM read_parquet(\(SQLText.list(files.map(\.path)))) GROUP BY 1")
      }
      return Dictionary(uniqueKeysWithValues: rows.map { ($0[0].text ?? "", $0[1].integer ?? 0) })
    }
  }

  private static func days(_ first: String, count: Int) throws -> Set<String> {
    let start = try #require(UTCDay(first))
    return Set((0..<count).map { UTCDay(number: start.number + $0).text })
  }

  private static func time(_ text: String) throws -> Date { try #require(Timestamp.date(utc: text)) }

  @Test func theWindowMovesWithTheClock() async throws {
    let rolling = try await Rolling()
    let before = try await rolling.impressions()
    #expect(try Set(before.keys) == Self.days("2026-03-02", count: 9))
    // Yesterday is there until the day ends.
    #expect(try await !rolling.window.isBehind(instanceID: Self.instanceID, at: Self.time("2026-03-11T23:59:59Z")))
    let later = try Self.time("2026-03-16T00:00:00Z")
    #expect(try await rolling.window.isBehind(instanceID: Self.instanceID, at: later))
    try await rolling.window.renew(instanceID: Self.instanceID, until: later)
    let after = try await rolling.impressions()
    #expect(try Set(after.keys) == Self.days("2026-03-07", count: 9))
    for (day, count) in after where before[day] != nil { #expect(before[day] == count, "\(day)") }
    #expect(try await !rolling.window.isBehind(instanceID: Self.instanceID, at: later))
    // A window is never moved back.
    try await rolling.window.renew(instanceID: Self.instanceID, until: Self.time("2026-03-12T00:00:00Z"))
    #expect(try await rolling.impressions() == after)
  }

  @Test func aSandboxWithALastDayStays() async throws {
    let rolling = try await Rolling(moves: false)
    let later = try Self.time("2027-01-01T00:00:00Z")
    #expect(try await !rolling.window.isBehind(instanceID: Self.instanceID, at: later))
    try await rolling.window.renew(instanceID: Self.instanceID, until: later)
    #expect(try await Set(rolling.impressions().keys) == Self.days("2026-03-02", count: 9))
    // Neither does an instance without synthetic signals.
    #expect(try await !rolling.window.isBehind(instanceID: "other", at: later))
  }

  /// Planted events are there once in each window, whichever its days are.
  @Test func eachWindowHasEachPlaceOnce() throws {
    for end in ["2026-03-10", "2026-03-14", "1969-12-28"] {
      let settings = try SandboxSettings(users: 10, days: 9, endDate: end)
      #expect(Set(settings.eventDays.map(settings.place)) == Set(0..<9))
    }
  }
}
