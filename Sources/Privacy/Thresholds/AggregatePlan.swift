import AMCSQL
import Catalog

/// How one aggregate over many users is computed so that each user's part in it is known.
struct AggregatePlan {
  enum Kind {
    /// Adds up from users' parts.
    case parts
    /// Needs all rows at once; the parts only tell who stands behind it, and how evenly.
    case whole
    /// Counts different values, or adds them up: those that users share, and those of single users where enough users
    /// have such.
    case distinct
  }

  /// Whether the measure is a sum and nothing else.
  var isPlainSum: Bool { kind == .parts && parts.count == 1 && parts[0].role == .sum }

  /// Whether the measure measures how values spread, so that parts are distances from the mean.
  var isSpread: Bool { parts.contains { $0.role == .moment } }

  let call: Relation.Aggregate.Call
  let kind: Kind
  let parts: [AggregatePart]
  /// How many users must have a part, where the measure asks for more than its class does.
  private(set) var contributorsMin = 0

  /// - Parameter other: The second user of each row, where there is one.
  /// - Throws: `single_user_value` where the aggregate could show what a single user did.
  init(
    _ call: Relation.Aggregate.Call, _ rows: UserRows, _ other: UserRows?, _ thresholds: Thresholds
  ) throws(Diagnostic) {
    self.call = call
    let value = call.arguments.first
    let count = AggregatePart(role: .count, function: "COUNT", arguments: call.arguments, type: .bigint)
    switch (call.function.name, call.isDistinct) {
    case ("COUNT", false):
      (kind, parts) = (.parts, [count])
    case ("COUNT", true) where value.map(rows.isKeyOrNull) == true:
      (kind, parts) = (.parts, [.init(role: .user, function: "COUNT", arguments: call.arguments, type: .bigint)])
    case ("COUNT", true) where value.flatMap { other?.isKeyOrNull($0) } == true:
      // How many of the others each user is beside: they overlap, so this says who stands behind the number, and the
      // number itself is counted by the others.
      let beside = AggregatePart(
        role: .count, function: "COUNT", arguments: call.arguments, type: .bigint, isDistinct: true)
      (kind, parts) = (.parts, [beside])
    case ("COUNT", true): (kind, parts) = (.distinct, [])
    case ("SUM", true), ("AVG", true):
      // The parts are those of the values with repetitions: it is shown where their average would be.
      let sum = AggregatePart(
        role: .sum, function: "SUM", arguments: call.arguments.map { $0.asDouble() }, type: .double)
      (kind, parts) = (.distinct, [sum, count])
    case ("SUM", false):
      (kind, parts) = (.parts, [.init(role: .sum, function: "SUM", arguments: call.arguments, type: call.column.type)])
    case ("AVG", false):
      let sum = AggregatePart(
        role: .sum, function: "SUM", arguments: call.arguments.map { $0.asDouble() }, type: .double)
      (kind, parts) = (.parts, [sum, count])
    case ("MIN", _), ("MAX", _):
      try Self.checkExtreme(call)
      let extreme = AggregatePart(
        role: .extreme, function: call.function.name, arguments: call.arguments, type: call.column.type)
      (kind, parts) = (.parts, [extreme])
    case ("STDDEV_POP", false), ("STDDEV_SAMP", false), ("VAR_POP", false), ("VAR_SAMP", false), ("SKEWNESS", false):
      (kind, parts) = (.whole, [count] + Self.moments(call))
    case ("PERCENTILE", false), ("APPROX_PERCENTILE", false), ("MEDIAN", false):
      (kind, parts) = (.whole, [.init(role: .count, function: "COUNT", arguments: [call.arguments[0]], type: .bigint)])
      contributorsMin = try Self.usersBeyond(call, thresholds)
    default:
      throw Self.refusal(call)
    }
  }

  /// The parts of a user's distance from the mean, for measures of how values spread.
  private static func moments(_ call: Relation.Aggregate.Call) -> [AggregatePart] {
    let value = call.arguments[0].asDouble()
    let square = BoundExpression(.arithmetic(.multiply, value, value), type: .double, at: call.span)
    return [value, square].map { AggregatePart(role: .moment, function: "SUM", arguments: [$0], type: .double) }
  }

  private static func checkExtreme(_ call: Relation.Aggregate.Call) throws(Diagnostic) {
    switch call.column.type {
    case .array, .map, .row, .binary:
      throw ThresholdRewriter.singleUserValue(
        "\(call.function.name) of an array, a map or a struct would show what a single user did.", at: call.span,
        hint: "Take it of a single column.")
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .float, .double, .date, .timestamp, .string,
      .userKey, .unknown:
      return
    }
  }

  /// How many users a percentile needs, so that its value does not hang on the few at the end of the row.
  private static func usersBeyond(_ call: Relation.Aggregate.Call, _ thresholds: Thresholds) throws(Diagnostic) -> Int {
    var fraction = 0.5
    if call.arguments.count > 1 {
      switch call.arguments[1].kind {
      case .literal(.number(let digits)), .parameter(_, .number(let digits)): fraction = Double(digits) ?? 0
      default: fraction = 0
      }
    }
    let tail = min(fraction, 1 - fraction)
    guard tail >= percentileTailMin else {
      throw ThresholdRewriter.singleUserValue(
        "A percentile this close to the end would be the value of a single user.", at: call.span,
        hint: "Use a fraction from \(percentileTailMin) to \(1 - percentileTailMin), or MIN and MAX.")
    }
    return Int((Double(thresholds.equivalent) / tail).rounded(.up))
  }

  /// How near to 0 or 1 the fraction of a percentile may be.
  static let percentileTailMin = 0.001

  private static func refusal(_ call: Relation.Aggregate.Call) -> Diagnostic {
    let name = call.function.name
    if name == "COLLECT" {
      return ThresholdRewriter.singleUserValue(
        "COLLECT over many users would list their events one by one.", at: call.span,
        hint: "COLLECT by `user_id`, and group by the list outside.")
    }
    return ThresholdRewriter.unsupported(
      "\(name)\(call.isDistinct ? "(DISTINCT …)" : "") over many users is not supported.", at: call.span,
      hint: call.isDistinct ? "Leave out DISTINCT, or aggregate by `user_id` first." : nil)
  }

  /// The aggregate's value from the totals of its parts; nil where it is computed beside them.
  func result(_ totals: [BoundExpression]) -> BoundExpression? {
    guard kind == .parts else { return nil }
    switch parts[0].role {
    case .extreme, .user, .moment: return totals[0]
    case .count:
      // Without rows the sum of counts is NULL, a count is 0.
      return BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [totals[0], .number(0, at: call.span)]), type: .bigint,
        at: call.span)
    case .sum:
      guard parts.count == 2 else { return totals[0] }
      return BoundExpression(.arithmetic(.divide, totals[0], totals[1]), type: .double, at: call.span)
    }
  }
}
