import AMCSQL
import Catalog
import DifferentialPrivacy

extension NoisePlan {
  /// The plan of a query whose slots are not filled yet.
  init(_ query: ProtectedRelation, _ aggregations: [NoisyAggregation], _ scales: NoiseScales) {
    let own = aggregations.compactMap { aggregation in
      scales.all[aggregation.number].map { Aggregation(aggregation, $0, scales) }
    }
    let accuracy = ColumnAccuracy(query)
    let hidden = query.order?.hiddenColumns ?? []
    self.init(
      cost: own.reduce(.zero) { $0 + $1.cost }, aggregations: own,
      columns: query.body.columns.filter { !hidden.contains($0.id) }.map { column in
        let form = accuracy.forms[column.id]
        return Column(
          name: column.name, standardError: form.flatMap { $0.standardError(scales) },
          quotient: accuracy.quotients[column.id].flatMap { $0.accuracy(scales) },
          percentile: accuracy.choices[column.id].flatMap { $0.accuracy(scales) },
          bounds: form.flatMap { $0.bounds(aggregations) })
      })
  }
}

extension NoisePlan.Aggregation {
  fileprivate init(_ aggregation: NoisyAggregation, _ own: NoiseScales.Own, _ scales: NoiseScales) {
    self.init(
      number: aggregation.number, groupsPerUser: aggregation.groupsPerUser,
      figures: aggregation.figures.enumerated().map { index, figure in
        let bounds =
          switch figure.mechanism {
          case .sum(let range): range.bounds
          case .choice(_, let bounds): bounds
          }
        return .init(
          bounds: bounds,
          standardError: scales.standardError(of: NoiseSource(aggregation: aggregation.number, index: index)))
      }, selectionThreshold: own.threshold, cost: own.cost)
  }
}

/// The noise in the columns of a query, as far as a column is a sum of figures, each times a factor.
struct ColumnAccuracy {
  /// Noised figures, in units of their parts, with the factor of each.
  struct Form {
    var factors: [NoiseSource: Double] = [:]

    func scaled(by factor: Double) -> Form { Form(factors: factors.mapValues { $0 * factor }) }

    func adding(_ other: Form) -> Form { Form(factors: factors.merging(other.factors, uniquingKeysWith: +)) }

    /// Noises are independent, so that their variances add up. nil where the column has no noise, or an unknown one.
    func standardError(_ scales: NoiseScales) -> Double? {
      guard !factors.isEmpty else { return nil }
      var variance = 0.0
      for (source, factor) in factors {
        guard case .gaussian(let scale, _)? = scales.all[source.aggregation]?.figures[source.index] else { return nil }
        variance += scale.variance * factor * factor
      }
      return variance.squareRoot()
    }

    /// The bounds of a user's part; nil where the column is more than one figure.
    func bounds(_ aggregations: [NoisyAggregation]) -> ClosedRange<Double>? {
      guard factors.count == 1, let (source, factor) = factors.first, factor != 0,
        let aggregation = aggregations.first(where: { $0.number == source.aggregation }),
        case .sum(let range) = aggregation.figures[source.index].mechanism
      else { return nil }
      let ends = [Double(range.low) * factor, Double(range.high) * factor]
      return min(ends[0], ends[1])...max(ends[0], ends[1])
    }
  }

  private(set) var forms: [ColumnID: Form] = [:]
  /// The columns that are one such sum divided by another.
  private(set) var quotients: [ColumnID: NoisyQuotient] = [:]
  /// The columns that are chosen from a grid.
  private(set) var choices: [ColumnID: NoisyChoice] = [:]

  init(_ query: ProtectedRelation) {
    for common in query.ctes { collect(common.relation) }
    collect(query.body)
  }

  private mutating func collect(_ relation: Relation) {
    for input in relation.inputs { collect(input) }
    switch relation {
    case .scan, .values, .filter, .join, .aggregate, .window, .union, .explode: break
    case .project(let project):
      for item in project.items {
        forms[item.column.id] = form(of: item.expression)
        quotients[item.column.id] = quotient(of: item.expression)
        choices[item.column.id] = NoisyChoice(item.expression, choices)
      }
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) {
        forms[column.id] = forms[original]
        quotients[column.id] = quotients[original]
        choices[column.id] = choices[original]
      }
    }
  }

  /// The form of an expression; nil for keys and for what is no such sum. A constant has one without figures.
  func form(of expression: BoundExpression) -> Form? {
    switch expression.kind {
    case .literal(.number), .parameter(_, .number): return Form()
    case .column(let id): return forms[id]
    case .call(let function, let arguments): return form(of: function, arguments)
    case .arithmetic(let sign, let left, let right): return form(of: sign, left, right)
    case .negate(let operand): return form(of: operand)?.scaled(by: -1)
    case .cast(let operand): return operand.type.isNumeric && expression.type.isNumeric ? form(of: operand) : nil
    case .literal, .parameter, .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar, .inList,
      .inRelation, .scalarRelation, .exists, .conditional, .array, .row, .element, .field, .trim:
      return nil
    }
  }

  private func form(of function: FunctionSignature, _ arguments: [BoundExpression]) -> Form? {
    if function == NoiseFunctions.noisedSlot {
      guard let number = arguments[0].slotNumber, let index = arguments[1].slotNumber else { return nil }
      return Form(factors: [NoiseSource(aggregation: number, index: index): 1])
    }
    guard function.name == "ROUND" || function.name == "COALESCE", let first = arguments.first else { return nil }
    // A constant that takes the place of NULL.
    guard arguments.dropFirst().allSatisfy(\.isConstant) else { return nil }
    return form(of: first)
  }

  private func form(of sign: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression) -> Form? {
    switch sign {
    case .add, .subtract:
      guard let one = form(of: left), let other = form(of: right) else { return nil }
      return one.adding(other.scaled(by: sign == .add ? 1 : -1))
    case .multiply:
      if let factor = right.constant { return form(of: left)?.scaled(by: factor) }
      return left.constant.flatMap { form(of: right)?.scaled(by: $0) }
    case .divide: return right.constant.flatMap { $0 == 0 ? nil : form(of: left)?.scaled(by: 1 / $0) }
    case .modulo: return nil
    }
  }
}

extension BoundExpression {
  /// The number that the expression is, whatever its type.
  var constant: Double? {
    switch kind {
    case .literal(.number(let digits)), .parameter(_, .number(let digits)): Double(digits)
    case .cast(let operand), .negate(let operand):
      operand.constant.map { if case .negate = kind { -$0 } else { $0 } }
    case .literal, .parameter, .column, .call, .arithmetic, .compare, .logical, .not, .isNull, .isTruth, .between,
      .like, .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .array, .row, .element, .field,
      .trim:
      nil
    }
  }
}
