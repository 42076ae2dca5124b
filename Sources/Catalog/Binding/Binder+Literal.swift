import AMCSQL
import struct Foundation.Date

extension Binder {
  func literal(_ literal: Literal, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    switch literal {
    case .null: return BoundExpression(.literal(.null), type: .unknown, at: span)
    case .boolean(let value): return BoundExpression(.literal(.boolean(value)), type: .boolean, at: span)
    case .string(let text): return BoundExpression(.literal(.string(text)), type: .string, at: span)
    case .number(let digits): return try number(digits, at: span)
    case .date(let text):
      guard let days = TimeText.days(text) else {
        throw Diagnostic(.invalidLiteral, "This is not a date.", at: span, hint: "Dates are written DATE '2025-01-31'.")
      }
      return BoundExpression(.literal(.date(days: days)), type: .date, at: span)
    case .timestamp(let text):
      guard let microseconds = TimeText.microseconds(text) else {
        throw Diagnostic(
          .invalidLiteral, "This is not a time.", at: span, hint: "Times are written TIMESTAMP '2025-01-31 12:00:00'.")
      }
      return BoundExpression(.literal(.timestamp(microseconds: microseconds)), type: .timestamp, at: span)
    }
  }

  private func number(_ digits: String, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    guard let type = Self.numberType(digits) else {
      throw Diagnostic(.invalidLiteral, "This number is too large.", at: span)
    }
    return BoundExpression(.literal(.number(digits)), type: type, at: span)
  }

  /// The narrowest of INTEGER, BIGINT, DECIMAL and DOUBLE that can represent the number; nil if none can.
  static func numberType(_ digits: String) -> SQLType? {
    if Int32(digits) != nil { return .integer }
    if Int64(digits) != nil { return .bigint }
    guard let value = Double(digits), value.isFinite else { return nil }
    if digits.lowercased().contains("e") { return .double }
    let unsigned = digits.drop { $0 == "-" || $0 == "+" }
    let parts = unsigned.split(separator: ".", omittingEmptySubsequences: false)
    let scale = parts.count == 2 ? parts[1].count : 0
    // If there is no digit before the point, the engine writes no 0 there.
    let whole = max(1, parts[0].drop { $0 == "0" }.count)
    let precision = whole + scale
    return precision <= 38 ? .decimal(precision: precision, scale: scale) : .double
  }

  // MARK: Parameters

  /// `CUSTOM_PARAMETER('name')`
  mutating func customParameter(_ call: FunctionCall, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    guard call.arguments.count == 1, case .literal(.string(let name)) = call.arguments[0].kind else {
      throw Diagnostic(.wrongArguments, "CUSTOM_PARAMETER takes the parameter's name in single quotes.", at: span)
    }
    if let types = context.parameterTypes, types[name] == nil {
      throw Diagnostic(
        .unknownParameter, "The parameter \(quoted(name)) is not declared.", at: call.arguments[0].span,
        hint: Suggestion.hint(for: name, among: types.keys.sorted()) ?? "Declare it in inputParameters.")
    }
    if let value = context.parameters[name] { return try parameter(name, value, at: span) }
    let missing = Diagnostic(
      .parameterNotGiven, "No value is given for the parameter \(quoted(name)).", at: span,
      hint: Suggestion.hint(for: name, among: context.parameters.keys.sorted())
        ?? "Give it in parameterValues, or a defaultValue in inputParameters.",
      severity: context.missingParameters == .refused ? .error : .note)
    switch context.missingParameters {
    case .refused: throw missing
    case .noted:
      if !notes.contains(missing) { notes.append(missing) }
      return BoundExpression(
        .parameter(name: name, .null), type: context.parameterTypes?[name] ?? .unknown, at: span)
    }
  }

  private func parameter(_ name: String, _ value: ParameterValue, at span: SourceSpan) throws(Diagnostic)
    -> BoundExpression
  {
    if let type = context.parameterTypes?[name] {
      guard let literal = value.literal(as: type) else {
        throw Diagnostic(
          .typeMismatch, "The value of the parameter \(quoted(name)) is no \(type.description).", at: span)
      }
      return BoundExpression(.parameter(name: name, literal), type: type, at: span)
    }
    guard let (literal, type) = Self.literal(of: value) else {
      throw Diagnostic(
        .typeMismatch,
        "The value of the parameter \(quoted(name)) has parts of different types, or a number that is too large.",
        at: span)
    }
    return BoundExpression(.parameter(name: name, literal), type: type, at: span)
  }

  private static func literal(of value: ParameterValue) -> (LiteralValue, SQLType)? {
    switch value {
    case .null: return (.null, .unknown)
    case .boolean(let value): return (.boolean(value), .boolean)
    case .integer(let value): return (.number(String(value)), Int32(exactly: value) == nil ? .bigint : .integer)
    case .decimal(let digits):
      guard LiteralReading.isNumber(digits), let type = numberType(digits) else { return nil }
      return (.number(digits), type)
    case .string(let text): return (.string(text), .string)
    case .array(let values):
      var type = SQLType.unknown
      var elements: [LiteralValue] = []
      for value in values {
        guard let (literal, elementType) = literal(of: value), let common = SQLType.common(type, elementType) else {
          return nil
        }
        type = common
        elements.append(literal)
      }
      return (.array(elements), .array(type))
    }
  }

  /// `BUILT_IN_PARAMETER('TIME_WINDOW_START')`
  mutating func builtInParameter(_ call: FunctionCall, at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    guard call.arguments.count == 1, case .literal(.string(let name)) = call.arguments[0].kind else {
      throw Diagnostic(.wrongArguments, "BUILT_IN_PARAMETER takes the parameter's name in single quotes.", at: span)
    }
    let time: Double?
    switch name.uppercased() {
    case "TIME_WINDOW_START": time = context.timeWindow?.start.timeIntervalSince1970
    case "TIME_WINDOW_END": time = context.timeWindow?.end.timeIntervalSince1970
    default:
      throw Diagnostic(
        .unknownParameter, "There is no built-in parameter \(quoted(name)).", at: call.arguments[0].span,
        hint: "There are TIME_WINDOW_START and TIME_WINDOW_END.")
    }
    let value = time.map { LiteralValue.timestamp(microseconds: Int64(($0 * 1000).rounded()) * 1000) } ?? .null
    return BoundExpression(.parameter(name: name.uppercased(), value), type: .timestamp, at: span)
  }
}
