import Base
import Catalog

/// Values as SQL text.
enum SQLLiteral {
  static func string(_ value: String) -> String {
    // A NUL character ends a text in C, and with it the statement.
    SQLText.string(value.utf8.contains(0) ? value.replacing("\0", with: "") : value)
  }

  static func text(_ value: LiteralValue, _ type: SQLType, _ dialect: Dialect) -> String {
    switch value {
    case .null: "CAST(NULL AS \(dialect.typeName(type)))"
    case .boolean(let value): value ? "TRUE" : "FALSE"
    case .number(let digits): number(digits, type, dialect)
    case .string(let value): string(value)
    // DuckDB's and Spark's unhex are the same.
    case .binary(let bytes): "unhex(\(string(Hexadecimal.text(of: bytes))))"
    case .date(let days): "DATE \(string(UTCDay(number: days).text))"
    case .timestamp(let microseconds): "TIMESTAMP \(string(timestamp(microseconds)))"
    case .array(let values): array(values, type, dialect)
    }
  }

  /// Digits are read as the narrowest type that holds them; where that may be another one, or a sign would bind to what
  /// stands around it, the type is named.
  private static func number(_ digits: String, _ type: SQLType, _ dialect: Dialect) -> String {
    if type == .integer, !digits.hasPrefix("-") { return digits }
    return "CAST('\(digits)' AS \(dialect.typeName(type)))"
  }

  private static func array(_ values: [LiteralValue], _ type: SQLType, _ dialect: Dialect) -> String {
    guard case .array(let element) = type else { return "NULL" }
    let elements = values.map { text($0, element, dialect) }
    return "CAST(\(dialect.array(elements)) AS \(dialect.typeName(type)))"
  }

  /// `2025-01-31 12:00:00.000000` of microseconds since 1970-01-01.
  static func timestamp(_ microseconds: Int64) -> String {
    let perDay: Int64 = 86_400_000_000
    let days = microseconds >= 0 ? microseconds / perDay : (microseconds - perDay + 1) / perDay
    let rest = Int(microseconds - days * perDay)
    let seconds = rest / 1_000_000
    let clock = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    return "\(UTCDay(number: Int(days)).text) \(clock).\(padded(rest % 1_000_000, 6))"
  }

  private static func padded(_ digits: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    padded(String(number), width)
  }
}
