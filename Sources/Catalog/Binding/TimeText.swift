import Base
import Foundation

/// Reads dates, times and durations as AMC SQL writes them. All times are UTC.
enum TimeText {
  /// Days since 1970-01-01 for `2025-01-31`; nil for anything else.
  static func days(_ text: String) -> Int? {
    text.hasPrefix("0000") ? nil : UTCDay(text)?.number  // the calendar starts with year 1
  }

  /// Microseconds since 1970-01-01 00:00 for `2025-01-31 12:30:00[.123456]`, with a space or a `T`, with or without
  /// `Z`, or for a date alone; nil for anything else.
  static func microseconds(_ text: String) -> Int64? {
    if let days = days(text) { return Int64(days) * microsecondsPerDay }
    var text = Substring(text)
    if text.last == "Z" { text = text.dropLast() }
    let halves = text.split(whereSeparator: { $0 == " " || $0 == "T" })
    guard halves.count == 2, let days = days(String(halves[0])) else { return nil }
    let clock = halves[1].split(separator: ".", omittingEmptySubsequences: false)
    guard clock.count <= 2 else { return nil }
    let parts = String(clock[0]).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else { return nil }
    let padded = parts.count == 2 ? clock[0] + ":00" : clock[0]
    guard let time = numbers(in: String(padded), separator: ":", widths: [2, 2, 2]), time[0] < 24, time[1] < 60,
      time[2] < 60
    else { return nil }
    var fraction: Int64 = 0
    if clock.count == 2 {
      guard (1...9).contains(clock[1].count), clock[1].allSatisfy(\.isASCIIDigit) else { return nil }
      fraction = Int64(clock[1].prefix(6).padding(toLength: 6, withPad: "0", startingAt: 0)) ?? 0
    }
    let seconds = Int64(time[0] * 3600 + time[1] * 60 + time[2])
    return Int64(days) * microsecondsPerDay + seconds * 1_000_000 + fraction
  }

  /// Whether the text has the form of a date, alone or with a time behind it, and no calendar or clock has it.
  static func isImpossible(_ text: String) -> Bool {
    let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == " " || $0 == "T" }
    guard let first = halves.first, let date = numbers(first, separator: "-"), date.count == 3, first.count <= 10 else {
      return false
    }
    let padded = zip(date, [4, 2, 2]).map { number, width in
      String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
    }
    if days(padded.joined(separator: "-")) == nil { return true }
    guard halves.count == 2 else { return false }
    let clock = halves[1].prefix { $0.isASCIIDigit || $0 == ":" }
    guard let time = numbers(clock, separator: ":"), (2...3).contains(time.count) else { return false }
    return time[0] > 23 || time[1] > 59 || (time.count == 3 && time[2] > 59)
  }

  /// Whether the text has nothing but the digits and signs of a date or time.
  static func isOfDigits(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 32 && text.allSatisfy { $0.isASCIIDigit || "-/:. TZ".contains($0) }
  }

  /// Numbers of at most four digits with the separator between them; nil for anything else.
  private static func numbers(_ text: Substring, separator: Character) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      (1...4).contains(part.count) && part.allSatisfy(\.isASCIIDigit) ? Int(part) : nil
    }
    return numbers.count == parts.count ? numbers : nil
  }

  static let microsecondsPerDay: Int64 = 86_400_000_000

  /// Seconds of an ISO 8601 duration made of weeks, days, hours, minutes and seconds (`P14D`, `PT6H`, `P1DT12H`).
  /// Months and years have no fixed length and give nil, as does anything else.
  static func durationSeconds(_ text: String) -> Int64? {
    guard text.first == "P", text.count > 1 else { return nil }
    var total: Int64 = 0
    var digits = ""
    var inTime = false
    var seen = false
    for character in text.dropFirst() {
      if character.isASCIIDigit {
        digits.append(character)
        continue
      }
      if character == "T", !inTime, digits.isEmpty {
        inTime = true
        continue
      }
      guard digits.count <= 6, let count = Int64(digits), let unit = secondsPerUnit(character, inTime: inTime) else {
        return nil
      }
      total += count * unit
      digits = ""
      seen = true
    }
    return seen && digits.isEmpty && text.last != "T" ? total : nil
  }

  private static func secondsPerUnit(_ unit: Character, inTime: Bool) -> Int64? {
    switch (unit, inTime) {
    case ("W", false): 604_800
    case ("D", false): 86_400
    case ("H", true): 3_600
    case ("M", true): 60
    case ("S", true): 1
    default: nil
    }
  }

  private static func numbers(in text: String, separator: Character, widths: [Int]) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == widths.count else { return nil }
    var result: [Int] = []
    for (part, width) in zip(parts, widths) {
      guard part.count == width, part.allSatisfy(\.isASCIIDigit), let number = Int(part) else { return nil }
      result.append(number)
    }
    return result
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

extension Substring {
  fileprivate func padding(toLength length: Int, withPad pad: String, startingAt: Int) -> String {
    String(self).padding(toLength: length, withPad: pad, startingAt: startingAt)
  }
}
