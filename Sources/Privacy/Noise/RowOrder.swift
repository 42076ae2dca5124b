import AMCSQL
import Catalog

/// Whether what a query computes of users' rows hangs on the order in which an engine meets the rows: sums of floating
/// numbers, places of rows that tie, lists.
///
/// What is computed from noised figures may hang on it: it tells no more than they do.
struct RowOrder {
  private let query: ProtectedRelation
  private let ctes: [CTEID: Relation]

  init(_ query: ProtectedRelation) {
    self.query = query
    ctes = Dictionary(uniqueKeysWithValues: query.ctes.map { ($0.id, $0.relation) })
  }

  /// Whether the figures of the aggregations, and the members of an audience, are the same in each run.
  func isFixed(for aggregations: [NoisyAggregation]) -> Bool {
    var seen: Set<CTEID> = []
    for aggregation in aggregations {
      for relation in [aggregation.totals] + aggregation.cellCounts where !isFixed(relation, &seen) { return false }
    }
    switch query.purpose {
    case .measurement: return true
    case .audience, .features: return isFixed(query.body, &seen)
    }
  }

  private func isFixed(_ relation: Relation, _ seen: inout Set<CTEID>) -> Bool {
    var result = true
    var next: [CTEID] = []
    RelationWalk.visit(relation) { node in
      if !Self.isFixed(node) { result = false }
      if case .cte(let reference) = node { next.append(reference.id) }
    }
    for id in next where result && seen.insert(id).inserted {
      if let inner = ctes[id] { result = isFixed(inner, &seen) }
    }
    return result
  }

  private static func isFixed(_ node: Relation) -> Bool {
    switch node {
    case .scan, .values, .project, .filter, .join, .explode, .cte: true
    case .aggregate(let aggregate):
      aggregate.calls.allSatisfy { isFixed($0.function, $0.arguments) }
        && aggregate.keys.allSatisfy { !$0.expression.type.hasFloats || $0.expression.isConditional }
    case .window(let window): window.calls.allSatisfy { isFixed($0, over: window.input) }
    case .union(let union): union.isAll || !union.columns.contains { $0.type.hasFloats }
    }
  }

  /// Whether an aggregate gives the same for the same rows in any order.
  private static func isFixed(_ function: FunctionSignature, _ arguments: [BoundExpression]) -> Bool {
    switch function.name {
    case "COUNT": true
    case "COLLECT": false
    // Extremes and percentiles too: the two forms of zero are equal, and one of them is found first.
    default: !(arguments.first?.type.hasFloats ?? false)
    }
  }

  private static func isFixed(_ call: Relation.Window.Call, over input: Relation) -> Bool {
    guard isFixed(call.function, call.arguments) || call.function.kind == .window else { return false }
    let isByRows = call.frame?.unit == .rows
    guard isByRows || ["ROW_NUMBER", "NTILE"].contains(call.function.name) else { return true }
    // Rows that tie in all of their columns are the same.
    let order = call.orderBy.map(\.expression)
    if case .call(let function, _)? = order.first?.kind, function == NoiseFunctions.choice { return true }
    return !input.columns.contains { !order.contains(.column($0, at: .none)) }
  }
}

extension BoundExpression {
  fileprivate var isConditional: Bool {
    if case .conditional = kind { return true }
    return false
  }
}
