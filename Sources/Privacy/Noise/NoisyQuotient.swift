import AMCSQL
import Catalog
import DifferentialPrivacy
import Foundation

/// A column that is one sum of noisy figures divided by another: an average, a rate.
struct NoisyQuotient {
  var numerator: ColumnAccuracy.Form
  var denominator: ColumnAccuracy.Form

  /// nil where one of them has no noise, or where they share a figure, so that their noises are not independent.
  func accuracy(_ scales: NoiseScales) -> NoisePlan.Quotient? {
    guard Set(numerator.factors.keys).isDisjoint(with: denominator.factors.keys),
      let above = numerator.standardError(scales), let below = denominator.standardError(scales)
    else { return nil }
    return NoisePlan.Quotient(numeratorError: above, denominatorError: below)
  }
}

extension ColumnAccuracy {
  /// The quotient that an expression is; nil for what is none.
  func quotient(of expression: BoundExpression) -> NoisyQuotient? {
    switch expression.kind {
    case .column(let id): return quotients[id]
    case .cast(let operand):
      return operand.type.isNumeric && expression.type.isNumeric ? quotient(of: operand) : nil
    // An average is NULL where nobody is there, as far as the noise lets see.
    case .conditional(let branches, nil) where branches.count == 1: return quotient(of: branches[0].result)
    case .call(let function, let arguments):
      guard function.name == "ROUND" || function.name == "COALESCE", let first = arguments.first,
        arguments.dropFirst().allSatisfy(\.isConstant)
      else { return nil }
      return quotient(of: first)
    case .negate(let operand): return quotient(of: operand)?.scaled(by: -1)
    case .arithmetic(.multiply, let left, let right):
      if let factor = right.constant { return quotient(of: left)?.scaled(by: factor) }
      return left.constant.flatMap { quotient(of: right)?.scaled(by: $0) }
    case .arithmetic(.divide, let left, let right):
      if let divisor = right.constant { return divisor == 0 ? nil : quotient(of: left)?.scaled(by: 1 / divisor) }
      guard let numerator = form(of: left), let denominator = form(of: right) else { return nil }
      return NoisyQuotient(numerator: numerator, denominator: denominator)
    case .literal, .parameter, .arithmetic, .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar,
      .inList, .inRelation, .scalarRelation, .exists, .conditional, .array, .row, .element, .field, .trim:
      return nil
    }
  }
}

extension NoisyQuotient {
  fileprivate func scaled(by factor: Double) -> NoisyQuotient {
    NoisyQuotient(numerator: numerator.scaled(by: factor), denominator: denominator)
  }
}

/// A column that is chosen from a grid of values: a percentile.
struct NoisyChoice {
  private var source: NoiseSource
  private var cellCount: Double
  private var fraction: Double
  /// Whether the column holds the number of the cell, and not yet the value that stands for it.
  private var isCell = true

  /// - Parameter known: The choices in the columns that the expression reads.
  init?(_ expression: BoundExpression, _ known: [ColumnID: NoisyChoice]) {
    if case .call(let function, let arguments) = expression.kind, function == NoiseFunctions.chosenCellSlot {
      guard let numbers = Self.numbers(arguments) else { return nil }
      (source, cellCount, fraction) = numbers
      return
    }
    if let choice = Self.value(of: expression, known) {
      self = choice
      return
    }
    // The value of a cell is computed from the cell alone.
    var columns: Set<ColumnID> = []
    func collect(_ expression: BoundExpression) {
      if case .column(let id) = expression.kind { columns.insert(id) }
      expression.forEachChild(collect)
    }
    collect(expression)
    guard columns.count == 1, let column = columns.first, let choice = known[column], choice.isCell else { return nil }
    self = choice
    isCell = false
  }

  private static func numbers(_ arguments: [BoundExpression]) -> (NoiseSource, Double, Double)? {
    guard arguments.count >= 5, let aggregation = arguments[0].constant, let index = arguments[1].constant,
      let cells = arguments[3].constant, let fraction = arguments[4].constant
    else { return nil }
    return (NoiseSource(aggregation: Int(aggregation), index: Int(index)), cells, fraction)
  }

  /// The choice that a column is, whatever its type is made.
  private static func value(of expression: BoundExpression, _ known: [ColumnID: NoisyChoice]) -> NoisyChoice? {
    switch expression.kind {
    case .column(let id): return known[id]
    case .cast(let operand):
      return operand.type.isNumeric && expression.type.isNumeric
        ? value(of: operand, known).flatMap { $0.isCell ? nil : $0 } : nil
    case .literal, .parameter, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between,
      .like, .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .array, .row, .element, .field,
      .trim:
      return nil
    }
  }

  /// Of m cells, one that misses by more than the best and t is chosen with a probability of at most m exp(-ε t/(2Δ)):
  /// each of them is less likely than the best by exp(-ε t/(2Δ)).
  func accuracy(_ scales: NoiseScales) -> NoisePlan.Percentile? {
    guard case .exponential(let scale)? = scales.all[source.aggregation]?.figures[source.index] else { return nil }
    let sensitivity = max(fraction, 1 - fraction)
    return NoisePlan.Percentile(valuesMissed: 2 * sensitivity * log(cellCount / Self.risk) / scale.epsilon)
  }

  private static let risk = 0.05
}
