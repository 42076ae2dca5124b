import Catalog
import Dialects

/// The treatment of the rows of one file: the checks that all must pass, and the rows of the table that they
/// become.
struct LoadPlan: Sendable {
  /// Something that may be wrong with a row.
  struct Check: Sendable {
    var code: LoadProblem.Code
    var text: String
    /// The column, as messages call it.
    var column: String
    /// True for rows with the problem, as an expression over the file's relation.
    var predicate: String
  }

  /// The name of the partition column in `select`: days since 1970-01-01.
  static let dayColumn = "__day"
  /// The first and last year of an event.
  static let eventYears = 1970...2199

  let checks: [Check]
  /// The columns of the table from those of the file, and NULL where the file has none.
  private let typed: [String]
  /// The columns of the table from `typed` ones: what is derived is filled in, and the day follows where there is one.
  private let final: [String]
  /// Notes for users about the load.
  let notes: [String]

  /// Plans the load of a file, whose columns must have been matched.
  init(_ columns: MatchedColumns, into table: LoadTable, secret: UserKeySecret) {
    var checks: [Check] = []
    var typed: [String] = []
    for column in table.source.columns {
      let name = SQLText.name(column.name)
      guard let raw = columns.byName[column.name] else {
        let value = Self.defaultValue(of: column, in: table, columns)
        typed.append("CAST(\(value) AS \(DuckDBTypeNames.name(of: column.type))) AS \(name)")
        continue
      }
      let conversion = ValueConversion(of: raw, to: column.type, secret: secret)
      typed.append("\(conversion.expression) AS \(name)")
      checks += Self.checks(of: column, raw: raw, conversion: conversion, table: table, columns)
    }
    self.checks = checks
    let derived = table.derived
    var final = table.source.columns.map { column in
      let name = SQLText.name(column.name)
      guard let expression = derived[column.name] else { return name }
      return "coalesce(\(name), \(expression)) AS \(name)"
    }
    if let day = table.day { final.append("\(day) AS \(Self.dayColumn)") }
    self.typed = typed
    self.final = final
    notes = Self.notes(columns, table)
  }

  /// The rows of the table, from the rows of the file.
  func select(from relation: String) -> String {
    "SELECT \(final.joined(separator: ", ")) FROM (SELECT \(typed.joined(separator: ", ")) FROM \(relation))"
  }

  private static func defaultValue(of column: Column, in table: LoadTable, _ columns: MatchedColumns) -> String {
    guard column.name == LoadTable.userTypeColumn, let user = table.source.userColumn,
      let raw = columns.byName[user]
    else { return "NULL" }
    return "CASE WHEN nullif(trim(CAST(\(raw.expression) AS VARCHAR)), '') IS NOT NULL "
      + "THEN '\(LoadTable.defaultUserType)' END"
  }

  private static func checks(
    of column: Column, raw: RawColumn, conversion: ValueConversion, table: LoadTable, _ columns: MatchedColumns
  ) -> [Check] {
    var checks: [Check] = []
    if column.type == .string || column.type == .userKey, let nested = raw.nestedCheck { checks.append(nested) }
    if let misfit = conversion.misfit {
      let text = "The value is no \(column.type.description)."
      checks.append(Check(code: .invalidValue, text: text, column: raw.name, predicate: misfit))
    }
    if column.name == columns.eventTime || (table.needsUser && column.name == table.source.userColumn) {
      checks.append(
        Check(
          code: .missingValue, text: "Every row needs a value here.", column: raw.name,
          predicate: "nullif(trim(CAST(\(raw.expression) AS VARCHAR)), '') IS NULL"))
    }
    if column.name == columns.eventTime {
      let year = "date_part('year', TRY_CAST(CAST(\(raw.expression) AS VARCHAR) AS TIMESTAMPTZ))"
      checks.append(
        Check(
          code: .invalidValue,
          text: "The time is not in the years \(eventYears.lowerBound) to \(eventYears.upperBound).", column: raw.name,
          predicate: "\(year) NOT BETWEEN \(eventYears.lowerBound) AND \(eventYears.upperBound)"))
    }
    if column.name == LoadTable.timeZoneColumn {
      let names = "(SELECT name FROM pg_timezone_names())"
      checks.append(
        Check(
          code: .invalidValue, text: "The value is no time zone.", column: raw.name,
          predicate: "\(raw.expression) IS NOT NULL AND CAST(\(raw.expression) AS VARCHAR) NOT IN \(names)"))
    }
    return checks
  }

  private static func notes(_ columns: MatchedColumns, _ table: LoadTable) -> [String] {
    guard table.source.userColumn != nil, columns.byName[LoadTable.userTypeColumn] == nil,
      table.source.column(named: LoadTable.userTypeColumn) != nil
    else { return [] }
    return ["no column '\(LoadTable.userTypeColumn)': every user counts as '\(LoadTable.defaultUserType)'"]
  }
}
