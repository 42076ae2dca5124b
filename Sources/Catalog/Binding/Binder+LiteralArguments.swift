import AMCSQL
import struct Foundation.TimeZone

/// Arguments that are literals of a fixed set or form.
extension Binder {
  private static let units: Set<String> = [
    "SECOND", "MINUTE", "HOUR", "DAY", "DOW", "WEEK", "MONTH", "QUARTER", "YEAR",
  ]
  private static let truncations: Set<String> = ["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]
  private static let encodings: Set<String> = ["HEX", "BASE64", "UTF-8"]

  func checkLiteral(
    _ argument: BoundExpression, _ parameter: FunctionSignature.Parameter, _ function: FunctionSignature
  ) throws(Diagnostic) -> BoundExpression {
    switch parameter {
    case .pattern:
      let pattern = try coerce(argument, to: .string)
      try checkPattern(pattern)
      return pattern
    case .zone: return try zone(argument, function)
    case .unit:
      return try word(argument, among: Self.units, "one of " + Self.units.sorted().joined(separator: ", "), function)
    case .truncation:
      let what = "one of " + Self.truncations.sorted().joined(separator: ", ")
      return try word(argument, among: Self.truncations, what, function)
    case .encoding: return try word(argument, among: Self.encodings, "'hex', 'base64' or 'utf-8'", function)
    case .fraction: return try fraction(argument, function)
    case .type, .any, .text, .number, .whole, .time, .collection, .generic, .array: return argument
    }
  }

  /// Checks the requirements of a single function for its arguments.
  func checkTogether(_ function: FunctionSignature, _ arguments: [BoundExpression]) throws(Diagnostic) {
    switch function.name {
    case "REGEXP_REPLACE": try checkReplacement(arguments[2], for: arguments[1])
    case "FORMAT": try checkFormat(arguments[0], arguments[1], function)
    case "JSON_EXTRACT":
      guard let text = literalText(arguments[1]), JSONPath(text) == nil else { return }
      throw Diagnostic(
        .wrongArguments, "This is no path to one value of a JSON text.", at: arguments[1].span,
        hint: "Paths are written '$.key', '$.list[0]', '$[''a key'']'.")
    default: return
    }
  }

  private func word(
    _ argument: BoundExpression, among allowed: Set<String>, _ what: String, _ function: FunctionSignature
  ) throws(Diagnostic) -> BoundExpression {
    guard let text = literalText(argument) else { return try refuse(argument, function, what) }
    guard allowed.contains(text.uppercased()) else {
      let hint = Suggestion.hint(for: text, among: allowed.sorted())
      return try refuse(argument, function, what, hint: hint)
    }
    return BoundExpression(.literal(.string(text.uppercased())), type: .string, at: argument.span)
  }

  private func zone(_ argument: BoundExpression, _ function: FunctionSignature) throws(Diagnostic) -> BoundExpression {
    guard let text = literalText(argument) else {
      return try refuse(argument, function, "a time zone in single quotes")
    }
    guard TimeZone(identifier: text) != nil, text.contains("/") || text == "UTC" || text == "GMT" else {
      throw Diagnostic(
        .wrongArguments, "There is no time zone \(quoted(text)).", at: argument.span,
        hint: Suggestion.hint(for: text, among: TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") })
          ?? "Zones have names of the tz database, such as 'America/New_York'.")
    }
    return argument
  }

  private func fraction(_ argument: BoundExpression, _ function: FunctionSignature) throws(Diagnostic)
    -> BoundExpression
  {
    let digits: String?
    switch argument.kind {
    case .literal(.number(let text)), .parameter(_, .number(let text)): digits = text
    default: digits = nil
    }
    guard let value = digits.flatMap(Double.init), (0...1).contains(value) else {
      return try refuse(argument, function, "a number from 0 to 1")
    }
    return argument
  }

  private func checkFormat(_ value: BoundExpression, _ pattern: BoundExpression, _ function: FunctionSignature)
    throws(Diagnostic)
  {
    let isNumber = value.type.isNumeric
    guard isNumber || value.type.isTime || value.type == .unknown else {
      throw Diagnostic(
        .typeMismatch, "FORMAT needs a number, a date or a time here, this is \(value.type.description).",
        at: value.span, hint: "CAST it.")
    }
    guard let text = literalText(pattern) else {
      _ = try refuse(pattern, function, "a pattern in single quotes")
      return
    }
    guard value.type != .unknown, (isNumber ? FormatPattern.number(text) : FormatPattern.time(text)) == nil else {
      return
    }
    throw Diagnostic(
      .wrongArguments, "This is no pattern for a \(isNumber ? "number" : "time").", at: pattern.span,
      hint: isNumber
        ? "Patterns are written '#,##0.00' or '0.0%', other text in doubled quotes."
        : "Patterns are written 'yyyy-MM-dd HH:mm:ss', other text in doubled quotes.")
  }

  private func refuse(
    _ argument: BoundExpression, _ function: FunctionSignature, _ what: String, hint: String? = nil
  ) throws(Diagnostic) -> BoundExpression {
    if case .parameter(_, .null) = argument.kind { return argument }  // not given yet: checked when it is
    throw Diagnostic(.wrongArguments, "\(function.name) needs \(what) here.", at: argument.span, hint: hint)
  }

  /// The text of a string literal or string parameter.
  func literalText(_ expression: BoundExpression) -> String? {
    switch expression.kind {
    case .literal(.string(let text)), .parameter(_, .string(let text)): text
    default: nil
    }
  }
}
