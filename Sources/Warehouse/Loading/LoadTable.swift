import Catalog
import Dialects

/// The table that files are loaded into, with what a load asks of it.
struct LoadTable: Sendable {
  /// The column whose time zone the local times of a row are in.
  static let timeZoneColumn = "advertiser_timezone"
  /// The column that says what kind of identifier `user_id` is, and its value where a file does not have it.
  static let userTypeColumn = "user_id_type"
  static let defaultUserType = "adUserId"

  let source: DataSource
  /// The times of a row that are kept as time stamp, date, day, hour and truncated hour, each in local time and UTC.
  let times: [TimeGroup]

  init(_ source: DataSource) {
    self.source = source
    times = source.columns.compactMap { TimeGroup(utcColumn: $0.name, in: source) }
  }

  /// The local time stamp from which the event time follows, if the table has one.
  var localEventTime: String? {
    times.first { $0.utc == source.eventTimeColumn }?.local
  }

  /// The UTC day of a row, as days since 1970-01-01, as an expression over typed rows; nil in tables without an event
  /// time.
  var day: String? {
    source.eventTimeColumn.map { column in
      let time = derived[column] ?? SQLText.name(column)
      return "CAST(CAST(\(time) AS DATE) - DATE '1970-01-01' AS BIGINT)"
    }
  }

  /// Whether every row must say who it is about.
  var needsUser: Bool { source.grain == .userFact }

  /// Columns that are filled from other ones when a file does not have them, with their expressions over typed rows.
  var derived: [String: String] {
    times.reduce(into: [:]) { derived, group in
      derived.merge(group.expressions(timeZone: timeZone)) { first, _ in first }
    }
  }

  /// The time zone of a row's local times.
  var timeZone: String {
    guard source.column(named: Self.timeZoneColumn) != nil else { return "'UTC'" }
    return "coalesce(\(SQLText.name(Self.timeZoneColumn)), 'UTC')"
  }
}

/// One moment of a row and the columns that are made from it: `impression_dt_utc`, `impression_dt`, `impression_date`,
/// `impression_day_utc` and so on.
struct TimeGroup: Hashable, Sendable {
  private static let utcSuffix = "_dt_utc"

  let utc: String
  let prefix: String
  /// The names of the group's columns that the table has.
  let names: Set<String>
  let types: [String: String]

  /// The group of a UTC time stamp; nil for other columns.
  init?(utcColumn: String, in source: DataSource) {
    guard utcColumn.hasSuffix(Self.utcSuffix) else { return nil }
    utc = utcColumn
    prefix = String(utcColumn.dropLast(Self.utcSuffix.count))
    var types: [String: String] = [:]
    for part in ["dt", "dt_hour", "date", "day", "hour"] {
      for name in ["\(prefix)_\(part)", "\(prefix)_\(part)_utc"] {
        types[name] = source.column(named: name).map { DuckDBTypeNames.name(of: $0.type) }
      }
    }
    self.types = types
    names = Set(types.keys)
  }

  /// The local time stamp, if the table has one.
  var local: String? { names.contains("\(prefix)_dt") ? "\(prefix)_dt" : nil }

  /// How each column of the group follows from the two time stamps.
  func expressions(timeZone: String) -> [String: String] {
    let utcTime = SQLText.name(utc)
    var expressions: [String: String] = [:]
    var localTime = "timezone(\(timeZone), timezone('UTC', \(utcTime)))"
    var anyUTC = utcTime
    if let local {
      anyUTC = "coalesce(\(utcTime), timezone('UTC', timezone(\(timeZone), \(SQLText.name(local)))))"
      localTime = "coalesce(\(SQLText.name(local)), \(localTime))"
    }
    for (suffix, time) in [("", localTime), ("_utc", anyUTC)] {
      expressions["\(prefix)_dt\(suffix)"] = time
      expressions["\(prefix)_dt_hour\(suffix)"] = "date_trunc('hour', \(time))"
      expressions["\(prefix)_date\(suffix)"] = "CAST(\(time) AS DATE)"
      expressions["\(prefix)_day\(suffix)"] = "date_part('day', \(time))"
      expressions["\(prefix)_hour\(suffix)"] = "date_part('hour', \(time))"
    }
    return expressions.filter { names.contains($0.key) }
      .reduce(into: [:]) { $0[$1.key] = "CAST(\($1.value) AS \(types[$1.key] ?? "TIMESTAMP"))" }
  }
}
