import AMCSQL

extension Binder {
  /// Both sides with one type, for a comparison. `ordered` says whether it asks which of them is larger.
  func comparable(
    _ left: BoundExpression, _ right: BoundExpression, ordered: Bool = false, at span: SourceSpan
  ) throws(Diagnostic) -> (BoundExpression, BoundExpression) {
    // TRUE is 1 and FALSE is 0: `new_to_brand = 1`.
    if left.type == .boolean, right.type.isNumeric { return try comparable(whole(left), right, at: span) }
    if right.type == .boolean, left.type.isNumeric { return try comparable(left, whole(right), at: span) }
    if let type = SQLType.common(left.type, right.type) {
      // Numbers of different kinds, and user keys, are compared as they are; the engine widens them.
      if left.type.isNumeric, right.type.isNumeric {
        if SQLType.compareExactly(left.type, right.type) { return (left, right) }
        return (try coerce(left, to: .double), try coerce(right, to: .double))
      }
      return (try coerce(left, to: type), try coerce(right, to: type))
    }
    if let literal = retyped(right, as: left.type) ?? digits(right, for: left.type, ordered) { return (left, literal) }
    if let literal = retyped(left, as: right.type) ?? digits(left, for: right.type, ordered) { return (literal, right) }
    if let literal = retyped(right, as: .timestamp), left.type == .date {
      return (try coerce(left, to: .timestamp), literal)
    }
    if let literal = retyped(left, as: .timestamp), right.type == .date {
      return (literal, try coerce(right, to: .timestamp))
    }
    for (text, other) in [(left, right), (right, left)] where other.type.isTime { try checkTime(text, other.type) }
    if literalText(left) == nil, let type = Self.typeToRead(left.type, against: right.type) {
      return (BoundExpression(.cast(left), type: type, at: left.span), try widened(right, beside: type))
    }
    if literalText(right) == nil, let type = Self.typeToRead(right.type, against: left.type) {
      return (try widened(left, beside: type), BoundExpression(.cast(right), type: type, at: right.span))
    }
    throw Diagnostic(
      .typeMismatch, "\(left.type.description) can't be compared with \(right.type.description).", at: span,
      hint: left.type == .userKey || right.type == .userKey
        ? "A user's key is compared with another user's key only." : "CAST one of them.")
  }

  private func whole(_ truth: BoundExpression) -> BoundExpression {
    BoundExpression(.cast(truth), type: .integer, at: truth.span)
  }

  /// The type as which a string is read when it is compared with a value that is no literal. Text that does not read as
  /// that type is NULL. Numbers without fractions are compared exactly.
  private static func typeToRead(_ type: SQLType, against other: SQLType) -> SQLType? {
    guard type == .string else { return nil }
    if other.isWhole { return .decimal(precision: 38, scale: 10) }
    if other.isNumeric { return .double }
    return other.isTime ? other : nil
  }

  private func widened(_ number: BoundExpression, beside type: SQLType) throws(Diagnostic) -> BoundExpression {
    type == .double && number.type != .double ? try coerce(number, to: .double) : number
  }

  /// A whole number of the query as the text of its digits, for a comparison with a string such as
  /// `campaign_id_string`. As text, 9 is larger than 10, so this is not done if the order matters.
  private func digits(_ expression: BoundExpression, for type: SQLType, _ ordered: Bool) -> BoundExpression? {
    guard type == .string, expression.type.isWhole, !ordered else { return nil }
    switch expression.kind {
    case .literal(.number(let digits)):
      return BoundExpression(.literal(.string(digits)), type: .string, at: expression.span)
    case .parameter(let name, .number(let digits)):
      return BoundExpression(.parameter(name: name, .string(digits)), type: .string, at: expression.span)
    default: return nil
    }
  }

  /// The type that all of `expressions` fit into; numbers and texts meet in text.
  ///
  /// Texts of the query are read as the dates, times and booleans beside them: `COALESCE(date, '2025-01-31')`.
  func commonType(of expressions: [BoundExpression], _ what: String) throws(Diagnostic) -> SQLType {
    var type = SQLType.unknown
    let texts = expressions.filter { literalText($0) != nil }
    for expression in expressions where literalText(expression) == nil {
      guard let common = SQLType.unified(type, expression.type) else { throw noCommonType(what, type, expression) }
      type = common
    }
    for expression in texts {
      guard let common = try typeBesideText(expression, type) else { throw noCommonType(what, type, expression) }
      type = common
    }
    return type
  }

  /// The type of a text of the query and expressions of `type`; nil if there is none.
  func typeBesideText(_ text: BoundExpression, _ type: SQLType) throws(Diagnostic) -> SQLType? {
    switch type {
    case .date, .timestamp, .boolean:
      if retyped(text, as: type) != nil { return type }
      if type != .boolean, let literal = literalText(text), TimeText.isImpossible(literal) {
        throw noTime(text, literal, type)
      }
    case .tinyint, .smallint, .integer, .bigint, .decimal, .float, .double, .string, .binary, .array, .map, .row,
      .userKey, .unknown:
      break
    }
    return SQLType.unified(type, .string)
  }

