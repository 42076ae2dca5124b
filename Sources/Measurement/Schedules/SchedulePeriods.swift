package import Metadata

package import struct Foundation.Date

/// The moments at which the periods of a schedule end: each day, or each week on one day, at an hour in UTC.
///
/// Days in UTC all have 24 hours, so periods are plain arithmetic.
package struct SchedulePeriods: Sendable, Hashable {
  private let lengthSeconds: Int64
  /// The first end of a period after 1970-01-01 00:00 UTC, in seconds.
  private let offsetSeconds: Int64

  package init(period: ScheduleRecord.Period, startDay: ScheduleRecord.Weekday, hourUTC: Int) {
    let hours = Int64(hourUTC) * 3600
    switch period {
    case .daily:
      lengthSeconds = Self.secondsPerDay
      offsetSeconds = hours
    case .weekly:
      lengthSeconds = 7 * Self.secondsPerDay
      offsetSeconds = Int64(startDay.daysAfterEpochDay) * Self.secondsPerDay + hours
    }
  }

  private static let secondsPerDay: Int64 = 86_400

  /// The end of the last period that has ended at a moment.
  package func lastEnd(at now: Date) -> Date {
    let seconds = Int64(now.timeIntervalSince1970.rounded(.down)) - offsetSeconds
    let count = seconds >= 0 ? seconds / lengthSeconds : (seconds - lengthSeconds + 1) / lengthSeconds
    return Date(timeIntervalSince1970: Double(count * lengthSeconds + offsetSeconds))
  }

  /// The start of the period with the end.
  package func start(ofPeriodEndingAt end: Date) -> Date {
    end.addingTimeInterval(-Double(lengthSeconds))
  }
}

extension ScheduleRecord {
  var periods: SchedulePeriods { SchedulePeriods(period: period, startDay: startDay, hourUTC: hourUTC) }
}

extension ScheduleRecord.Weekday {
  /// The days of the week in the order of 1970, which began with a Thursday.
  private static let fromEpochDay: [Self] = [.thursday, .friday, .saturday, .sunday, .monday, .tuesday, .wednesday]

  /// The number of days from 1970-01-01 to the first such day.
  var daysAfterEpochDay: Int { Self.fromEpochDay.firstIndex(of: self) ?? 0 }

  /// The day of the week in UTC.
  init(of date: Date) {
    let days = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
    self = Self.fromEpochDay[((days % 7) + 7) % 7]
  }
}
