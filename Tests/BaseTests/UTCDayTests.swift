import Base
import Foundation
import Testing

@Suite struct UTCDayTests {
  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_454, "2026-01-01"),
    (20_512, "2026-02-28"), (20_513, "2026-03-01"), (47_540, "2100-02-28"), (47_541, "2100-03-01"),
  ])
  func textAndNumber(_ number: Int, _ text: String) {
    #expect(UTCDay(number: number).text == text)
    #expect(UTCDay(text)?.number == number)
  }

  @Test(arguments: [
    "", "2026-1-1", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-32", "2026-01-01T00",
    "２０２６-01-01",
  ])
  func noDay(_ text: String) {
    #expect(UTCDay(text) == nil)
  }

  @Test func aMomentIsOnItsDay() {
    #expect(UTCDay(of: Date(timeIntervalSince1970: 0)).number == 0)
    #expect(UTCDay(of: Date(timeIntervalSince1970: -0.5)).number == -1)
    #expect(UTCDay(of: Date(timeIntervalSince1970: 1_748_779_200)).text == "2025-06-01")
    #expect(UTCDay(number: 19_782).date == (2024, 2, 29))
  }

  @Test func everyDayOf400YearsRoundTrips() {
    for number in -10_000...136_097 {
      let day = UTCDay(number: number)
      #expect(UTCDay(day.text) == day)
    }
  }
}