  /// The expression as a value of a type that it was unified to.
  func unified(_ expression: BoundExpression, to type: SQLType) throws(Diagnostic) -> BoundExpression {
    guard type == .string, expression.type != .string, expression.type.isShownAsText else {
      return try coerce(expression, to: type)
    }
    return BoundExpression(.cast(expression), type: .string, at: expression.span)
  }

  /// The numbers behind an expression that is text only because texts of digits stand beside them:
  /// `CASE WHEN a THEN n ELSE '0' END`. nil for any other text.
  func numbers(behind expression: BoundExpression) -> BoundExpression? {
    if expression.type.isNumeric { return expression }
    guard expression.type == .string else { return nil }
    switch expression.kind {
    case .literal(.null), .parameter(_, .null):
      return BoundExpression(expression.kind, type: .unknown, at: expression.span)
    case .literal, .parameter:
      guard let text = literalText(expression), LiteralReading.isNumber(text), let type = Self.numberType(text) else {
        return nil
      }
      return retyped(expression, as: type)
    case .cast(let operand): return operand.type.isNumeric ? operand : nil
    case .conditional(let branches, let otherwise):
      let results = branches.map(\.result) + (otherwise.map { [$0] } ?? [])
      guard let (values, type) = numbers(behindAll: results) else { return nil }
      let pairs = zip(branches, values).map { BoundExpression.Branch(condition: $0.condition, result: $1) }
      return BoundExpression(
        .conditional(pairs, otherwise: otherwise == nil ? nil : values.last), type: type, at: expression.span)
    case .call(let function, let arguments) where function.name == "COALESCE":
      guard let (values, type) = numbers(behindAll: arguments) else { return nil }
      return BoundExpression(.call(function, values), type: type, at: expression.span)
    case .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar,
      .inList, .inRelation, .scalarRelation, .exists, .array, .row, .element, .field, .trim:
      return nil
    }
  }

  private func numbers(behindAll expressions: [BoundExpression]) -> ([BoundExpression], SQLType)? {
    let values = expressions.compactMap { numbers(behind: $0) }
    guard values.count == expressions.count else { return nil }
    let type = values.reduce(SQLType.unknown) { SQLType.common($0, $1.type) ?? $0 }
    guard type.isNumeric, let same = try? values.map({ value throws(Diagnostic) in try coerce(value, to: type) }) else {
      return nil
    }
    return (same, type)
  }

  /// Refuses a text of the query that stands for a date or a time and is none.
  func checkTime(_ expression: BoundExpression, _ type: SQLType) throws(Diagnostic) {
    guard let text = literalText(expression), retyped(expression, as: type) == nil else { return }
    throw noTime(expression, text, type)
  }

  func noTime(_ expression: BoundExpression, _ text: String, _ type: SQLType) -> Diagnostic {
    // Messages show nothing that may be anybody's data: no value of a parameter, and no text but digits.
    var name = "This text"
    if case .literal = expression.kind, TimeText.isOfDigits(text) { name = "'\(text)'" }
    return Diagnostic(
      .invalidLiteral, "\(name) is no \(type == .date ? "date" : "time").", at: expression.span,
      hint: type == .date ? "Dates are written '2025-01-31'." : "Times are written '2025-01-31 12:00:00'.")
  }

  func noCommonType(_ what: String, _ type: SQLType, _ expression: BoundExpression) -> Diagnostic {
    Diagnostic(
      .typeMismatch,
      "\(what.prefix(1).uppercased() + what.dropFirst()) have no type in common: \(type.description) and \(expression.type.description).",
      at: expression.span, hint: "CAST one of them.")
  }

  /// The expression as a value of `type`, if that loses nothing.
  func coerce(_ expression: BoundExpression, to type: SQLType) throws(Diagnostic) -> BoundExpression {
    if expression.type == type || type == .unknown { return expression }
    if let literal = retyped(expression, as: type) { return literal }
    guard SQLType.common(expression.type, type) != nil else {
      throw Diagnostic(
        .typeMismatch, "\(type.description) is needed here, this is \(expression.type.description).",
        at: expression.span, hint: "CAST it.")
    }
    return BoundExpression(.cast(expression), type: type, at: expression.span)
  }

  /// A text or NULL of the query as a value of `type`; nil if the text does not read as one.
  func retyped(_ expression: BoundExpression, as type: SQLType) -> BoundExpression? {
    let value: LiteralValue
    let rebuild: (LiteralValue) -> BoundExpression.Kind
    switch expression.kind {
    case .literal(let literal):
      value = literal
      rebuild = { .literal($0) }
    case .parameter(let name, let literal):
      value = literal
      rebuild = { .parameter(name: name, $0) }
    case .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar,
      .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row, .element, .field, .trim:
      return nil
    }
    if value == .null { return BoundExpression(rebuild(.null), type: type, at: expression.span) }
    guard case .string(let text) = value, let read = LiteralReading.value(text, as: type) else { return nil }
    return BoundExpression(rebuild(read), type: type, at: expression.span)
  }

