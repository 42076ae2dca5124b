import AMCSQL

extension Binder {
  mutating func call(_ call: FunctionCall, in scope: Scope, _ clause: Clause, at span: SourceSpan) throws(Diagnostic)
    -> BoundExpression
  {
    guard let function = context.catalogue.function(named: call.name.name) else {
      throw unknownFunction(call.name.name, at: call.name.span)
    }
    switch function.kind {
    case .aggregate:
      return call.over == nil
        ? try aggregate(function, call, in: scope, clause, at: span)
        : try window(function, call, in: scope, clause, at: span)
    case .window:
      return try window(function, call, in: scope, clause, at: span)
    case .scalar, .special:
      try checkPlain(call, at: span)
      if function.kind == .special { return try special(function, call, in: scope, clause, at: span) }
      var arguments: [BoundExpression] = []
      for argument in call.arguments { arguments.append(try expression(argument, in: scope, clause)) }
      return try scalarCall(function, arguments, at: span)
    }
  }

  func unknownFunction(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .unknownFunction, "There is no function \(quoted(name)).", at: span,
      hint: Suggestion.hint(forFunction: name, among: context.catalogue.functionNames))
  }

  private func checkPlain(_ call: FunctionCall, at span: SourceSpan) throws(Diagnostic) {
    guard call.quantifier == nil, call.filter == nil, call.over == nil, !call.isStar else {
      throw Diagnostic(
        .wrongArguments, "\(quoted(call.name.name)) is no aggregate: it takes no DISTINCT, `*`, FILTER or OVER.",
        at: span)
    }
  }

  /// A plain function of values.
  func scalarCall(_ function: FunctionSignature, _ arguments: [BoundExpression], at span: SourceSpan)
    throws(Diagnostic) -> BoundExpression
  {
    let (typed, type) = try typed(function, arguments, at: span)
    switch function.name {
    case "CURRENT_DATE": return currentDate(at: span)
    case "CURRENT_TIMESTAMP": return currentTimestamp(at: span)
    case "IF":
      return try conditional([.init(condition: typed[0], result: typed[1])], otherwise: typed[2], at: span)
    default:
      return BoundExpression(.call(function, typed), type: type, at: span)
    }
  }

  func coalesce(_ values: [BoundExpression], at span: SourceSpan) throws(Diagnostic) -> BoundExpression {
    guard let function = context.catalogue.function(named: "COALESCE") else {
      throw unknownFunction("COALESCE", at: span)
    }
    return try scalarCall(function, values, at: span)
  }

  // MARK: Functions with rules of their own

  private mutating func special(
    _ function: FunctionSignature, _ call: FunctionCall, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    switch function.name {
    case "CUSTOM_PARAMETER": return try customParameter(call, at: span)
    case "BUILT_IN_PARAMETER": return try builtInParameter(call, at: span)
    case "CONTAINED_IN":
      guard call.arguments.count >= 2 else { throw wrongCount(function, call.arguments.count, at: span) }
      return try inList(
        call.arguments[0], Array(call.arguments.dropFirst()), negated: false, in: scope, clause, at: span)
    case "NAMED_ROW": return try namedRow(call, in: scope, clause, at: span)
    case "TRIM": return try trim(function, call, in: scope, clause, at: span)
    case "EXPLODE":
      throw Diagnostic(
        .unsupported, "EXPLODE stands alone as a column of SELECT.", at: span, hint: "Use its column in an outer query."
      )
    default:
      throw unknownFunction(call.name.name, at: span)
    }
  }

  private mutating func namedRow(_ call: FunctionCall, in scope: Scope, _ clause: Clause, at span: SourceSpan)
    throws(Diagnostic) -> BoundExpression
  {
    var names: [String] = []
    var values: [BoundExpression] = []
    guard !call.arguments.isEmpty, call.arguments.count.isMultiple(of: 2) else {
      throw Diagnostic(.wrongArguments, "NAMED_ROW takes labels and values in turn.", at: span)
    }
    for index in stride(from: 0, to: call.arguments.count, by: 2) {
      guard case .literal(.string(let label)) = call.arguments[index].kind, !label.isEmpty else {
        throw Diagnostic(.wrongArguments, "A label stands in single quotes.", at: call.arguments[index].span)
      }
      guard !names.contains(where: { $0.lowercased() == label.lowercased() }) else {
        throw Diagnostic(
          .duplicateName, "NAMED_ROW has the label \(quoted(label)) twice.", at: call.arguments[index].span)
      }
      names.append(label)
      values.append(try expression(call.arguments[index + 1], in: scope, clause))
    }
    let fields = zip(names, values).map { SQLType.Field(name: $0, type: $1.type) }
    return BoundExpression(.row(names, values), type: .row(fields), at: span)
  }

  private mutating func trim(
    _ function: FunctionSignature, _ call: FunctionCall, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    var side = BoundExpression.TrimSide.both
    var characters = BoundExpression(.literal(.string(" ")), type: .string, at: span)
    let value: Expression
    switch call.arguments.count {
    case 1: value = call.arguments[0]
    case 3:
      guard case .literal(.string(let word)) = call.arguments[0].kind,
        let named = BoundExpression.TrimSide(rawValue: word)
      else { throw wrongCount(function, 3, at: span) }
      side = named
      characters = try coerce(try expression(call.arguments[1], in: scope, clause), to: .string)
      value = call.arguments[2]
    default: throw wrongCount(function, call.arguments.count, at: span)
    }
    let text = try coerce(try expression(value, in: scope, clause), to: .string)
    return BoundExpression(.trim(side, text, characters: characters), type: .string, at: span)
  }

  // MARK: Aggregates and window functions

  private mutating func aggregate(
    _ function: FunctionSignature, _ call: FunctionCall, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    guard clause.aggregates == .allowed else {
      throw Diagnostic(
        .invalidAggregate, "\(quoted(call.name.name)) is an aggregate, which can't stand in \(clause.name).", at: span,
        hint: clause.name == "WHERE" ? "Use HAVING." : "Aggregate in a subquery first.")
    }
    let inner = Clause(name: "an aggregate", aggregates: .refused, windows: .refused)
    let (arguments, type) = try aggregateArguments(function, call, in: scope, inner, at: span)
    let filter = try call.filter.map { syntax throws(Diagnostic) in try condition(syntax, in: scope, inner) }
    let column = newColumn(function.name, type)
    select.aggregates.append(
      .init(
        column: column, function: function, arguments: arguments, isDistinct: call.quantifier == .distinct,
        filter: filter, span: span))
    return BoundExpression(.column(column.id), type: type, at: span)
  }

  private mutating func aggregateArguments(
    _ function: FunctionSignature, _ call: FunctionCall, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> ([BoundExpression], SQLType) {
    if call.isStar {
      guard function.name == "COUNT", call.quantifier == nil else {
        throw Diagnostic(.wrongArguments, "Only COUNT(*) takes `*`.", at: span)
      }
      return ([], .bigint)
    }
    var arguments: [BoundExpression] = []
    for argument in call.arguments { arguments.append(try expression(argument, in: scope, clause)) }
    if call.quantifier == .distinct, arguments.count > 1 {
      throw Diagnostic(.wrongArguments, "DISTINCT takes one argument.", at: span, hint: "CONCAT them.")
    }
    return try typed(function, arguments, at: span)
  }

  private mutating func window(
    _ function: FunctionSignature, _ call: FunctionCall, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    guard clause.windows == .allowed else {
      throw Diagnostic(
        .invalidWindow, "A window function can't stand in \(clause.name).", at: span,
        hint: "Compute it in a subquery and use its column outside.")
    }
    guard let over = call.over else {
      throw Diagnostic(
        .invalidWindow, "\(quoted(call.name.name)) needs OVER.", at: span, hint: "\(function.name)() OVER (ORDER BY …)")
    }
    let specification = try windowSpecification(over)
    // If the query has groups, a window is computed over them, so its parts may be aggregates.
    let inner = Clause(name: "a window", aggregates: .allowed, windows: .refused)
    let (arguments, type) =
      function.kind == .window
      ? try rankArguments(function, call, specification, in: scope, at: span)
      : try aggregateArguments(function, call, in: scope, inner, at: span)
    let column = newColumn(function.name, type)
    var bound = Relation.Window.Call(
      column: column, function: function, arguments: arguments, isDistinct: call.quantifier == .distinct, filter: nil,
      partitionBy: [], orderBy: [],
      frame: try specification.frame.map { syntax throws(Diagnostic) in try frame(syntax) },
      span: span)
    if bound.isDistinct {
      throw Diagnostic(.invalidWindow, "A window function takes no DISTINCT.", at: span)
    }
    bound.filter = try call.filter.map { syntax throws(Diagnostic) in try condition(syntax, in: scope, inner) }
    for key in specification.partitionBy { bound.partitionBy.append(try expression(key, in: scope, inner)) }
    for item in specification.orderBy {
      bound.orderBy.append(
        .init(
          expression: try expression(item.expression, in: scope, inner), isDescending: item.isDescending,
          nullsFirst: item.nullsFirst))
    }
    select.windows.append(bound)
    return BoundExpression(.column(column.id), type: type, at: span)
  }

  private func windowSpecification(_ over: WindowReference) throws(Diagnostic) -> WindowSpecification {
    switch over {
    case .inline(let specification): return specification
    case .named(let name):
      guard let found = select.namedWindows[name.name.lowercased()] else {
        throw Diagnostic(
          .invalidWindow, "There is no window \(quoted(name.name)).", at: name.span,
          hint: Suggestion.hint(for: name.name, among: Array(select.namedWindows.keys)))
      }
      return found
    }
  }

  private mutating func rankArguments(
    _ function: FunctionSignature, _ call: FunctionCall, _ specification: WindowSpecification, in scope: Scope,
    at span: SourceSpan
  ) throws(Diagnostic) -> ([BoundExpression], SQLType) {
    guard call.arguments.count == function.parameters.count, !call.isStar, call.quantifier == nil, call.filter == nil
    else { throw wrongCount(function, call.arguments.count, at: span) }
    guard !specification.orderBy.isEmpty || function.name == "ROW_NUMBER" else {
      throw Diagnostic(.invalidWindow, "\(function.name) needs ORDER BY in its window.", at: span)
    }
    var arguments: [BoundExpression] = []
    for argument in call.arguments {
      arguments.append(
        try expression(argument, in: scope, Clause(name: "a window", aggregates: .refused, windows: .refused)))
    }
    if function.name == "NTILE", arguments[0].tileCount == nil {
      throw Diagnostic(
        .wrongArguments, "NTILE takes a whole number of tiles, from 1 to \(BoundExpression.tileCountMax).",
        at: arguments[0].span)
    }
    return try typed(function, arguments, at: span)
  }

  private func frame(_ frame: WindowFrame) throws(Diagnostic) -> Relation.Window.Frame {
    if frame.unit == .range { for bound in [frame.start, frame.end] { try checkRange(bound) } }
    return .init(unit: frame.unit, start: try bound(frame.start), end: try bound(frame.end))
  }

  /// A number of RANGE is added to values, and a sum that no number type holds ends the query: whether there is such a
  /// value must not be told.
  private func checkRange(_ bound: WindowFrame.Bound) throws(Diagnostic) {
    switch bound {
    case .unboundedPreceding, .currentRow, .unboundedFollowing: return
    case .preceding(let count), .following(let count):
      throw Diagnostic(
        .invalidWindow, "A frame of RANGE begins and ends with UNBOUNDED or CURRENT ROW.", at: count.span,
        hint: "Count rows: ROWS BETWEEN …")
    }
  }

  private func bound(_ bound: WindowFrame.Bound) throws(Diagnostic) -> Relation.Window.Bound {
    switch bound {
    case .unboundedPreceding: return .unboundedPreceding
    case .currentRow: return .currentRow
    case .unboundedFollowing: return .unboundedFollowing
    case .preceding(let count): return .preceding(try rowCount(count))
    case .following(let count): return .following(try rowCount(count))
    }
  }

  /// The most rows of a frame before or behind a row.
  private static let frameRowsMax = 1_000_000_000

  private func rowCount(_ expression: Expression) throws(Diagnostic) -> Int {
    guard case .literal(.number(let digits)) = expression.kind, let count = Int(digits),
      (0...Self.frameRowsMax).contains(count)
    else {
      throw Diagnostic(.invalidWindow, "A frame is a whole number of rows.", at: expression.span)
    }
    return count
  }
}
