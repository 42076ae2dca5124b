import Catalog

/// Calls whose text hangs on their arguments.
enum DuckDBCalls {
  /// Half goes away from zero.
  static func round(_ arguments: [FunctionArgument]) -> String? {
    let value = arguments[0]
    let digits = arguments.count == 2 ? ", (\(arguments[1].text))::INTEGER" : ""
    return "CAST(round(\(value.text)\(digits)) AS \(DuckDBTypeNames.name(of: value.type)))"
  }

  static func truncate(_ arguments: [FunctionArgument]) -> String? {
    let value = arguments[0].text
    let type = DuckDBTypeNames.name(of: arguments[0].type)
    guard arguments.count == 2 else { return "CAST(trunc(\(value)) AS \(type))" }
    let digits = arguments[1].text
    if arguments[0].type == .double || arguments[0].type == .float {
      // 0.29 times 100 is less than 29: what rounds to itself is left alone.
      let shift = "pow(10, \(digits))"
      let rounded = "round(\(value)::DOUBLE, (\(digits))::INTEGER)"
      return "CAST(CASE WHEN abs(\(rounded)) <= abs(\(value)::DOUBLE) THEN \(rounded) "
        + "ELSE trunc(\(value)::DOUBLE * \(shift)) / \(shift) END AS \(type))"
    }
    var scale = 0
    if case .decimal(_, let own) = arguments[0].type { scale = own }
    let unit = "CAST(pow(10::DOUBLE, -(\(digits))) AS DECIMAL(38,\(scale)))"
    return "CASE WHEN \(digits) >= \(scale) THEN \(value) ELSE CAST(\(value) - \(value) % \(unit) AS \(type)) END"
  }

  static func nullWhenAnyIsNull(_ function: String, _ arguments: [FunctionArgument]) -> String? {
    let texts = arguments.map(\.text)
    let nulls = texts.map { "\($0) IS NULL" }.joined(separator: " OR ")
    return "CASE WHEN \(nulls) THEN NULL ELSE \(function)(\(texts.joined(separator: ", "))) END"
  }

  /// The values with NULL where one of the arrays is NULL, which the engine would take for an empty one.
  static func arrays(_ template: String) -> FunctionTemplate {
    .text("CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN \(template) END")
  }

  static func jsonExtract(_ arguments: [FunctionArgument]) -> String? {
    let text = arguments[0].text
    guard let literal = arguments[1].literal else {
      return "CASE WHEN json_valid(\(text)) THEN json_extract_string(\(text), \(arguments[1].text)) END"
    }
    guard let path = JSONPath(literal) else { return nil }
    let steps = path.steps.map { step in
      switch step {
      case .key(let name): ".\"\(name)\""
      case .element(let index): "[\(index)]"
      }
    }
    let own = SQLLiteral.string("$" + steps.joined())
    return "CASE WHEN json_valid(\(text)) THEN json_extract_string(\(text), \(own)) END"
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

  /// Whole numbers and decimals are added up exactly before they are divided.
  static func average(_ call: AggregateCallText) -> String {
    let value = call.arguments[0]
    var isExact = value.type.isWhole
    if case .decimal(let precision, _) = value.type { isExact = precision <= summablePrecision }
    let text = isExact ? value.text : "CAST(\(value.text) AS DOUBLE)"
    return "avg(\(call.quantifier)\(text))\(call.tail)"
  }

  /// Powers up to the fourth of what is left stay finite.
  static func moment(_ function: String, _ call: AggregateCallText) -> String {
    let value = "CAST(\(call.arguments[0].text) AS DOUBLE)"
    return "\(function)(\(call.quantifier)CASE WHEN abs(\(value)) < 1e70 THEN \(value) END)\(call.tail)"
  }
}
