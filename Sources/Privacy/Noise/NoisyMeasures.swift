import AMCSQL
import Catalog

/// The figures that an aggregation needs, each of them once, and how its aggregates follow from them. Figures share the
/// loss of a query, so that each that is there twice would make all others less exact.
struct NoisyMeasures {
  let rows: UserRows
  let bounds: ColumnBounds
  /// The most rows of one user in one group.
  let rowsMax: Double
  private(set) var figures: [NoisyFigure] = []

  init(_ rows: UserRows, _ bounds: ColumnBounds, rowsMax: Double) {
    self.rows = rows
    self.bounds = bounds
    self.rowsMax = rowsMax
  }

  /// The index of the figure, which is added unless it is there.
  private mutating func index(of figure: NoisyFigure) -> Int {
    if let index = figures.firstIndex(of: figure) { return index }
    figures.append(figure)
    return figures.count - 1
  }

  /// The number of the users of a group.
  mutating func users() -> Int { index(of: .init(measure: .users, filter: nil, range: .count(upTo: 1))) }

  /// How an aggregate follows from figures.
  ///
  /// - Throws: `unsupported`, `single_user_value` or `unbounded_measure` with a way around.
  mutating func measure(_ call: Relation.Aggregate.Call) throws(Diagnostic) -> NoisyMeasure {
    switch (call.function.name, call.isDistinct) {
    case ("COUNT", false): return .count(count(call))
    case ("COUNT", true):
      guard let value = call.arguments.first, rows.isKeyOrNull(value) else {
        throw Self.refusal(
          call, hint: "Group by it in a subquery and count the rows of that: each group has its noise and is shown.")
      }
      if rows.isKey(value), call.filter == nil { return .count(users()) }
      return .count(index(of: .init(measure: .usersWith(value), filter: call.filter, range: .count(upTo: 1))))
    case ("SUM", false):
      return try sum(of: call.arguments[0], call).map { .sum($0) } ?? .zero
    case ("AVG", false):
      guard let sum = try sum(of: call.arguments[0], call) else { return .zero }
      return .average(sum: sum, count: count(call))
    case ("VAR_POP", false), ("VAR_SAMP", false), ("STDDEV_POP", false), ("STDDEV_SAMP", false):
      let value = call.arguments[0].asDouble()
      let square = value.computed(.multiply, value, as: .double)
      guard let values = try sum(of: value, call), let squares = try sum(of: square, call) else { return .zero }
      return .spread(function: call.function.name, count: count(call), sum: values, squares: squares)
    case ("MEDIAN", false): return try percentile(call, fraction: "0.5")
    case ("PERCENTILE", false), ("APPROX_PERCENTILE", false):
      guard let fraction = call.arguments.last?.digits else { throw Self.refusal(call, hint: nil) }
      return try percentile(call, fraction: fraction)
    case ("MIN", _), ("MAX", _):
      throw Self.refusal(call, hint: "Use PERCENTILE, such as PERCENTILE(x, 0.01), or take it for each user first.")
    case ("COLLECT", _):
      throw ThresholdRewriter.singleUserValue(
        "COLLECT over many users would list their events one by one.", at: call.span,
        hint: "COLLECT by `user_id`, and group by the list outside.")
    default:
      throw Self.refusal(
        call, hint: call.isDistinct ? "Leave out DISTINCT, or aggregate by `user_id` first." : nil)
    }
  }

  private static func refusal(_ call: Relation.Aggregate.Call, hint: String?) -> Diagnostic {
    ThresholdRewriter.unsupported(
      "\(call.function.name)\(call.isDistinct ? "(DISTINCT …)" : "") over many users has no result with noise.",
      at: call.span, hint: hint)
  }

  /// The rows, or those with a value.
  private mutating func count(_ call: Relation.Aggregate.Call) -> Int {
    let value = call.arguments.first.flatMap { rows.isKey($0) || $0.isValue ? nil : $0 }
    if value == nil, call.filter == nil, rowsMax <= 1 { return users() }
    return index(
      of: .init(
        measure: value.map { .values($0) } ?? .rows, filter: call.filter, range: .count(upTo: rowsMax)))
  }

  /// The sum of a value; nil where it is always 0.
  private mutating func sum(
    of value: BoundExpression, _ call: Relation.Aggregate.Call
  ) throws(Diagnostic) -> Int? {
    let part = bounds.part(of: value, rows: rowsMax)
    guard let range = PartRange.parts(in: part, isWhole: value.type.isWhole) else { throw Self.unbounded(call) }
    guard range.magnitude > 0 else { return nil }
    return index(of: .init(measure: .sum(value), filter: call.filter, range: range))
  }

  private mutating func percentile(
    _ call: Relation.Aggregate.Call, fraction: String
  ) throws(Diagnostic) -> NoisyMeasure {
    let value = call.arguments[0]
    guard let grid = ValueGrid(bounds.value(of: value), isWhole: value.type.isWhole) else { throw Self.unbounded(call) }
    let index = index(
      of: .init(
        measure: .percentile(value, fraction: fraction, grid), filter: call.filter, range: .count(upTo: rowsMax)))
    return .percentile(index, grid)
  }

  private static func unbounded(_ call: Relation.Aggregate.Call) -> Diagnostic {
    Diagnostic(
      .unboundedMeasure,
      "Nothing bounds what one user adds to this \(call.function.name), so that no noise could hide it.",
      at: call.arguments.first?.span ?? call.span, hint: "Cap the value: LEAST(GREATEST(x, 0), 4000).")
  }
}

extension BoundExpression {
  /// The digits of a number that the query, or a parameter, gives.
  fileprivate var digits: String? {
    switch kind {
    case .literal(.number(let digits)), .parameter(_, .number(let digits)): digits
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .between, .like, .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row,
      .element, .field, .trim:
      nil
    }
  }

  /// Whether it is a constant that is never NULL.
  fileprivate var isValue: Bool {
    switch kind {
    case .literal(let value), .parameter(_, let value): value != .null
    case .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar,
      .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row, .element, .field, .trim:
      false
    }
  }
}
