import Base
import Measurement
import CleanRoom
import Foundation
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
