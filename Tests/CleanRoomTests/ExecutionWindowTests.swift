import Base
import Catalog
import CleanRoom
import Foundation
import Measurement
import ServerTestSupport
import Testing

@Suite struct ExecutionWindowTests {
  /// Type, time zone, and the window at 2025-06-01T12:00:00Z.
  static let windows: [(ExecutionWindowType, String?, start: String, end: String)] = [
    (.mostRecentDay, nil, "2025-05-31T00:00:00Z", "2025-06-01T00:00:00Z"),
    (.mostRecentDay, "America/New_York", "2025-05-31T04:00:00Z", "2025-06-01T04:00:00Z"),
    (.mostRecentDay, "Asia/Tokyo", "2025-05-31T15:00:00Z", "2025-06-01T15:00:00Z"),
    (.mostRecentWeek, nil, "2025-05-25T00:00:00Z", "2025-06-01T00:00:00Z"),
    (.currentMonth, nil, "2025-06-01T00:00:00Z", "2025-06-01T12:00:00Z"),
    (.previousMonth, nil, "2025-05-01T00:00:00Z", "2025-06-01T00:00:00Z"),
    (.previousMonth, "Europe/Berlin", "2025-04-30T22:00:00Z", "2025-05-31T22:00:00Z"),
    (.all, nil, "1970-01-01T00:00:00Z", "2025-06-01T12:00:00Z"),
  ]

  @Test(arguments: windows.indices)
  func windowTypesGiveTimes(_ index: Int) throws {
    let (type, zone, start, end) = Self.windows[index]
    var now = Fixtures.now
    // In Tokyo the day in question is the one that ends with it.
    if zone == "Asia/Tokyo" { now = now.addingTimeInterval(4 * 3600) }
    let window = try ExecutionWindow(type: type, start: nil, end: nil, timeZone: zone).resolved(at: now)
    #expect(Timestamp.text(of: window.start) == start)
    #expect(Timestamp.text(of: window.end) == end)
  }

  @Test func explicitTimesUseTheirZone() throws {
    let window = try ExecutionWindow(
      type: .explicit, start: "2022-09-20T00:00:00", end: "2022-09-30T00:00:00", timeZone: "America/New_York"
    ).resolved(at: Fixtures.now)
    #expect(Timestamp.text(of: window.start) == "2022-09-20T04:00:00Z")
    #expect(Timestamp.text(of: window.end) == "2022-09-30T04:00:00Z")
  }

  /// Zone, moment, type and window where the clocks change at midnight.
  static let changes: [(zone: String, now: String, type: ExecutionWindowType, start: String, end: String)] = [
    // The midnight of March 8 does not exist in Havana: the day begins at one o'clock.
    ("America/Havana", "2026-03-08T12:00:00Z", .mostRecentDay, "2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z"),
    ("America/Havana", "2026-03-09T12:00:00Z", .mostRecentDay, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
    ("America/Havana", "2026-03-15T12:00:00Z", .mostRecentWeek, "2026-03-08T05:00:00Z", "2026-03-15T04:00:00Z"),
    // The hour after the midnight of November 2 comes twice there.
    ("America/Havana", "2025-11-03T12:00:00Z", .mostRecentDay, "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"),
    ("Europe/Berlin", "2025-10-27T12:00:00Z", .mostRecentDay, "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z"),
    ("Europe/Berlin", "2025-11-15T12:00:00Z", .previousMonth, "2025-09-30T22:00:00Z", "2025-10-31T23:00:00Z"),
    ("America/New_York", "2026-01-01T03:00:00Z", .currentMonth, "2025-12-01T05:00:00Z", "2026-01-01T03:00:00Z"),
    ("America/New_York", "2026-01-01T12:00:00Z", .previousMonth, "2025-12-01T05:00:00Z", "2026-01-01T05:00:00Z"),
  ]

  @Test(arguments: changes.indices)
  func windowsBeginWhereDaysBegin(_ index: Int) throws {
    let change = Self.changes[index]
    let now = try #require(Timestamp.date(utc: change.now))
    let window = try ExecutionWindow(type: change.type, start: nil, end: nil, timeZone: change.zone).resolved(at: now)
    #expect(Timestamp.text(of: window.start) == change.start)
    #expect(Timestamp.text(of: window.end) == change.end)
  }

  @Test func neighbouringDaysDoNotOverlap() throws {
    func window(_ start: String, _ end: String) throws -> TimeWindow {
      try ExecutionWindow(type: .explicit, start: start, end: end, timeZone: "America/Havana").resolved(
        at: Fixtures.now)
    }
    let day = try window("2026-03-07T00:00:00", "2026-03-08T00:00:00")
    let next = try window("2026-03-08T00:00:00", "2026-03-09T00:00:00")
    #expect(day.end == next.start)
    #expect(day.end.timeIntervalSince(day.start) == 24 * 3600 && next.end.timeIntervalSince(next.start) == 23 * 3600)
  }

  /// Faults of a window, and the field at the beginning of the message.
  static let refusals: [(ExecutionWindow, String)] = [
    (ExecutionWindow(type: .explicit, start: nil, end: "2022-09-30T00:00:00", timeZone: nil), "timeWindowStart"),
    (ExecutionWindow(type: .explicit, start: "2022-09-30T00:00:00", end: nil, timeZone: nil), "timeWindowEnd"),
    (
      ExecutionWindow(type: .explicit, start: "2022-09-30T00:00:00", end: "2022-09-30T00:00:00", timeZone: nil),
      "timeWindowStart"
    ),
    (
      ExecutionWindow(type: .explicit, start: "yesterday", end: "2022-09-30T00:00:00", timeZone: nil), "timeWindowStart"
    ),
    (ExecutionWindow(type: .mostRecentDay, start: "2022-09-30T00:00:00", end: nil, timeZone: nil), "timeWindowStart"),
    (ExecutionWindow(type: .mostRecentDay, start: nil, end: nil, timeZone: "Mars/Olympus"), "timeWindowTimeZone"),
    (ExecutionWindow(type: .mostRecentDay, start: nil, end: nil, timeZone: ""), "timeWindowTimeZone"),
    (
      ExecutionWindow(type: .all, start: nil, end: nil, timeZone: String(repeating: "x", count: 10_000)),
      "timeWindowTimeZone"
    ),
  ]

  @Test(arguments: refusals.indices)
  func invalidRequestsAreRefused(_ index: Int) {
    let (window, field) = Self.refusals[index]
    let error = #expect(throws: CleanRoomError.self) { try window.resolved(at: Fixtures.now) }
    #expect(error?.message.hasPrefix(field) == true)
  }
}
