import Testing

@testable import Catalog

@Suite struct TimeTextTests {
  @Test func days() {
    #expect(TimeText.days("1970-01-01") == 0)
    #expect(TimeText.days("1969-12-31") == -1)
    #expect(TimeText.days("2025-01-31") == 20_119)
    #expect(TimeText.days("2024-02-29") == 19_782)
    for text in [
      "2025-02-29", "2025-13-01", "2025-00-10", "2025-1-31", "25-01-31", "2025-01-32", "", "2025-01-31 ", "１970-01-01",
    ] {
      #expect(TimeText.days(text) == nil, "\(text)")
    }
  }

  @Test func microseconds() {
    #expect(TimeText.microseconds("1970-01-02") == 86_400_000_000)
    #expect(TimeText.microseconds("1970-01-01 00:00:01.5") == 1_500_000)
    #expect(TimeText.microseconds("1970-01-01T01:00:00Z") == 3_600_000_000)
    #expect(TimeText.microseconds("1970-01-01 01:30") == 5_400_000_000)
    #expect(TimeText.microseconds("1970-01-01 00:00:00.123456789") == 123_456)
    #expect(TimeText.microseconds("1969-12-31 23:59:59") == -1_000_000)
    for text in [
      "1970-01-01 24:00:00", "1970-01-01 00:60:00", "1970-01-01 00:00:61", "now", "1970-01-01 1:00:00", "12:00:00",
    ] {
      #expect(TimeText.microseconds(text) == nil, "\(text)")
    }
  }

  @Test func durations() {
    #expect(TimeText.durationSeconds("P14D") == 1_209_600)
    #expect(TimeText.durationSeconds("P1W") == 604_800)
    #expect(TimeText.durationSeconds("P1DT12H") == 129_600)
    #expect(TimeText.durationSeconds("PT90S") == 90)
    #expect(TimeText.durationSeconds("PT1H30M") == 5_400)
    #expect(TimeText.durationSeconds("P0D") == 0)
    for text in ["", "P", "PT", "P1", "1D", "P1M", "P1Y", "P-1D", "P1.5D", "PT1D", "P1H", "P1DT", "p1d", "P9999999D"] {
      #expect(TimeText.durationSeconds(text) == nil, "\(text)")
    }
  }
}
