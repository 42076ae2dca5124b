import AMCSQL
import Catalog

/// Refuses queries in noise mode whose figures, before their noise, would hang on the order in which an engine meets
/// rows. Two answers to the same question have the same noise, so that their difference would be exact.
///
/// Aggregates give the same in any order in noise mode: the dialect sorts what they read (`Dialect.noisyDuckDB`), and
/// `ThresholdRewriter` orders windows by all columns. What is left are windows that add up floating numbers, and the
/// two forms of zero inside of lists and rows. Whatever is computed from noised figures alone may hang on the order: it
/// tells no more than they do.
struct RowOrder {
  private let query: ProtectedRelation
  private let ctes: [CTEID: Relation]

  init(_ query: ProtectedRelation) {
    self.query = query
    ctes = Dictionary(uniqueKeysWithValues: query.ctes.map { ($0.id, $0.relation) })
  }

  /// - Throws: `unsupported` where a figure of the aggregations, or a member of an audience, hangs on the order.
  func requireFixed(for aggregations: [NoisyAggregation]) throws(Diagnostic) {
    var relations = aggregations.flatMap { [$0.totals] + $0.cellCounts }
    switch query.purpose {
    case .measurement: break
    case .audience, .features: relations.append(query.body)
    }
    var seen: Set<CTEID> = []
    for relation in relations {
      guard let span = firstUnordered(relation, &seen) else { continue }
      throw ThresholdRewriter.unsupported(
        "This would hang on the order of rows, so that the same question had several answers.", at: span,
        hint: "Cast floating numbers to DECIMAL before.")
    }
  }

  private func firstUnordered(_ relation: Relation, _ seen: inout Set<CTEID>) -> SourceSpan? {
    var found: SourceSpan?
    var next: [CTEID] = []
    RelationWalk.visit(relation) { node in
      found = found ?? Self.unordered(node)
      if case .cte(let reference) = node { next.append(reference.id) }
    }
    for id in next where found == nil && seen.insert(id).inserted {
      if let inner = ctes[id] { found = firstUnordered(inner, &seen) }
    }
    return found
  }

  private static func unordered(_ node: Relation) -> SourceSpan? {
    switch node {
    case .scan, .values, .project, .filter, .join, .explode, .cte: nil
    case .aggregate(let aggregate):
      aggregate.calls.first { call in call.function.name != "COUNT" && call.arguments.contains { $0.type.hidesFloats }
      }?
      .span
    case .window(let window): window.calls.first { !isFixed($0, over: window.input) }?.span
    case .union(let union): !union.isAll && union.columns.contains { $0.type.hasFloats } ? union.span : nil
    }
  }

  private static func isFixed(_ call: Relation.Window.Call, over input: Relation) -> Bool {
    if call.function.kind == .aggregate {
      let isExact = call.arguments.allSatisfy { !$0.type.hasFloats }
      let isList = call.function.name == "COLLECT"
      let isOfMoments = ["STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "SKEWNESS"].contains(call.function.name)
      guard call.function.name == "COUNT" || isExact && !isList && !isOfMoments else { return false }
    }
    guard call.frame?.unit == .rows || ["ROW_NUMBER", "NTILE"].contains(call.function.name) else { return true }
    // Rows that tie in all of their columns are the same.
    let order = call.orderBy.map(\.expression)
    if case .call(let function, _)? = order.first?.kind, function == NoiseFunctions.choice { return true }
    return input.columns.allSatisfy { order.contains(.column($0, at: .none)) && !$0.type.hidesFloats }
  }
}

extension SQLType {
  /// Whether floating numbers lie inside of a value that is none.
  fileprivate var hidesFloats: Bool { self != .float && self != .double && hasFloats }
}
