import AMCSQL
import Catalog

/// Arithmetic and functions, each in a form that never ends the query because of a value.
extension Emitter {
  mutating func arithmetic(
    _ sign: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression, _ type: SQLType
  ) throws(Diagnostic) -> String {
    let operands = (left: try expression(left), right: try expression(right))
    func written(as name: String?) -> String {
      let a = name.map { "CAST(\(operands.left) AS \($0))" } ?? operands.left
      let b = name.map { "CAST(\(operands.right) AS \($0))" } ?? operands.right
      // Dividing by zero gives NULL.
      return sign == .divide || sign == .modulo
        ? "(\(a) \(sign.rawValue) nullif(\(b), 0))" : "(\(a) \(sign.rawValue) \(b))"
    }
    if type == .double || type == .float { return written(as: dialect.typeName(.double)) }
    let isAttemptable = Self.isAttemptable([left, right])
    if type.isWhole {
      if isAttemptable { return dialect.attempt(written(as: dialect.typeName(type))) }
      return dialect.cast(written(as: dialect.wideWholeType), dialect.typeName(type))
    }
    if isAttemptable { return dialect.attempt(written(as: nil)) }
    return dialect.cast(written(as: dialect.typeName(.double)), dialect.typeName(type))
  }

  mutating func negation(_ operand: BoundExpression) throws(Diagnostic) -> String {
    let text = try expression(operand)
    guard operand.type.isWhole else { return "(- \(text))" }
    return dialect.cast("(- CAST(\(text) AS \(dialect.wideWholeType)))", dialect.typeName(operand.type))
  }

  /// Whether the dialect's `attempt` can stand around calls of these arguments.
  private static func isAttemptable(_ arguments: [BoundExpression]) -> Bool {
    arguments.allSatisfy { !$0.hasSubquery && !$0.isVolatile }
  }

  // MARK: Functions

  mutating func call(
    _ function: FunctionSignature, _ arguments: [BoundExpression], _ type: SQLType, at span: SourceSpan
  ) throws(Diagnostic) -> String {
    let text = try written(function, try prepared(arguments), type, at: span)
    // The size of a double is a double; the checks on users' parts ask for it often.
    let isTotal = function.name == "ABS" && arguments[0].type == .double
    if isTotal || dialect.totalFunctions.contains(function.name) { return text }
    guard Self.isAttemptable(arguments) else {
      throw Diagnostic(
        .unsupported, "\(function.name) of a subquery's or a random value is not supported.", at: span,
        hint: "Compute that value in a subquery in FROM first.")
    }
    // The size of a double is a double: the checks on users' parts ask for it often.
    if function.name == "ABS", arguments[0].type == .double { return text }
    return dialect.attempt(text)
  }

  private mutating func prepared(_ arguments: [BoundExpression]) throws(Diagnostic) -> [FunctionArgument] {
    var prepared: [FunctionArgument] = []
    for argument in arguments { prepared.append(try self.argument(argument)) }
    return prepared
  }

  mutating func argument(_ value: BoundExpression) throws(Diagnostic) -> FunctionArgument {
    FunctionArgument(text: try expression(value), type: value.type, literal: Self.literal(value))
  }

  private static func literal(_ expression: BoundExpression) -> String? {
    switch expression.kind {
    case .literal(.string(let text)), .parameter(_, .string(let text)): text
    default: nil
    }
  }

  private func written(
    _ function: FunctionSignature, _ arguments: [FunctionArgument], _ type: SQLType, at span: SourceSpan
  ) throws(Diagnostic) -> String {
    let texts = arguments.map(\.text)
    let text: String?
    switch dialect.functions[function.name] {
    case .text(let template): text = "(\(FunctionTemplate.fill(template, texts)))"
    case .typed(let template): text = dialect.cast(FunctionTemplate.fill(template, texts), dialect.typeName(type))
    case .byCount(let templates): text = templates[texts.count].map { "(\(FunctionTemplate.fill($0, texts)))" }
    case .computed(let write): text = write(arguments).map { "(\($0))" }
    case .seeded(let write): text = write(seed, arguments)
    case .aggregate, nil: text = nil
    }
    guard let text else {
      throw Diagnostic(.unsupported, "\(function.name) is not supported by the engine in this form.", at: span)
    }
    return text
  }

  /// An aggregate with its DISTINCT, FILTER and OVER, which stand inside the template's call.
  mutating func aggregateCall(
    _ function: FunctionSignature, _ arguments: [BoundExpression], isDistinct: Bool, filter: BoundExpression?,
    over: String?, type: SQLType, at span: SourceSpan
  ) throws(Diagnostic) -> String {
    let prepared = try prepared(arguments)
    var texts = prepared.map(\.text)
    if texts.isEmpty, function.name == "COUNT" { texts = ["*"] }
    let quantifier = isDistinct && !arguments.isEmpty ? "DISTINCT " : ""
    var tail = ""
    if let filter { tail += " FILTER (WHERE \(try expression(filter)))" }
    if let over { tail += " \(over)" }
    switch dialect.functions[function.name] {
    case .text(let template):
      if !texts.isEmpty { texts[0] = quantifier + texts[0] }
      return FunctionTemplate.fill(template, texts) + tail
    case .aggregate(let write):
      return write(
        .init(quantifier: quantifier, arguments: prepared, tail: tail, typeName: dialect.typeName(type)))
    case .typed, .byCount, .computed, .seeded, nil:
      throw Diagnostic(.unsupported, "\(function.name) is not supported by the engine.", at: span)
    }
  }
}
