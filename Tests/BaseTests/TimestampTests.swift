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
