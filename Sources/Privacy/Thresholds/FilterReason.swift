import AMCSQL
import Catalog

/// Why values of a row were removed, first as a number, so that the reason of rows that are summed up is the least of
/// theirs, then as text.
///
/// Source of the wording and of the order: AMC's guide "Create a workflow", filtered reason.
struct FilterReason {
  /// How many checks a code can tell apart; a query has fewer paths and measures.
  private static let checkCountMax = 1 << 12
  /// More than any count that a reason can name.
  private static let countMax = 1 << 20
  private static let groupSize = checkCountMax * countMax

  private let checks: [GuardChecks.Check]
  private let span: SourceSpan

  /// - Parameter checks: those of the row's highest class. The most standard and the least restrictive come first.
  init(_ checks: [GuardChecks.Check], at span: SourceSpan) {
    self.span = span
    self.checks = checks.enumerated().sorted { one, other in
      (one.element.kind.rawValue, one.element.required, one.offset)
        < (other.element.kind.rawValue, other.element.required, other.offset)
    }.map(\.element)
  }

  /// The rank of each check's kind and requirement: among equals the least count is named.
  private var groups: [Int] {
    var result: [Int] = []
    for (index, check) in checks.enumerated() {
      let isSame = index > 0 && check.kind == checks[index - 1].kind && check.required == checks[index - 1].required
      result.append(isSame ? result[index - 1] : (result.last ?? -1) + 1)
    }
    return result
  }

  /// NULL for a row that fulfils everything.
  var code: BoundExpression {
    let none = BoundExpression.number((groups.last ?? 0) * Self.groupSize + Self.groupSize, at: span)
    let codes = zip(checks, zip(checks.indices, groups)).map { check, number in
      let fails = BoundExpression(.isTruth(check.condition, true, negated: true), type: .boolean, at: span)
      let zero = BoundExpression.number(0, at: span)
      let count = BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [check.actual, zero]), type: .bigint, at: span)
      let shifted = compute(.multiply, count, Self.checkCountMax)
      let code = compute(.add, shifted, number.1 * Self.groupSize + number.0)
      return BoundExpression(
        .conditional([.init(condition: fails, result: code)], otherwise: none), type: .bigint, at: span)
    }
    let least = BoundExpression(.call(RelationBuilder.function("LEAST"), codes + [none]), type: .bigint, at: span)
    return BoundExpression(.call(RelationBuilder.function("NULLIF"), [least, none]), type: .bigint, at: span)
  }

  /// The text of a code, NULL for none.
  func text(of code: BoundExpression) -> BoundExpression {
    let index = compute(.modulo, code, Self.checkCountMax)
    let shifted = compute(.modulo, compute(.subtract, code, index), Self.groupSize)
    let quotient = BoundExpression(
      .arithmetic(.divide, shifted, .number(Self.checkCountMax, at: span)), type: .double, at: span)
    let count = BoundExpression(.cast(quotient), type: .bigint, at: span)
    let digits = BoundExpression(.cast(count), type: .string, at: span)
    let branches = checks.enumerated().map { number, check in
      let rest = BoundExpression(.literal(.string(Self.rest(check))), type: .string, at: span)
      let text = BoundExpression(
        .call(RelationBuilder.function("CONCAT"), [digits, rest]), type: .string, at: span)
      return BoundExpression.Branch(condition: index.compared(.equal, .number(number, at: span)), result: text)
    }
    return BoundExpression(.conditional(branches, otherwise: nil), type: .string, at: span)
  }

  private func compute(_ sign: ArithmeticOperator, _ left: BoundExpression, _ right: Int) -> BoundExpression {
    compute(sign, left, .number(right, at: span))
  }

  private func compute(_ sign: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression)
    -> BoundExpression
  {
    BoundExpression(.arithmetic(sign, left, right), type: .bigint, at: span)
  }

  /// The text behind the actual count.
  private static func rest(_ check: GuardChecks.Check) -> String {
    let path = check.path.count > 1 ? "(path \(check.path.index) of \(check.path.count)) " : ""
    let users =
      switch check.kind {
      case .standard: "users"
      case .effective: "effective users"
      case .equivalent: "equivalent users"
      }
    return " '\(check.path.dataSource)' \(path)\(users) < \(check.required) required"
  }
}
