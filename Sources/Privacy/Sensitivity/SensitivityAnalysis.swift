import AMCSQL
import Catalog

/// Rules 1 and 2: how sensitive each column of each relation is, whether a literal is part of it, and whether a
/// sensitive value meets a literal anywhere.
struct SensitivityAnalysis {
  /// By column of any relation of the query.
  private(set) var sensitivities: [ColumnID: Sensitivity] = [:]
  private(set) var problems: [Diagnostic] = []

  mutating func analyse(_ query: BoundQuery) {
    for common in query.ctes { analyse(common.relation) }
    analyse(query.body)
  }

  mutating func analyse(_ relation: Relation) {
    for input in relation.inputs { analyse(input) }
    switch relation {
    case .scan(let scan):
      for column in scan.columns {
        guard let own = scan.source.column(named: column.name) else { continue }
        sensitivities[column.id] = Sensitivity(of: own, in: scan.source)
      }
    case .values(let values):
      for (index, column) in values.columns.enumerated() {
        var all = [Sensitivity.literal]
        for row in values.rows { all.append(self.sensitivity(of: row[index])) }
        sensitivities[column.id] = all.mixture
      }
    case .project(let project):
      for item in project.items { sensitivities[item.column.id] = sensitivity(of: item.expression) }
    case .filter(let filter): _ = sensitivity(of: filter.condition)
    case .join(let join): if let condition = join.condition { _ = sensitivity(of: condition) }
    case .aggregate(let aggregate): analyse(aggregate)
    case .window(let window): for call in window.calls { analyse(call) }
    case .union(let union): analyse(union)
    case .explode(let explode): sensitivities[explode.column.id] = sensitivity(of: explode.array)
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) {
        sensitivities[column.id] = known(original)
      }
    }
  }

  private mutating func analyse(_ aggregate: Relation.Aggregate) {
    for key in aggregate.keys {
      let sensitivity = sensitivity(of: key.expression)
      if sensitivity.isMixed { refuse("A group key", at: key.expression.span) }
      sensitivities[key.column.id] = sensitivity
    }
    for call in aggregate.calls {
      if let filter = call.filter { _ = sensitivity(of: filter) }
      let own = call.arguments.map { ($0, sensitivity(of: $0)) }
      let result = result(of: call.function, own, isDistinct: call.isDistinct, at: call.span)
      sensitivities[call.column.id] = result
    }
  }

  private mutating func analyse(_ call: Relation.Window.Call) {
    if let filter = call.filter { _ = sensitivity(of: filter) }
    for key in call.partitionBy where sensitivity(of: key).isMixed { refuse("A PARTITION BY key", at: key.span) }
    for order in call.orderBy {
      let sensitivity = sensitivity(of: order.expression)
      if sensitivity.isMixed || (sensitivity.forbidsLiterals && sensitivity.isNullable) {
        refuse("An ORDER BY key", at: order.expression.span)
      }
    }
    sensitivities[call.column.id] = result(
      of: call.function, call.arguments.map { ($0, sensitivity(of: $0)) }, isDistinct: call.isDistinct, at: call.span
    )
  }

  private mutating func analyse(_ union: Relation.Union) {
    for (index, column) in union.columns.enumerated() {
      let sensitivity = union.inputs.map { known($0.columns[index].id) }.mixture
      if sensitivity.isMixed, !union.isAll { refuse("A column of UNION, which compares rows,", at: union.span) }
      sensitivities[column.id] = sensitivity
    }
  }

  /// The trait of an aggregate or window function's result.
  private mutating func result(
    of function: FunctionSignature, _ arguments: [(BoundExpression, Sensitivity)], isDistinct: Bool, at span: SourceSpan
  ) -> Sensitivity {
    if isDistinct, let mixed = arguments.first(where: { $0.1.isMixed }) { refuse("DISTINCT", at: mixed.0.span) }
    switch function.argumentFlow {
    case .rank: return .plain
    case .count:
      if let value = arguments.first, value.1.forbidsLiterals, value.1.isNullable {
        refuse(function.name, at: value.0.span)
      }
      return .plain
    case .compare:
      // The values of the rows are compared with each other; further arguments only steer.
      if let value = arguments.first, value.1.isMixed { refuse(function.name, at: value.0.span) }
      return arguments.first?.1 ?? .plain
    case .control, .choose: return arguments.first?.1 ?? .plain
    }
  }

  /// The trait of a column below. All have been seen before; one that had not would be the most sensitive of all.
  func known(_ id: ColumnID) -> Sensitivity {
    sensitivities[id] ?? Sensitivity(threshold: .internal, forbidsLiterals: true, isLiteralInfluenced: true)
  }

  mutating func refuse(_ what: String, at span: SourceSpan) {
    let problem = Diagnostic(
      .literalComparison,
      "\(what) compares a value whose aggregation threshold is HIGH or VERY_HIGH with a literal, a parameter, uploaded data or a less sensitive value.",
      at: span, hint: "Such values may be compared with each other, counted, or tested with IS NULL.")
    // What is compared at one place is told once: the outer comparisons follow from the inner one.
    if !problems.contains(where: { $0.span.start == span.start }) { problems.append(problem) }
  }
}
