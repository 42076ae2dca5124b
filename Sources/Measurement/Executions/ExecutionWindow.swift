import Base
package import Catalog
package import CleanRoom
package import Foundation

/// The type of an execution's time window, in the words of the reporting API.
package enum ExecutionWindowType: String, Sendable, Hashable, CaseIterable {
  case all = "ALL"
  case currentMonth = "CURRENT_MONTH"
  case explicit = "EXPLICIT"
  case mostRecentDay = "MOST_RECENT_DAY"
  case mostRecentWeek = "MOST_RECENT_WEEK"
  case previousMonth = "PREVIOUS_MONTH"
}

/// The window of an execution: its type, and the given times of an explicit one.
package struct ExecutionWindow: Sendable, Hashable {
  package var type: ExecutionWindowType
  /// `yyyy-MM-dd'T'HH:mm:ss` in `timeZone`.
  package var start: String?
  package var end: String?
  /// A name of the IANA time zone database.
  package var timeZone: String

  package init(type: ExecutionWindowType, start: String?, end: String?, timeZone: String?) {
    self.type = type
    self.start = start
    self.end = end
    self.timeZone = timeZone ?? "UTC"
  }

  /// The window in UTC at a moment. Days and months begin by the window's time zone.
  package func resolved(at now: Date) throws(CleanRoomError) -> TimeWindow {
    guard !timeZone.isEmpty, timeZone.utf8.count <= IdentifierShape.lengthLimit,
      let zone = TimeZone(identifier: timeZone)
    else {
      throw .invalidField(name: "timeWindowTimeZone", reason: "must be the name of a time zone, such as UTC.")
    }
    if type != .explicit, start != nil || end != nil {
      throw .invalidField(
        name: "timeWindowStart", reason: "and timeWindowEnd are only used with a timeWindowType of EXPLICIT.")
    }
    let today = LocalTime.day(of: now, in: zone)
    func beginning(of day: UTCDay) -> Date { LocalTime.start(of: day, in: zone) }
    func beginning(daysAgo count: Int) -> Date { beginning(of: UTCDay(number: today.number - count)) }
    let month = today.startOfMonth
    switch type {
    case .all: return TimeWindow(start: Date(timeIntervalSince1970: 0), end: now)
    case .currentMonth: return TimeWindow(start: beginning(of: month), end: now)
    case .explicit: return try explicitWindow(in: zone)
    case .mostRecentDay: return TimeWindow(start: beginning(daysAgo: 1), end: beginning(of: today))
    case .mostRecentWeek: return TimeWindow(start: beginning(daysAgo: 7), end: beginning(of: today))
    case .previousMonth:
      return TimeWindow(start: beginning(of: UTCDay(number: month.number - 1).startOfMonth), end: beginning(of: month))
    }
  }

  private func explicitWindow(in zone: TimeZone) throws(CleanRoomError) -> TimeWindow {
    let start = try time(self.start, name: "timeWindowStart", in: zone)
    let end = try time(self.end, name: "timeWindowEnd", in: zone)
    guard start < end else {
      throw .invalidField(name: "timeWindowStart", reason: "must be before timeWindowEnd.")
    }
    return TimeWindow(start: start, end: end)
  }

  private func time(_ text: String?, name: String, in zone: TimeZone) throws(CleanRoomError) -> Date {
    guard let text else {
      throw .invalidField(name: name, reason: "is missing; a timeWindowType of EXPLICIT needs it.")
    }
    guard let date = Timestamp.date(local: text, in: zone) else {
      throw .invalidField(name: name, reason: "must be a time such as 2025-05-20T00:00:00.")
    }
    return date
  }
}
