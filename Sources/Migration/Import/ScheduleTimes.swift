import Metadata

/// The times of an exported schedule, in the words of this server: each day, or each week on a day, at an hour in UTC.
struct ScheduleTimes: Hashable {
  var period: ScheduleRecord.Period
  var startDay: ScheduleRecord.Weekday?
  var hourUTC: Int?

  /// `Daily` and `Weekly`, in any case, and the periods of ISO 8601 that are as long.
  static func period(_ text: String) throws(ExportedItemError) -> ScheduleRecord.Period {
    switch text.uppercased() {
    case "DAILY", "P1D", "PT24H": return .daily
    case "WEEKLY", "P7D", "P1W": return .weekly
    default: throw .unsupportedSchedule("aggregationPeriod must be Daily or Weekly; there are no other periods.")
    }
  }

  /// A day by its name, or by the first three letters of it.
  static func weekday(_ text: String) throws(ExportedItemError) -> ScheduleRecord.Weekday {
    let wanted = text.lowercased()
    guard wanted.count >= 3,
      let day = ScheduleRecord.Weekday.allCases.first(where: {
        $0.rawValue.lowercased() == wanted || $0.rawValue.lowercased().prefix(3) == wanted[...]
      })
    else { throw .unsupportedSchedule("aggregationStartDay must be a day of the week.") }
    return day
  }

  static func hour(_ text: String) throws(ExportedItemError) -> Int {
    guard let hour = Int(text), (0...23).contains(hour) else {
      throw .unsupportedSchedule("aggregationHourUtc must be from 0 to 23.")
    }
    return hour
  }

  init(period: ScheduleRecord.Period, startDay: ScheduleRecord.Weekday?, hourUTC: Int?) {
    (self.period, self.startDay, self.hourUTC) = (period, startDay, hourUTC)
  }

  /// The times of a timer of AWS, by which clients ran workflows: `cron(0 16 ? * TUE *)`, `rate(1 day)`.
  ///
  /// Source: "Cron expressions" and "rate expressions" in the guide of Amazon EventBridge.
  init(expression: String) throws(ExportedItemError) {
    let text = expression.lowercased()
    switch text {
    case "rate(1 day)", "rate(24 hours)": self.init(period: .daily, startDay: nil, hourUTC: nil)
    case "rate(7 days)": self.init(period: .weekly, startDay: nil, hourUTC: nil)
    default: try self.init(cron: text)
    }
  }

  private init(cron text: String) throws(ExportedItemError) {
    guard text.hasPrefix("cron("), text.hasSuffix(")") else {
      throw .unsupportedSchedule("The expression is neither cron(…) nor rate(…).")
    }
    let fields = text.dropFirst(5).dropLast().split(separator: " ").map(String.init)
    guard fields.count == 6, fields[0] == "0", let hour = Int(fields[1]), (0...23).contains(hour),
      ["*", "?"].contains(fields[2]), fields[3] == "*", fields[5] == "*"
    else {
      throw .unsupportedSchedule("Only one full hour, each day or on one day of each week, can be a schedule here.")
    }
    if ["*", "?"].contains(fields[4]) {
      self.init(period: .daily, startDay: nil, hourUTC: hour)
    } else {
      self.init(period: .weekly, startDay: try Self.cronDay(fields[4]), hourUTC: hour)
    }
  }

  /// A name, or a number from 1 for Sunday.
  private static func cronDay(_ text: String) throws(ExportedItemError) -> ScheduleRecord.Weekday {
    if let number = Int(text), (1...7).contains(number) { return ScheduleRecord.Weekday.allCases[number - 1] }
    return try weekday(text)
  }
}
