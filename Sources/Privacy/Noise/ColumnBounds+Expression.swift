import AMCSQL
import Catalog
import Foundation

/// The interval analysis of expressions.
extension ColumnBounds {
  /// The bounds of an expression's values, NULL aside. Texts and times have none.
  func value(of expression: BoundExpression) -> Interval {
    switch expression.kind {
    case .literal(let literal), .parameter(_, let literal): return Self.value(of: literal)
    case .column(let id): return values[id] ?? (expression.type == .boolean ? .unit : .everything)
    case .call(let function, let arguments): return value(of: function.name, arguments)
    case .arithmetic(let sign, let left, let right):
      return Self.combined(sign, value(of: left), value(of: right))
    case .negate(let operand): return -value(of: operand)
    case .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar, .inList, .inRelation, .exists:
      return .unit
    case .scalarRelation(let subquery):
      return subquery.relation.columns.first.flatMap { values[$0.id] } ?? .everything
    case .conditional(let branches, let otherwise):
      return hull(branches.map(\.result) + (otherwise.map { [$0] } ?? []))
    case .cast(let operand):
      return operand.type.isNumeric || operand.type == .boolean ? value(of: operand) : .everything
    case .array, .row, .element, .field, .trim: return .everything
    }
  }

  private static func value(of literal: LiteralValue) -> Interval {
    switch literal {
    case .number(let digits): Double(digits).map { Interval($0) } ?? .everything
    case .boolean(let truth): Interval(truth ? 1 : 0)
    // NULL adds nothing to a hull.
    case .null: .zero
    case .string, .binary, .date, .timestamp, .array: .everything
    }
  }

  private func hull(_ expressions: [BoundExpression]) -> Interval {
    Interval.hull(of: expressions.filter { $0.kind != .literal(.null) }.map { value(of: $0) }) ?? .zero
  }

  private static func combined(_ sign: ArithmeticOperator, _ left: Interval, _ right: Interval) -> Interval {
    switch sign {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .divide: return left / right
    case .modulo:
      // The rest has the sign of the number and is smaller than the divisor.
      let size = min(left.magnitude, right.magnitude)
      return Interval(left.low >= 0 ? 0 : -size, left.high <= 0 ? 0 : size)
    }
  }

  // MARK: Functions

  /// The most seconds between two events: signals go back thirteen months.
  private static let secondsMax = 13.0 * 31 * 86_400

  private func value(of function: String, _ arguments: [BoundExpression]) -> Interval {
    func argument(_ index: Int) -> Interval { arguments.indices.contains(index) ? value(of: arguments[index]) : .zero }
    switch function {
    case "ABS": return argument(0).sizes
    case "CEIL", "FLOOR": return argument(0).rounded(digits: 0)
    case "ROUND", "TRUNC": return argument(0).rounded(digits: digits(arguments))
    case "SQRT": return argument(0).mapped { $0 > 0 ? $0.squareRoot() : 0 }
    case "EXP": return argument(0).mapped(exp)
    case "LN", "LOG10":
      let own = argument(0)
      return own.low > 0 ? own.mapped(function == "LN" ? log : log10) : .everything
    case "POWER": return Self.power(argument(0), argument(1))
    case "MOD": return Self.combined(.modulo, argument(0), argument(1))
    case "RANDOM": return .unit
    case "HASH64": return Interval(0, 0x1p63)
    case "LENGTH", "CARDINALITY", "POSITION", "STRPOS", "INSTR", "CHARINDEX": return .notNegative
    case "SECONDS_BETWEEN": return Interval(-Self.secondsMax, Self.secondsMax)
    case "COALESCE": return hull(arguments)
    case "IF", "NVL2": return hull(Array(arguments.dropFirst()))
    case "NULLIF": return argument(0)
    case "GREATEST":
      let all = arguments.map { value(of: $0) }
      return Interval(all.map(\.low).max() ?? -.infinity, all.map(\.high).max() ?? .infinity)
    case "LEAST":
      let all = arguments.map { value(of: $0) }
      return Interval(all.map(\.low).min() ?? -.infinity, all.map(\.high).min() ?? .infinity)
    case "EXTRACT": return Self.timePart(arguments.first?.text ?? "")
    case "HOUR", "MINUTE", "SECOND", "DAYOFMONTH", "DAYOFWEEK", "WEEK", "MONTH", "YEAR": return Self.timePart(function)
    default: return .everything
    }
  }

