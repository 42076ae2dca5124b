import AMCSQL
import Catalog

extension NoisyFigure {
  var isPercentile: Bool {
    switch measure {
    case .percentile: true
    case .users, .usersWith, .rows, .values, .sum: false
    }
  }

  /// Adds the aggregate of a user's part to the first step.
  ///
  /// - Returns: The part's column; nil where the user counts for being there. A percentile has no part.
  func addPart(_ names: [ColumnID: RelationColumn], to step: inout GroupPipeline.Step) -> RelationColumn? {
    let filter = filter?.renamed(names)
    switch measure {
    case .users, .percentile: return nil
    case .usersWith(let value), .values(let value):
      return step.add("COUNT", value.renamed(names), .bigint, where: filter)
    case .rows: return step.add("COUNT", nil, .bigint, where: filter)
    case .sum(let value):
      return step.add("SUM", inUnits(value.renamed(names)), .bigint, where: filter)
    }
  }

  /// How much larger a single value may be than the bound of a part, in powers of two: values of other signs may take
  /// the rest away again.
  private static let valueRoomLog2 = 10

  /// The value in units. Whole numbers add up to the same in any order, so that the same data gives the same sum.
  private func inUnits(_ value: BoundExpression) -> BoundExpression {
    let most = range.magnitude << Self.valueRoomLog2
    return BoundExpression(
      .call(
        NoiseFunctions.units,
        [value, .double("\(range.unit)", at: value.span), .number(Int(most), at: value.span)]), type: .bigint,
      at: value.span)
  }

  func specification(total: RelationColumn) -> NoisyAggregation.Figure {
    switch measure {
    case .users, .usersWith, .rows, .values, .sum: .init(mechanism: .sum(range), total: total)
    case .percentile(_, _, let grid):
      .init(
        mechanism: .choice(valuesMax: Int(range.high), bounds: grid.bounds.low...grid.bounds.high), total: nil)
    }
  }
}

/// The value of an aggregate of the query, from the noised figures.
struct NoisyResult {
  let call: Relation.Aggregate.Call
  /// The columns that hold the figures, in units.
  let columns: [RelationColumn]
  let figures: [NoisyAggregation.Figure]

  private var span: SourceSpan { call.span }

  func value(of result: NoisyMeasure) -> BoundExpression {
    switch result {
    case .count(let index): return typed(.column(columns[index], at: span))
    case .sum(let index): return typed(number(index))
    case .zero: return typed(.number(0, at: span))
    case .average(let sum, let count): return typed(ratio(number(sum), count))
    case .spread(let function, let count, let sum, let squares): return typed(spread(function, count, sum, squares))
    case .percentile(let index, let grid): return typed(grid.value(ofCell: .column(columns[index], at: span)))
    }
  }

  private func typed(_ value: BoundExpression) -> BoundExpression {
    guard value.type != call.column.type else { return value }
    return BoundExpression(.cast(value), type: call.column.type, at: span)
  }

  /// The figure in the unit of its values.
  private func number(_ index: Int) -> BoundExpression {
    let own = BoundExpression.column(columns[index], at: span)
    guard case .sum(let range) = figures[index].mechanism, range.exponent != 0 else { return own }
    return own.asDouble().computed(.multiply, .double("\(range.unit)", at: span), as: .double)
  }

  /// The number divided by a count; NULL where there's no one, as far as the noise lets see.
  private func ratio(_ number: BoundExpression, _ count: Int) -> BoundExpression {
    let divisor = BoundExpression.column(columns[count], at: span)
    let isThere = divisor.compared(.greaterOrEqual, .number(1, at: span))
    return BoundExpression(
      .conditional(
        [.init(condition: isThere, result: number.asDouble().computed(.divide, divisor.asDouble(), as: .double))],
        otherwise: nil),
      type: .double, at: span)
  }

  /// The variance: the mean of the squares less the square of the mean, and never below zero, which noise may lead to.
  private func spread(_ function: String, _ count: Int, _ sum: Int, _ squares: Int) -> BoundExpression {
    let mean = ratio(number(sum), count)
    let exact = ratio(number(squares), count).computed(
      .subtract, mean.computed(.multiply, mean, as: .double), as: .double)
    let zero = BoundExpression.double("0", at: span)
    var result = BoundExpression(.call(RelationBuilder.function("GREATEST"), [exact, zero]), type: .double, at: span)
    let rows = BoundExpression.column(columns[count], at: span).asDouble()
    if function.hasSuffix("_SAMP") {
      let others = rows.computed(.subtract, .double("1", at: span), as: .double)
      result = result.computed(.multiply, rows, as: .double).computed(.divide, others, as: .double)
    }
    guard function.hasPrefix("STDDEV") else { return result }
    return BoundExpression(.call(RelationBuilder.function("SQRT"), [result]), type: .double, at: span)
  }
}
