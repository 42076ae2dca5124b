import AMCSQL
import Catalog

/// Why values of a row were removed, first as a number, so that the reason of rows that are summed up is the least of
/// theirs, then as text.
///
/// Source of the wording and of the order: AMC's guide "Create a workflow", filtered reason.
struct FilterReason {
  /// More than any count that a reason can name.
  private static let stride = 1_000_000

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

  /// NULL for a row that fulfils everything.
  var code: BoundExpression {
    let branches = checks.enumerated().map { place, check in
      let fails = BoundExpression(.isTruth(check.condition, true, negated: true), type: .boolean, at: span)
      let none = BoundExpression.number(0, at: span)
      let actual = BoundExpression(
        .call(RelationBuilder.function("COALESCE"), [check.actual, none]), type: .bigint, at: span)
      let code = BoundExpression(
        .arithmetic(.add, .number(place * Self.stride, at: span), actual), type: .bigint, at: span)
      return BoundExpression.Branch(condition: fails, result: code)
    }
    return BoundExpression(.conditional(branches, otherwise: nil), type: .bigint, at: span)
  }

  /// The text of a code, NULL for none.
  func text(of code: BoundExpression) -> BoundExpression {
    let branches = checks.enumerated().map { place, check in
      let isIt = code.compared(.less, .number((place + 1) * Self.stride, at: span))
      let actual = BoundExpression(
        .arithmetic(.subtract, code, .number(place * Self.stride, at: span)), type: .bigint, at: span)
      let rest = BoundExpression(.literal(.string(Self.rest(check))), type: .string, at: span)
      let digits = BoundExpression(.cast(actual), type: .string, at: span)
      let text = BoundExpression(
        .call(RelationBuilder.function("CONCAT"), [digits, rest]), type: .string, at: span)
      return BoundExpression.Branch(condition: isIt, result: text)
    }
    return BoundExpression(.conditional(branches, otherwise: nil), type: .string, at: span)
  }

  /// What stands behind the actual count.
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
