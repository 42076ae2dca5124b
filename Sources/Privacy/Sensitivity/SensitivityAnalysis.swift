import AMCSQL
import Catalog

/// Rules 1 and 2: how sensitive each column of each relation is, whether a literal is part of it, and whether a
/// sensitive value meets a literal anywhere.
struct SensitivityAnalysis {
  /// By column of any relation of the query.
  private(set) var sensitivities: [ColumnID: Sensitivity] = [:]
  private(set) var problems: [Diagnostic] = []
  private var mappings = MappingTables()
  /// Whether HIGH values may be looked up in tables that the query writes. They may where rows are counted: an audience
  /// would be chosen by literals.
  private let allowsMappings: Bool

  init(allowsMappings: Bool = true) { self.allowsMappings = allowsMappings }

  mutating func analyse(_ query: BoundQuery) {
    for common in query.ctes { analyse(common.relation) }
    analyse(query.body)
  }

  mutating func analyse(_ relation: Relation) {
    for input in relation.inputs { analyse(input) }
    mappings.note(relation)
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
    case .join(let join):
      for part in join.condition?.conjuncts ?? [] where !isLookup(part) { _ = sensitivity(of: part) }
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

  /// Whether a condition of ON looks up a HIGH value in a table that the query writes.
  private func isLookup(_ condition: BoundExpression) -> Bool {
    guard allowsMappings, case .compare(.equal, let left, let right) = condition.kind else { return false }
    func isPlainHigh(_ operand: BoundExpression) -> Bool {
      guard case .column(let id) = operand.kind else { return false }
      let own = known(id)
      return own.threshold == .high && own.forbidsLiterals && !own.isLiteralInfluenced && !own.isShaped
    }
    return (isPlainHigh(left) && mappings.contains(right)) || (isPlainHigh(right) && mappings.contains(left))
  }

  private mutating func analyse(_ aggregate: Relation.Aggregate) {
    for key in aggregate.keys {
      let sensitivity = sensitivity(of: key.expression)
      if sensitivity.isMixed { refuse("A group key", at: key.expression.span) }
      sensitivities[key.column.id] = sensitivity
    }
    for call in aggregate.calls {
      let own = call.arguments.map { ($0, sensitivity(of: $0)) }
      var result = result(of: call.function, own, isDistinct: call.isDistinct, at: call.span)
      if let filter = call.filter { filtered(&result, by: sensitivity(of: filter)) }
      sensitivities[call.column.id] = result
    }
  }

  /// A measure of rows that a HIGH value chose is as sensitive as that value, also a count of them.
  private func filtered(_ result: inout Sensitivity, by filter: Sensitivity) {
    if filter.forbidsLiterals, filter.threshold == .high { result.threshold = max(result.threshold, .high) }
  }

  private mutating func analyse(_ call: Relation.Window.Call) {
    for key in call.partitionBy where sensitivity(of: key).isMixed { refuse("A PARTITION BY key", at: key.span) }
    for order in call.orderBy {
      let sensitivity = sensitivity(of: order.expression)
      if sensitivity.isMixed || (sensitivity.forbidsLiterals && sensitivity.isNullable) {
        refuse("An ORDER BY key", at: order.expression.span)
      }
    }
    var own = result(
      of: call.function, call.arguments.map { ($0, sensitivity(of: $0)) }, isDistinct: call.isDistinct, at: call.span)
    if call.function.name == "NTILE" {
      // A tile says about how large a value is, and is as sensitive as that. It can be shown all the same.
      for order in call.orderBy { own.threshold = max(own.threshold, sensitivity(of: order.expression).threshold) }
      own.threshold = min(own.threshold, .high)
    }
    if let filter = call.filter { filtered(&own, by: sensitivity(of: filter)) }
    sensitivities[call.column.id] = own
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
