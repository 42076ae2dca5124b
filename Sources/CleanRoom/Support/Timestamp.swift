package import struct Foundation.Date
package import struct Foundation.TimeZone

/// Times as the API writes them.
package enum Timestamp {
  /// `yyyy-MM-dd'T'HH:mm:ss'Z'`; parts of a second are left out.
  package static func text(of date: Date) -> String {
    let seconds = Int64(date.timeIntervalSince1970.rounded(.down))
    let (days, secondOfDay) = seconds.quotientAndRemainderRoundingDown(dividingBy: 86_400)
    let (year, month, day) = CivilCalendar.date(daysSince1970: days)
    return
      "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
      + "\(padded(secondOfDay / 3600, 2)):\(padded(secondOfDay / 60 % 60, 2)):\(padded(secondOfDay % 60, 2))Z"
  }

  /// The time of `yyyy-MM-dd'T'HH:mm:ss'Z'`, with up to nine digits of a second's parts where given; else nil.
  package static func date(utc text: String) -> Date? {
    guard text.hasSuffix("Z"), let seconds = localSeconds(text.dropLast()) else { return nil }
    return Date(timeIntervalSince1970: seconds)
  }

  /// The time of `yyyy-MM-dd'T'HH:mm:ss` in a time zone; a `Z` at the end means UTC, whatever the zone. Else nil.
  package static func date(local text: String, in zone: TimeZone) -> Date? {
    if text.hasSuffix("Z") { return date(utc: text) }
    guard let seconds = localSeconds(text[...]) else { return nil }
    // The offset at the local time read as UTC is off by at most one change of the clocks; once more settles it.
    let asUTC = Date(timeIntervalSince1970: seconds)
    let guess = asUTC.addingTimeInterval(-Double(zone.secondsFromGMT(for: asUTC)))
    return asUTC.addingTimeInterval(-Double(zone.secondsFromGMT(for: guess)))
  }

  /// Seconds since 1970-01-01 of a date and time without a zone.
  private static func localSeconds(_ text: Substring) -> Double? {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard date.count == 3, time.count == 3,
      let year = number(date[0], digits: 4), let month = number(date[1], digits: 2),
      let day = number(date[2], digits: 2), let hour = number(time[0], digits: 2),
      let minute = number(time[1], digits: 2), let second = secondsWithParts(time[2]),
      year >= 1970, (1...12).contains(month), (1...CivilCalendar.dayCount(year: year, month: month)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let days = CivilCalendar.daysSince1970(year: year, month: month, day: day)
    return Double(days * 86_400 + hour * 3600 + minute * 60) + second
  }

  private static func secondsWithParts(_ text: Substring) -> Double? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = number(parts[0], digits: 2) else { return nil }
    guard parts.count == 2 else { return Double(whole) }
    guard (1...9).contains(parts[1].utf8.count), let part = number(parts[1], digits: parts[1].utf8.count) else {
      return nil
    }
    return Double(whole) + Double(part) / Double(repeatElement(10, count: parts[1].utf8.count).reduce(1, *))
  }

  private static func number(_ text: Substring, digits: Int) -> Int64? {
    guard text.utf8.count == digits,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int64(text)
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

/// The Gregorian calendar by arithmetic: no locale, no time zone.
enum CivilCalendar {
  /// Days from 1970-01-01; the year is counted from March, so that the leap day is its last.
  static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = shifted.quotientAndRemainderRoundingDown(dividingBy: 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).quotientAndRemainderRoundingDown(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  static func dayCount(year: Int64, month: Int64) -> Int64 {
    let next = month == 12 ? (year + 1, Int64(1)) : (year, month + 1)
    return daysSince1970(year: next.0, month: next.1, day: 1) - daysSince1970(year: year, month: month, day: 1)
  }
}

extension Int64 {
  fileprivate func quotientAndRemainderRoundingDown(dividingBy divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
