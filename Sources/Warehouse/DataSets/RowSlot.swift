import Base

/// The stretch of time whose rows one file has: a day, or an hour where partitions are hours.
struct RowSlot: Hashable, Sendable {
  /// The UTC day, as days since 1970-01-01.
  var day: Int
  /// The hour of the day; nil for all of it.
  var hour: Int?

  /// How a slot is numbered in statements: days since 1970-01-01, or hours.
  init(number: Int, period: DataSetPeriod) {
    switch period {
    case .hour:
      let (day, hour) = number.quotientAndRemainder(dividingBy: Self.hoursOfDay)
      self.day = hour < 0 ? day - 1 : day
      self.hour = hour < 0 ? hour + Self.hoursOfDay : hour
    case .day, .month: day = number
    }
  }

  /// The slot's number, as an expression over the time column.
  static func expression(of time: String, period: DataSetPeriod) -> String {
    switch period {
    case .hour: "CAST(epoch_us(CAST(\(time) AS TIMESTAMP)) // 3600000000 AS BIGINT)"
    case .day, .month: "CAST(CAST(\(time) AS DATE) - DATE '1970-01-01' AS BIGINT)"
    }
  }

  /// The partition that the slot is in: its hour, day or month, counted from 1970.
  func partition(_ period: DataSetPeriod) -> Int {
    switch period {
    case .hour: day * Self.hoursOfDay + (hour ?? 0)
    case .day: day
    case .month: UTCDay(number: day).monthNumber
    }
  }

  /// Where files of the slot are, below the folder.
  var path: String {
    let text = "day=\(UTCDay(number: day).text)/"
    return hour.map { "\(text)hour=\($0 < 10 ? "0" : "")\($0)/" } ?? text
  }

  private static let hoursOfDay = 24
}

extension UTCDay {
  /// Months since January 1970.
  fileprivate var monthNumber: Int {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3 else { return 0 }
    return (parts[0] - 1970) * 12 + parts[1] - 1
  }
}
