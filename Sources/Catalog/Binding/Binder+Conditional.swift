import AMCSQL
import struct Foundation.Date

/// CASE, CAST and the time of the run.
extension Binder {
  mutating func conditional(
    _ operand: Expression?, _ branches: [CaseBranch], _ otherwise: Expression?, in scope: Scope, _ clause: Clause,
    at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    var bound: [BoundExpression.Branch] = []
    for branch in branches {
      let condition: BoundExpression
      if let operand {
        let left = try expression(operand, in: scope, clause)
        let right = try expression(branch.condition, in: scope, clause)
        condition = try comparison(.equal, left, right, at: branch.condition.span)
      } else {
        condition = try self.condition(branch.condition, in: scope, clause)
      }
      bound.append(.init(condition: condition, result: try expression(branch.result, in: scope, clause)))
    }
    let last = try otherwise.map { syntax throws(Diagnostic) in try expression(syntax, in: scope, clause) }
    return try conditional(bound, otherwise: last, at: span)
  }

  func conditional(
    _ branches: [BoundExpression.Branch], otherwise: BoundExpression?, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let type = try commonType(of: branches.map(\.result) + (otherwise.map { [$0] } ?? []), "the results of CASE")
    var coerced: [BoundExpression.Branch] = []
    for branch in branches {
      coerced.append(.init(condition: branch.condition, result: try unified(branch.result, to: type)))
    }
    var last: BoundExpression?
    if let otherwise { last = try unified(otherwise, to: type) }
    return BoundExpression(.conditional(coerced, otherwise: last), type: type, at: span)
  }

  mutating func cast(
    _ value: Expression, to name: TypeName, in scope: Scope, _ clause: Clause, at span: SourceSpan
  ) throws(Diagnostic) -> BoundExpression {
    let type = try self.type(named: name)
    let bound = try expression(value, in: scope, clause)
    if case .literal(.string(let text)) = bound.kind, let now = currentTime(text, as: type, at: span) { return now }
    if bound.type == type { return bound }
    if type.isTime, let text = literalText(bound), TimeText.isImpossible(text) { throw noTime(bound, text, type) }
    guard bound.type.canCast(to: type) else {
      throw Diagnostic(
        .typeMismatch, "\(bound.type.description) can't be cast to \(type.description).", at: span)
    }
    return BoundExpression(.cast(bound), type: type, at: span)
  }

  /// `CAST('now' AS TIMESTAMP)` and `CAST('today' AS DATE)`
  private func currentTime(_ text: String, as type: SQLType, at span: SourceSpan) -> BoundExpression? {
    guard ["now", "today"].contains(text.lowercased()), type.isTime else { return nil }
    let isDay = text.lowercased() == "today" || type == .date
    return isDay && type == .date ? currentDate(at: span) : currentTimestamp(startOfDay: isDay, at: span)
  }

  func currentDate(at span: SourceSpan) -> BoundExpression {
    let days = Int((context.now.timeIntervalSince1970 / 86_400).rounded(.down))
    return BoundExpression(.literal(.date(days: days)), type: .date, at: span)
  }

  func currentTimestamp(startOfDay: Bool = false, at span: SourceSpan) -> BoundExpression {
    var microseconds = Int64((context.now.timeIntervalSince1970 * 1000).rounded(.down)) * 1000
    if startOfDay {
      let day = TimeText.microsecondsPerDay
      microseconds = Int64((Double(microseconds) / Double(day)).rounded(.down)) * day
    }
    return BoundExpression(.literal(.timestamp(microseconds: microseconds)), type: .timestamp, at: span)
  }
}
