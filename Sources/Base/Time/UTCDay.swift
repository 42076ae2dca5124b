package import struct Foundation.Date

/// A day of UTC in the Gregorian calendar, counted from 1970-01-01 as day 0. It is independent of locale and time zone.
package struct UTCDay: Hashable, Sendable, Comparable {
  package static let seconds = 86_400

  /// Days since 1970-01-01.
  package var number: Int

  package init(number: Int) {
    self.number = number
  }

  /// The day of a moment.
  package init(of time: Date) {
    number = Int((time.timeIntervalSince1970 / Double(Self.seconds)).rounded(.down))
  }

  /// The day of a text `yyyy-MM-dd`; nil if the text is not such a day.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
    else { return nil }
    number = Self.number(year: year, month: month, day: day)
    guard self.text == text else { return nil }
  }

  /// The day of a text `yyyyMMdd`; nil if the text is not such a day.
  package init?(compact text: some StringProtocol) {
    guard text.utf8.count == 8 else { return nil }
    let (year, month, day) = (text.prefix(4), text.dropFirst(4).prefix(2), text.suffix(2))
    self.init("\(year)-\(month)-\(day)")
  }

  /// The day as `yyyy-MM-dd`.
  package var text: String {
    let (year, month, day) = date
    return "\(Self.padded(year, to: 4))-\(Self.padded(month, to: 2))-\(Self.padded(day, to: 2))"
  }

  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

  // Both directions count years from March, so that a leap day is the last of its year: 400 years have 146,097 days.

  /// The day in the calendar; months and days count from 1.
  package var date: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  /// The first day of this day's month.
  package var startOfMonth: UTCDay { UTCDay(number: number - date.day + 1) }

  private static func number(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The number with leading zeros, of at least `width` digits.
  static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