  /// The number of digits that the second argument asks for; 0 without one.
  private func digits(_ arguments: [BoundExpression]) -> Int {
    guard arguments.count > 1, case let digits = value(of: arguments[1]).low, abs(digits) < 300 else { return 0 }
    return Int(digits)
  }

  private static func timePart(_ unit: String) -> Interval {
    switch unit {
    case "HOUR": Interval(0, 23)
    case "MINUTE", "SECOND": Interval(0, 59)
    case "DAY", "DAYOFMONTH": Interval(1, 31)
    case "DOW", "DAYOFWEEK": Interval(1, 7)
    case "WEEK": Interval(1, 53)
    case "MONTH": Interval(1, 12)
    case "QUARTER": Interval(1, 4)
    case "YEAR": Interval(1900, 2100)
    default: .everything
    }
  }

  private static func power(_ base: Interval, _ exponent: Interval) -> Interval {
    guard base.isBounded, exponent.isBounded else { return .everything }
    if base.low > 0 || base.low == 0 && exponent.low >= 0 {
      let corners = [base.low, base.high].flatMap { one in [exponent.low, exponent.high].map { pow(one, $0) } }
      return Interval(corners.min() ?? 0, corners.max() ?? .infinity)
    }
    // A whole power of numbers of any sign.
    guard exponent.low == exponent.high, exponent.low >= 0, exponent.low.rounded() == exponent.low else {
      return .everything
    }
    let size = pow(base.magnitude, exponent.low)
    return Interval(exponent.low.truncatingRemainder(dividingBy: 2) == 0 ? 0 : -size, size)
  }

  // MARK: Sums

  /// The bounds of the sum of an expression over all rows of one user in one group. Zero is always within: a user may
  /// have no row.
  ///
  /// - Parameter rows: The most rows of one user.
  func part(of expression: BoundExpression, rows: Double) -> Interval {
    let plain = (value(of: expression) * Interval(0, rows)).withZero
    guard rows > 1, let known = knownPart(of: expression, rows: rows) else { return plain }
    return plain.intersection(known.withZero)
  }

  /// The bounds that follow from the parts of columns; nil where none do.
  private func knownPart(of expression: BoundExpression, rows: Double) -> Interval? {
    func part(_ operand: BoundExpression) -> Interval { self.part(of: operand, rows: rows) }
    switch expression.kind {
    case .column(let id): return parts[id]
    case .arithmetic(let sign, let left, let right):
      switch sign {
      case .add: return part(left) + part(right)
      case .subtract: return part(left) - part(right)
      case .multiply:
        let one = part(left) * value(of: right).withZero
        return one.intersection(value(of: left).withZero * part(right))
      case .divide: return part(left) / value(of: right)
      case .modulo: return nil
      }
    case .negate(let operand): return -part(operand)
    case .cast(let operand): return operand.type.isNumeric ? part(operand) : nil
    case .conditional(let branches, let otherwise):
      return (branches.map(\.result) + (otherwise.map { [$0] } ?? [])).map(part).reduce(.zero, +)
    case .call(let function, let arguments): return knownPart(of: function.name, arguments, part)
    case .literal, .parameter, .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar, .inList,
      .inRelation, .scalarRelation, .exists, .array, .row, .element, .field, .trim:
      return nil
    }
  }

  private func knownPart(
    of function: String, _ arguments: [BoundExpression], _ part: (BoundExpression) -> Interval
  ) -> Interval? {
    switch function {
    case "COALESCE": return arguments.map(part).reduce(.zero, +)
    case "IF", "NVL2": return arguments.dropFirst().map(part).reduce(.zero, +)
    case "NULLIF", "CEIL", "FLOOR", "ROUND", "TRUNC": return arguments.first.map(part)
    case "ABS": return arguments.first.map { part($0).sizes }
    case "LEAST":
      let all = arguments.map(part)
      return Interval(all.reduce(0) { $0 + min($1.low, 0) }, all.map(\.high).min() ?? .infinity)
    case "GREATEST":
      let all = arguments.map(part)
      return Interval(all.map(\.low).max() ?? -.infinity, all.reduce(0) { $0 + max($1.high, 0) })
    default: return nil
    }
  }
}

extension BoundExpression {
  /// The text of a literal; nil for anything else.
  fileprivate var text: String? {
    if case .literal(.string(let text)) = kind { return text }
    return nil
  }
}
