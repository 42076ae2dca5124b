package import struct Foundation.Date
package import struct Foundation.TimeZone

/// Times as the API writes them.
package enum Timestamp {
  /// `yyyy-MM-dd'T'HH:mm:ss'Z'`; parts of a second are left out.
  package static func text(of date: Date) -> String {
    let day = UTCDay(of: date)
    let second = Int(date.timeIntervalSince1970.rounded(.down)) - day.number * UTCDay.seconds
    let parts = [second / 3600, second / 60 % 60, second % 60]
    return "\(day.text)T\(parts.map { UTCDay.padded($0, to: 2) }.joined(separator: ":"))Z"
  }

  /// The time of `yyyy-MM-dd'T'HH:mm:ss'Z'`, with up to nine digits of a second's parts where given; else nil.
  package static func date(utc text: String) -> Date? {
    guard text.hasSuffix("Z"), let seconds = localSeconds(text.dropLast()) else { return nil }
    return Date(timeIntervalSince1970: seconds)
  }

  /// The time of `yyyy-MM-dd'T'HH:mm:ss` in a time zone; a `Z` at the end means UTC, whatever the zone. Else nil.
  ///
  /// Where the clocks change, see `LocalTime`.
  package static func date(local text: String, in zone: TimeZone) -> Date? {
    if text.hasSuffix("Z") { return date(utc: text) }
    guard let seconds = localSeconds(text[...]) else { return nil }
    return LocalTime.date(localSeconds: seconds, in: zone)
  }

  /// Seconds since 1970-01-01 of a date and time without a zone.
  private static func localSeconds(_ text: Substring) -> Double? {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let day = UTCDay(parts[0]), day.number >= 0 else { return nil }
    let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 3, let hour = number(time[0], digits: 2), let minute = number(time[1], digits: 2),
      let second = secondsWithParts(time[2]), hour < 24, minute < 60, second < 60
    else { return nil }
    return Double(day.number * UTCDay.seconds + hour * 3600 + minute * 60) + second
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

  private static func number(_ text: Substring, digits: Int) -> Int? {
    text.utf8.count == digits && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
  }
}
