import AMCSQL

extension Binder {
  /// The arguments, cast to the types of the function's parameters, and the type of its result.
  func typed(_ function: FunctionSignature, _ arguments: [BoundExpression], at span: SourceSpan) throws(Diagnostic)
    -> ([BoundExpression], SQLType)
  {
    let (fewest, most) = function.argumentCounts
    guard arguments.count >= fewest, arguments.count <= most ?? Int.max else {
      throw wrongCount(function, arguments.count, at: span)
    }
    let generic = try genericType(function, arguments)
    var typed: [BoundExpression] = []
    for (index, argument) in arguments.enumerated() {
      typed.append(try convert(argument, to: parameter(of: function, at: index), generic, function))
    }
    try checkTogether(function, typed)
    return (typed, resultType(function.result, typed, generic))
  }

  func wrongCount(_ function: FunctionSignature, _ count: Int, at span: SourceSpan) -> Diagnostic {
    let (fewest, most) = function.argumentCounts
    let expected: String
    switch most {
    case nil: expected = "at least \(fewest)"
    case fewest?: expected = "\(fewest)"
    case let most?: expected = "\(fewest) to \(most)"
    }
    return Diagnostic(.wrongArguments, "\(function.name) takes \(expected) arguments, here are \(count).", at: span)
  }

  private func parameter(of function: FunctionSignature, at index: Int) -> FunctionSignature.Parameter {
    function.parameters[min(index, function.parameters.count - 1)]
  }

  /// The common type of all generic arguments. Texts of the query are read as the type of the arguments beside them.
  private func genericType(_ function: FunctionSignature, _ arguments: [BoundExpression]) throws(Diagnostic) -> SQLType
  {
    var type = SQLType.unknown
    for readsTexts in [false, true] {
      for (index, argument) in arguments.enumerated() where (literalText(argument) != nil) == readsTexts {
        guard let own = genericPart(of: argument.type, parameter(of: function, at: index)) else { continue }
        if function.argumentFlow == .choose, readsTexts, let common = try typeBesideText(argument, type) {
          type = common
        } else if let common = function.argumentFlow == .choose
          ? SQLType.unified(type, own) : SQLType.common(type, own)
        {
          type = common
        } else if retyped(argument, as: type) == nil {
          throw noCommonType("the arguments of \(function.name)", type, argument)
        }
      }
    }
    return type
  }

  private func genericPart(of type: SQLType, _ parameter: FunctionSignature.Parameter) -> SQLType? {
    switch parameter {
    case .generic: return type
    case .array(let inner):
      guard case .array(let element) = type else { return nil }
      return genericPart(of: element, inner)
    case .type, .any, .text, .number, .whole, .time, .collection, .pattern, .zone, .unit, .truncation, .encoding,
      .fraction:
      return nil
    }
  }

  private func convert(
    _ argument: BoundExpression, to parameter: FunctionSignature.Parameter, _ generic: SQLType,
    _ function: FunctionSignature
  ) throws(Diagnostic) -> BoundExpression {
    let type = argument.type
    if type == .unknown, let known = Self.typeOfNull(parameter) { return try coerce(argument, to: known) }
    func mismatch(_ wanted: String) -> Diagnostic {
      Diagnostic(
        .typeMismatch, "\(function.name) needs \(wanted) here, this is \(type.description).", at: argument.span,
        hint: "CAST it.")
    }
    switch parameter {
    case .any: return argument
    case .type(let wanted):
      if type == wanted { return argument }
      if let literal = retyped(argument, as: wanted) { return literal }
      if wanted.isTime { try checkTime(argument, wanted) }
      if wanted.isNumeric, let number = numbers(behind: argument) { return try coerce(number, to: wanted) }
      guard SQLType.common(type, wanted) == wanted else { throw mismatch(wanted.description) }
      return try coerce(argument, to: wanted)
    case .text:
      return type == .string ? argument : BoundExpression(.cast(argument), type: .string, at: argument.span)
    case .number: return try number(argument, mismatch("a number"))
    case .whole:
      if !type.isWhole, let number = numbers(behind: argument), number.type.isWhole { return number }
      guard type.isWhole || type == .unknown else { throw mismatch("a whole number") }
      return argument
    case .time:
      if type == .string, let literal = retyped(argument, as: .timestamp) { return literal }
      try checkTime(argument, .timestamp)
      guard type.isTime || type == .unknown else { throw mismatch("a date or time") }
      return argument
    case .collection:
      switch type {
      case .array, .map: return argument
      case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .float, .double, .date, .timestamp, .string,
        .binary, .row, .userKey, .unknown:
        throw mismatch("an array or a map")
      }
    case .generic: return try unified(argument, to: generic)
    case .array(let inner):
      if type != .unknown { guard case .array = type else { throw mismatch("an array") } }
      return try coerce(argument, to: arrayType(inner, generic))
    case .pattern, .zone, .unit, .truncation, .encoding, .fraction:
      return try checkLiteral(argument, parameter, function)
    }
  }

  /// The type of a bare NULL if the function takes one of several types.
  private static func typeOfNull(_ parameter: FunctionSignature.Parameter) -> SQLType? {
    switch parameter {
    case .number: .double
    case .whole: .bigint
    case .time: .timestamp
    case .type(let type): type
    case .collection: .array(.string)
    case .any, .text, .generic, .array, .pattern, .zone, .unit, .truncation, .encoding, .fraction: nil
    }
  }

  private func number(_ argument: BoundExpression, _ mismatch: Diagnostic) throws(Diagnostic) -> BoundExpression {
    if argument.type.isNumeric || argument.type == .unknown { return argument }
    if let literal = retyped(argument, as: .double) { return literal }
    if let number = numbers(behind: argument) { return number }
    throw mismatch
  }

  private func arrayType(_ inner: FunctionSignature.Parameter, _ generic: SQLType) -> SQLType {
    if case .array(let deeper) = inner { return .array(arrayType(deeper, generic)) }
    return .array(generic)
  }

  private func resultType(_ result: FunctionSignature.Result, _ arguments: [BoundExpression], _ generic: SQLType)
    -> SQLType
  {
    switch result {
    case .type(let type): return type
    case .generic: return generic
    case .array(let inner): return .array(resultType(inner, arguments, generic))
    case .any: return .unknown
    case .first:
      let type = arguments.first?.type ?? .unknown
      return type == .unknown ? .double : type
    case .sum:
      switch arguments.first?.type {
      case .decimal(_, let scale): return .decimal(precision: 38, scale: scale)
      case .float, .double: return .double
      case .boolean, .tinyint, .smallint, .integer, .bigint, .date, .timestamp, .string, .binary, .array, .map, .row,
        .userKey, .unknown, nil:
        return .bigint
      }
    case .average: return .double
    case .whole:
      let type = arguments.first?.type
      return type == .double || type == .float ? .double : .bigint
    }
  }
}
