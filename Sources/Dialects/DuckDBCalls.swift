import Catalog

/// Calls whose text hangs on their arguments.
enum DuckDBCalls {
  static func rounding(_ function: String, _ arguments: [FunctionArgument]) -> String? {
    let value = arguments[0]
    let type = DuckDBTypeNames.name(of: value.type)
    guard arguments.count == 2 else { return "CAST(\(function)(\(value.text)) AS \(type))" }
    if function == "round" { return "CAST(round(\(value.text), (\(arguments[1].text))::INTEGER) AS \(type))" }
    let shift = "pow(10, \(arguments[1].text))"
    return "CAST(trunc(\(value.text)::DOUBLE * \(shift)) / \(shift) AS \(type))"
  }

  static func nullWhenAnyIsNull(_ function: String, _ arguments: [FunctionArgument]) -> String? {
    let texts = arguments.map(\.text)
    let nulls = texts.map { "\($0) IS NULL" }.joined(separator: " OR ")
    return "CASE WHEN \(nulls) THEN NULL ELSE \(function)(\(texts.joined(separator: ", "))) END"
  }

  static func extract(_ arguments: [FunctionArgument]) -> String? {
    guard let unit = arguments[0].literal else { return nil }
    let time = "\(arguments[1].text)::TIMESTAMP"
    switch unit {
    case "DOW": return "(dayofweek(\(time)) + 1)"
    case "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR":
      return "date_part('\(unit.lowercased())', \(time))"
    default: return nil
    }
  }

  static func bytes(_ arguments: [FunctionArgument], hex: String, base64: String, utf8: String) -> String? {
    let texts = arguments.map(\.text)
    switch arguments[1].literal {
    case "HEX": return FunctionTemplate.fill(hex, texts)
    case "BASE64": return FunctionTemplate.fill(base64, texts)
    case "UTF-8": return FunctionTemplate.fill(utf8, texts)
    default: return nil
    }
  }
}

/// Aggregates that would end the query with an error on very large values: those are left out instead.
enum DuckDBAggregates {
  /// Digits of a decimal that can be added up ten billion times in 128 bits.
  private static let summablePrecision = 28

  static func sum(_ call: AggregateCallText) -> String {
    let value = call.arguments[0]
    var text = value.text
    if case .decimal(let precision, let scale) = value.type, precision > summablePrecision {
      let isExact = scale <= summablePrecision - 10
      text = isExact ? "TRY_CAST(\(text) AS DECIMAL(\(summablePrecision),\(scale)))" : "CAST(\(text) AS DOUBLE)"
    }
    return "TRY_CAST(sum(\(call.quantifier)\(text))\(call.tail) AS \(call.typeName))"
  }

  /// Powers up to the fourth of what is left stay finite.
  static func moment(_ function: String, _ call: AggregateCallText) -> String {
    let value = "CAST(\(call.arguments[0].text) AS DOUBLE)"
    return "\(function)(\(call.quantifier)CASE WHEN abs(\(value)) < 1e70 THEN \(value) END)\(call.tail)"
  }
}
