import struct Foundation.Data

extension ParameterValue {
  /// The value as one of a declared type; nil if it does not read as one.
  ///
  /// Texts are read as the declared type: `"20"` is a number if a number is declared. Numbers have to be in the type's
  /// range. Dates and times stay texts, and are checked. A BINARY is a text in Base64. Null is a value of every type.
  public func converted(to type: SQLType) -> ParameterValue? {
    switch (self, type) {
    case (.null, _): return .null
    case (.string(let text), .string): return .string(text)
    case (.boolean(let value), .boolean): return .boolean(value)
    case (.string(let text), .boolean): return Self.boolean(text)
    case (.string(let text), .date): return TimeText.days(text).map { _ in self }
    case (.string(let text), .timestamp): return TimeText.microseconds(text).map { _ in self }
    case (.string(let text), .binary): return Data(base64Encoded: text).map { _ in self }
    case (.integer(let number), _) where type.isNumeric: return Self.number(String(number), type)
    case (.decimal(let text), _) where type.isNumeric: return Self.number(text, type)
    case (.string(let text), _) where type.isNumeric: return Self.number(text, type)
    case (.array(let elements), .array(let elementType)):
      let converted = elements.compactMap { $0.converted(to: elementType) }
      return converted.count == elements.count ? .array(converted) : nil
    case (.boolean, _), (.integer, _), (.decimal, _), (.string, _), (.array, _): return nil
    }
  }

  private static func boolean(_ text: String) -> ParameterValue? {
    switch text.lowercased() {
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: nil
    }
  }

  private static func number(_ text: String, _ type: SQLType) -> ParameterValue? {
    switch type {
    case .tinyint: Int8(text).map { .integer(Int64($0)) }
    case .smallint: Int16(text).map { .integer(Int64($0)) }
    case .integer: Int32(text).map { .integer(Int64($0)) }
    case .bigint: Int64(text).map { .integer($0) }
    case .float: Float(text)?.isFinite == true && LiteralReading.isNumber(text) ? .decimal(text) : nil
    case .double: Double(text)?.isFinite == true && LiteralReading.isNumber(text) ? .decimal(text) : nil
    case .decimal(let precision, let scale): decimal(text, precision: precision, scale: scale)
    case .boolean, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey, .unknown: nil
    }
  }

  /// Digits with a sign and a point, at most as many on each side as the type has.
  private static func decimal(_ text: String, precision: Int, scale: Int) -> ParameterValue? {
    guard LiteralReading.isNumber(text), !text.lowercased().contains("e") else { return nil }
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ".", omittingEmptySubsequences: false)
    let whole = parts[0].drop { $0 == "0" }.count
    guard whole <= precision - scale, parts.count < 2 || parts[1].count <= scale else { return nil }
    return .decimal(text)
  }

  /// The literal for the value in a query if its type is declared; nil if it does not fit.
  func literal(as type: SQLType) -> LiteralValue? {
    guard let value = converted(to: type) else { return nil }
    switch value {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .integer(let number): return .number(String(number))
    case .decimal(let digits): return .number(digits)
    case .string(let text):
      if type == .binary { return Data(base64Encoded: text).map { .binary([UInt8]($0)) } }
      return LiteralReading.value(text, as: type)
    case .array(let elements):
      guard case .array(let elementType) = type else { return nil }
      let literals = elements.compactMap { $0.literal(as: elementType) }
      return literals.count == elements.count ? .array(literals) : nil
    }
  }
}
