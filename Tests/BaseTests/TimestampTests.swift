import Base
import Foundation
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799), ("2022-05-25T00:00:00Z", 1_653_436_800),
    ("2025-06-01T12:00:00Z", 1_748_779_200), ("9999-12-31T23:59:59Z", 253_402_300_799),
  ])
  func textAndTimeAreTheSame(_ text: String, _ seconds: Int) {
    #expect(Timestamp.date(utc: text) == Date(timeIntervalSince1970: Double(seconds)))
    #expect(Timestamp.text(of: Date(timeIntervalSince1970: Double(seconds))) == text)
  }

  @Test func fractionsOfASecondAreReadAndNotWritten() {
    let date = Timestamp.date(utc: "2024-01-01T00:00:00.250Z")
    #expect(date == Date(timeIntervalSince1970: 1_704_067_200.25))
    #expect(Timestamp.text(of: Date(timeIntervalSince1970: 1_704_067_200.999)) == "2024-01-01T00:00:00Z")
  }

  @Test(arguments: [
    "", "Z", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T00:00Z", "2024-01-01 00:00:00Z", "2024-1-1T00:00:00Z",
    "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-32T00:00:00Z",
    "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:00+01:00", "+024-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
    "٢٠٢٤-٠١-٠١T٠٠:٠٠:٠٠Z", "99999-01-01T00:00:00Z", "2024-01-01T00:00:00ZZ", "-2024-01-01T00:00:00Z",
  ])
  func whatIsNoTimeIsRefused(_ text: String) {
    #expect(Timestamp.date(utc: text) == nil)
  }

  @Test func localTimesFollowTheirZone() throws {
    let newYork = try #require(TimeZone(identifier: "America/New_York"))
    #expect(Timestamp.date(local: "2022-09-30T00:00:00", in: newYork) == Timestamp.date(utc: "2022-09-30T04:00:00Z"))
    #expect(Timestamp.date(local: "2022-12-30T00:00:00", in: newYork) == Timestamp.date(utc: "2022-12-30T05:00:00Z"))
    // An hour before and after the clocks change.
    #expect(Timestamp.date(local: "2024-03-10T01:30:00", in: newYork) == Timestamp.date(utc: "2024-03-10T06:30:00Z"))
    #expect(Timestamp.date(local: "2024-03-10T03:30:00", in: newYork) == Timestamp.date(utc: "2024-03-10T07:30:00Z"))
    #expect(Timestamp.date(local: "2024-03-10T03:30:00Z", in: newYork) == Timestamp.date(utc: "2024-03-10T03:30:00Z"))
  }

  /// A gap counts by the offset before it, and of two equal times the first one counts, east and west of Greenwich.
  @Test(arguments: [
    ("America/New_York", "2026-03-08T01:59:59", "2026-03-08T06:59:59Z"),
    ("America/New_York", "2026-03-08T02:00:00", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-03-08T02:59:59", "2026-03-08T07:59:59Z"),
    ("America/New_York", "2026-03-08T03:00:00", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2025-11-02T01:30:00", "2025-11-02T05:30:00Z"),
    ("America/New_York", "2025-11-02T02:00:00", "2025-11-02T07:00:00Z"),
    ("America/Havana", "2026-03-08T00:00:00", "2026-03-08T05:00:00Z"),
    ("Europe/Berlin", "2025-10-26T02:30:00", "2025-10-26T00:30:00Z"),
    ("Europe/Berlin", "2025-10-26T01:59:59", "2025-10-25T23:59:59Z"),
    ("Europe/Berlin", "2025-10-26T03:00:00", "2025-10-26T02:00:00Z"),
    ("Europe/Berlin", "2025-03-30T02:30:00", "2025-03-30T01:30:00Z"),
    ("Australia/Lord_Howe", "2025-10-05T02:15:00", "2025-10-04T15:45:00Z"),
    ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"),
    ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z"),
    ("Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"),
    ("Asia/Tokyo", "2026-03-08T02:00:00", "2026-03-07T17:00:00Z"),
    ("UTC", "2026-03-08T02:00:00", "2026-03-08T02:00:00Z"),
  ]) func timesAtAChangeOfTheClocks(_ name: String, _ local: String, _ utc: String) throws {
    let zone = try #require(TimeZone(identifier: name))
    let date = try #require(Timestamp.date(local: local, in: zone))
    #expect(Timestamp.text(of: date) == utc)
  }

  /// Every half hour of two years, in zones of every kind: times that exist come back, and none is before an earlier
  /// one except where the clocks go back.
  @Test(arguments: ["America/New_York", "America/Havana", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
  func existingTimesRoundTrip(_ name: String) throws {
    let zone = try #require(TimeZone(identifier: name))
    for step in 0..<(2 * 365 * 48) {
      let moment = Date(timeIntervalSince1970: 1_735_689_600 + Double(step) * 1800)
      let local = moment.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: moment))
      let back = LocalTime.date(localSeconds: local, in: zone)
      let isSame = back == moment
      let isFirstOfTwo =
        back < moment && back.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: back)) == local
      guard isSame || isFirstOfTwo else {
        Issue.record("\(name): \(Timestamp.text(of: moment)) came back as \(Timestamp.text(of: back))")
        return
      }
    }
  }

  @Test func everyDayOfFourCenturiesRoundTrips() {
    for day in stride(from: 0, to: 146_097, by: 1) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      guard Timestamp.date(utc: Timestamp.text(of: date)) == date else {
        Issue.record("day \(day) came back as another one")
        return
      }
    }
  }
}
