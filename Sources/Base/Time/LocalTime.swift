package import struct Foundation.Date
package import struct Foundation.TimeZone

/// Times and days by the clocks of a zone.
///
/// A time that the clocks leave out counts by the offset before the change, and of two equal times the first one
/// counts, as in RFC 5545 (3.3.5) and `java.time`.
package enum LocalTime {
  /// No zone is farther from UTC than this, in seconds.
  private static let offsetMax = 15 * 3600.0

  /// The moment at which the clocks of the zone show a time.
  ///
  /// - Parameter seconds: the time as if it were of UTC, in seconds since 1970-01-01.
  package static func date(localSeconds seconds: Double, in zone: TimeZone) -> Date {
    let asUTC = Date(timeIntervalSince1970: seconds)
    // Whatever moment it is, the first of these is before it, and the second behind it.
    let before = zone.secondsFromGMT(for: asUTC.addingTimeInterval(-offsetMax))
    let after = zone.secondsFromGMT(for: asUTC.addingTimeInterval(offsetMax))
    let early = asUTC.addingTimeInterval(-Double(before))
    guard before != after, zone.secondsFromGMT(for: early) != before else { return early }
    let late = asUTC.addingTimeInterval(-Double(after))
    return zone.secondsFromGMT(for: late) == after ? late : early
  }

  /// The day that the calendars of the zone show at a moment.
  package static func day(of date: Date, in zone: TimeZone) -> UTCDay {
    UTCDay(of: date.addingTimeInterval(Double(zone.secondsFromGMT(for: date))))
  }

  /// The moment at which a day of the zone begins.
  package static func start(of day: UTCDay, in zone: TimeZone) -> Date {
    date(localSeconds: Double(day.number) * Double(UTCDay.seconds), in: zone)
  }
}