  // MARK: Type names

  func type(named name: TypeName) throws(Diagnostic) -> SQLType {
    let upper = name.name.name.uppercased()
    if upper == "ARRAY" {
      guard name.arguments.count == 1 else {
        throw Diagnostic(
          .typeMismatch, "ARRAY needs the type of its elements.", at: name.name.span, hint: "ARRAY<VARCHAR>")
      }
      return .array(try type(named: name.arguments[0]))
    }
    if upper == "STRUCT", !name.fields.isEmpty {
      var fields: [SQLType.Field] = []
      for (field, type) in zip(name.fields, name.arguments) {
        fields.append(.init(name: field.name, type: try self.type(named: type)))
      }
      return .row(fields)
    }
    guard name.arguments.isEmpty, let type = simpleType(upper, name.numbers) else {
      let plain = Self.typeNames.map { String($0.prefix { $0.isLetter }) }
      throw Diagnostic(
        .typeMismatch, "There is no type \(quoted(name.name.name)) with these arguments.", at: name.name.span,
        hint: plain.contains(upper)
          ? nil
          : Suggestion.hint(for: upper, among: plain)
            ?? "Types: \(Self.typeNames.joined(separator: ", ")).")
    }
    return type
  }

  private static let typeNames = [
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL(p, s)", "FLOAT", "REAL", "DOUBLE", "DATE",
    "TIMESTAMP", "CHAR", "VARCHAR", "BINARY", "ARRAY<type>",
    "STRUCT<name type, …>",
  ]

  private func simpleType(_ name: String, _ numbers: [Int]) -> SQLType? {
    switch (name, numbers.count) {
    case ("CHAR", 0...1), ("VARCHAR", 0...1), ("SYMBOL", 0), ("STRING", 0): .string
    case ("DECIMAL", 0...2), ("NUMERIC", 0...2): decimal(numbers)
    case ("BOOLEAN", 0): .boolean
    case ("TINYINT", 0): .tinyint
    case ("SMALLINT", 0): .smallint
    case ("INTEGER", 0), ("INT", 0): .integer
    case ("BIGINT", 0), ("LONG", 0): .bigint
    case ("FLOAT", 0), ("REAL", 0): .float
    case ("DOUBLE", 0): .double
    case ("DATE", 0): .date
    case ("TIMESTAMP", 0...1): .timestamp
    case ("BINARY", 0...1), ("VARBINARY", 0...1): .binary
    default: nil
    }
  }

  private func decimal(_ numbers: [Int]) -> SQLType? {
    let precision = numbers.first ?? 38
    let scale = numbers.count > 1 ? numbers[1] : 0
    guard (1...38).contains(precision), (0...precision).contains(scale) else { return nil }
    return .decimal(precision: precision, scale: scale)
  }
}

extension SQLType {
  /// Whether a CAST to the type is allowed. Values that do not fit become NULL.
  func canCast(to type: SQLType) -> Bool {
    if SQLType.common(self, type) != nil { return true }
    switch (self, type) {
    case (.array(let a), .array(let b)): return a.canCast(to: b)
    case (.row(let a), .row(let b)):
      return a.map(\.name) == b.map(\.name) && zip(a, b).allSatisfy { $0.type.canCast(to: $1.type) }
    case (.array, _), (_, .array), (.map, _), (_, .map), (.row, _), (_, .row): return false
    case (_, .userKey): return false
    case (.binary, .string), (.string, .binary): return true
    case (.binary, _), (_, .binary): return false
    case (.string, _), (.userKey, .string), (_, .string): return true
    case (.userKey, _): return false
    case (.boolean, _): return type.isNumeric
    case (_, .boolean): return isNumeric
    case (.timestamp, .date): return true
    default: return isNumeric && type.isNumeric
    }
  }
}

/// Reads the text of a literal as a value of another type.
enum LiteralReading {
  static func value(_ text: String, as type: SQLType) -> LiteralValue? {
    switch type {
    case .date: TimeText.days(text).map { .date(days: $0) }
    case .timestamp: TimeText.microseconds(text).map { .timestamp(microseconds: $0) }
    case .boolean: boolean(text)
    case .tinyint, .smallint, .integer, .bigint: Int64(text).map { .number(String($0)) }
    case .decimal, .float, .double: isNumber(text) ? .number(text) : nil
    case .string: .string(text)
    case .binary, .array, .map, .row, .userKey, .unknown: nil
    }
  }

  private static func boolean(_ text: String) -> LiteralValue? {
    switch text.lowercased() {
    case "true": .boolean(true)
    case "false": .boolean(false)
    default: nil
    }
  }

  /// Digits with an optional sign, point and exponent.
  static func isNumber(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 60, Double(text) != nil else { return false }
    return text.utf8.allSatisfy { byte in
      (byte >= 0x30 && byte <= 0x39) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
    }
  }
}
