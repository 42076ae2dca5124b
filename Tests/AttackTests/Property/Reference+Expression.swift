import AMCSQL
import Catalog

extension Reference {
  /// The values of each query inside of the expression, by its number.
  mutating func subqueries(in expression: BoundExpression) throws -> [Int: [ReferenceValue]] {
    var result: [Int: [ReferenceValue]] = [:]
    if let subquery = expression.subquery, let column = subquery.relation.columns.first {
      result[subquery.number] = try Self.certain(rows(of: subquery.relation)).map { $0.values[column.id] ?? .null }
    }
    for child in expression.children { result.merge(try subqueries(in: child)) { $1 } }
    return result
  }

  func value(
    of expression: BoundExpression, in row: Row, _ sets: [Int: [ReferenceValue]] = [:]
  ) throws -> ReferenceValue {
    switch expression.kind {
    case .literal(let literal): return try Self.value(literal)
    case .column(let id):
      guard let value = row.values[id] else { throw NotKnown(what: "column \(id.number)") }
      return value
    case .cast(let operand):
      let inner = try value(of: operand, in: row, sets)
      if expression.type == .double, let number = inner.number { return .double(number) }
      return inner
    case .call(let function, let arguments):
      guard function.name == "COALESCE" else { throw NotKnown(what: function.name) }
      return try arguments.map { try value(of: $0, in: row, sets) }.first { !$0.isNull } ?? .null
    case .arithmetic(let sign, let left, let right):
      return try Self.arithmetic(sign, try value(of: left, in: row, sets), try value(of: right, in: row, sets))
    case .negate(let operand):
      guard case .integer(let number) = try value(of: operand, in: row, sets) else { return .null }
      return .integer(-number)
    case .compare(let sign, let left, let right):
      return Self.compare(sign, try value(of: left, in: row, sets), try value(of: right, in: row, sets))
    case .logical(let logical, let parts):
      return Self.logical(logical, try parts.map { try value(of: $0, in: row, sets).truth })
    case .not(let operand):
      return try value(of: operand, in: row, sets).truth.map { .boolean(!$0) } ?? .null
    case .isNull(let operand, let negated): return .boolean(try value(of: operand, in: row, sets).isNull != negated)
    case .inList(let operand, let items, let negated):
      let all = try items.map { try value(of: $0, in: row, sets) }
      return Self.contains(all, try value(of: operand, in: row, sets), negated)
    case .inRelation(let operand, let subquery, let negated):
      return Self.contains(sets[subquery.number] ?? [], try value(of: operand, in: row, sets), negated)
    case .conditional(let branches, let otherwise):
      for branch in branches where try value(of: branch.condition, in: row, sets).truth == true {
        return try value(of: branch.result, in: row, sets)
      }
      return try otherwise.map { try value(of: $0, in: row, sets) } ?? .null
    case .parameter, .isTruth, .between, .like, .similar, .scalarRelation, .exists, .array, .row, .element, .field,
      .trim:
      throw NotKnown(what: "expression")
    }
  }

  private static func value(_ literal: LiteralValue) throws -> ReferenceValue {
    switch literal {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .number(let digits): return Int(digits).map { .integer($0) } ?? .double(Double(digits) ?? .nan)
    case .string(let text): return .text(text)
    case .date, .timestamp, .array, .binary: throw NotKnown(what: "literal")
    }
  }

  private static func arithmetic(
    _ sign: ArithmeticOperator, _ left: ReferenceValue, _ right: ReferenceValue
  ) throws -> ReferenceValue {
    if left.isNull || right.isNull { return .null }
    guard case .integer(let a) = left, case .integer(let b) = right else { throw NotKnown(what: "arithmetic") }
    switch sign {
    case .add: return .integer(a + b)
    case .subtract: return .integer(a - b)
    case .multiply: return .integer(a * b)
    case .divide: return b == 0 ? .null : .double(Double(a) / Double(b))
    case .modulo: return b == 0 ? .null : .integer(a % b)
    }
  }

  private static func compare(
    _ sign: ComparisonOperator, _ left: ReferenceValue, _ right: ReferenceValue
  ) -> ReferenceValue {
    switch sign {
    case .isDistinctFrom: return .boolean(!ReferenceValue.same(left, right))
    case .isNotDistinctFrom: return .boolean(ReferenceValue.same(left, right))
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: break
    }
    if left.isNull || right.isNull { return .null }
    let isSame = ReferenceValue.same(left, right)
    let isLess = ReferenceValue.precedes(left, right)
    switch sign {
    case .equal: return .boolean(isSame)
    case .notEqual: return .boolean(!isSame)
    case .less: return .boolean(isLess)
    case .lessOrEqual: return .boolean(isLess || isSame)
    case .greater: return .boolean(!isLess && !isSame)
    case .greaterOrEqual: return .boolean(!isLess)
    case .isDistinctFrom, .isNotDistinctFrom: return .null
    }
  }

  private static func logical(_ logical: LogicalOperator, _ parts: [Bool?]) -> ReferenceValue {
    // FALSE decides AND, TRUE decides OR; otherwise an unknown value stays unknown.
    let deciding = logical == .or
    if parts.contains(deciding) { return .boolean(deciding) }
    return parts.contains(nil) ? .null : .boolean(!deciding)
  }

  private static func contains(_ all: [ReferenceValue], _ value: ReferenceValue, _ negated: Bool) -> ReferenceValue {
    if all.isEmpty { return .boolean(negated) }
    if value.isNull { return .null }
    if all.contains(where: { ReferenceValue.same($0, value) }) { return .boolean(!negated) }
    return all.contains(.null) ? .null : .boolean(negated)
  }

  // MARK: What is known of an expression before it has a value

  /// The highest class among the columns of the expression.
  func threshold(of expression: BoundExpression) -> AggregationThreshold {
    if case .column(let id) = expression.kind { return classes[id] ?? .internal }
    let highest = expression.children.map(threshold).max() ?? .none
    if case .isNull = expression.kind { return min(highest, .low) }
    return highest
  }

  /// Whether the query determines the value.
  func isMade(_ expression: BoundExpression) -> Bool {
    switch expression.kind {
    case .column(let id): return made.contains(id)
    case .cast(let operand): return isMade(operand)
    case .call(_, let arguments): return arguments.contains(where: isMade)
    case .literal, .parameter, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like,
      .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .array, .row, .element, .field, .trim:
      return true
    }
  }
}
