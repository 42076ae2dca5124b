import AMCSQL
import Catalog
import DifferentialPrivacy

extension ProtectedRelation {
  /// The query with the noise that its aggregations need, and the plan of it; the same query in threshold mode.
  ///
  /// - Throws: `unsupported` where the result would be random in another way than by its noise, and `query_too_complex`
  ///   where the loss is too small for so many figures.
  func planned(
    _ parameters: NoiseParameters?, _ aggregations: [NoisyAggregation]
  ) throws(Diagnostic) -> ProtectedRelation {
    guard let parameters else { return self }
    try requireNoRandomValues()
    try requireFlatArrays()
    let used = usedAggregations
    let own = aggregations.filter { used.contains($0.number) }
    try RowOrder(self).requireFixed(for: own)
    let scales = try NoiseScales(own, parameters, at: body.firstSpan)
    let filling = NoiseFilling(scales: scales)
    var ctes = self.ctes
    for index in ctes.indices { ctes[index].relation = filling.filled(ctes[index].relation) }
    return ProtectedRelation(
      ctes: ctes, body: filling.filled(body), purpose: purpose, order: order, disclosureQueries: disclosureQueries,
      noise: NoisePlan(self, own, scales), noisyAggregations: own.map(filling.filled), build: build)
  }

  /// Refuses a query that gives another result each time. Two results under the same noise would differ by their exact
  /// difference.
  private func requireNoRandomValues() throws(Diagnostic) {
    var found: SourceSpan?
    visit { expression in
      if case .call(let function, let arguments) = expression.kind, arguments.isEmpty,
        function.name == "RANDOM" || function.name == "UUID"
      {
        found = found ?? expression.span
      }
    }
    guard let found else { return }
    throw ThresholdRewriter.unsupported(
      "A random value here is not supported with noise: the same question has the same answer.", at: found,
      hint: "Take a sample of users' rows in WHERE: RANDOM() < 0.1.")
  }

  /// How deep arrays and rows may lie within each other.
  private static let nestingMax = 3

  /// Refuses values within values within values: each step may double what a row needs, for one person's rows alone.
  private func requireFlatArrays() throws(Diagnostic) {
    var found: SourceSpan?
    visit { expression in
      if expression.type.nesting > Self.nestingMax { found = found ?? expression.span }
    }
    guard let found else { return }
    throw Diagnostic(
      .queryTooComplex, "Arrays, maps and rows lie within each other more than \(Self.nestingMax) deep.", at: found,
      hint: "Use FLATTEN, or EXPLODE the inner ones.")
  }

  /// The numbers of the aggregations that the query computes: those whose noise is part of what it reads.
  private var usedAggregations: Set<Int> {
    var used: Set<Int> = []
    visit { expression in
      guard case .call(let function, let arguments) = expression.kind,
        function == NoiseFunctions.noisedSlot || function == NoiseFunctions.chosenCellSlot,
        let number = arguments[0].slotNumber
      else { return }
      used.insert(number)
    }
    return used
  }

  /// Calls `body` for each expression of what the query reads: a WITH query that nothing reads is not computed.
  private func visit(_ body: (BoundExpression) -> Void) {
    var read: Set<CTEID> = []
    func visit(_ relation: Relation) {
      RelationWalk.visit(relation) { node in
        if case .cte(let reference) = node { read.insert(reference.id) }
        node.forEachExpression(body)
      }
    }
    visit(self.body)
    for common in ctes.reversed() where read.contains(common.id) { visit(common.relation) }
  }
}

/// Puts the numbers of a plan into the slots that the rewriter left for them.
struct NoiseFilling {
  let scales: NoiseScales

  func filled(_ relation: Relation) -> Relation {
    relation.map { node in node.mapExpressions(filled) }
  }

  func filled(_ aggregation: NoisyAggregation) -> NoisyAggregation {
    var result = aggregation
    result.totals = filled(aggregation.totals)
    result.cellCounts = aggregation.cellCounts.map { filled($0) }
    return result
  }

  private func filled(_ expression: BoundExpression) -> BoundExpression {
    let inner = expression.mapChildren(filled)
    guard case .call(let function, let arguments) = inner.kind, let number = arguments.first?.slotNumber,
      let own = scales.all[number]
    else { return inner }
    var result = inner
    if function == NoiseFunctions.thresholdSlot, let threshold = own.threshold {
      result.kind = .literal(.number(String(threshold)))
    } else if function == NoiseFunctions.noisedSlot || function == NoiseFunctions.chosenCellSlot,
      let index = arguments[1].slotNumber
    {
      result.kind = filled(own.figures[index], "\(number).\(index)", Array(arguments.dropFirst(2)), at: inner.span)
    }
    return result
  }

  private func filled(
    _ scale: NoiseScales.FigureScale, _ place: String, _ rest: [BoundExpression], at span: SourceSpan
  ) -> BoundExpression.Kind {
    func text(_ value: String) -> BoundExpression { .text(value, at: span) }
    switch scale {
    case .gaussian(let scale, _):
      return .call(NoiseFunctions.noised, [text(place), text(scale.numerator), text(scale.denominator)] + rest)
    case .exponential(let scale):
      return .call(NoiseFunctions.chosenCell, [text(place), text(scale.numerator), text(scale.denominator)] + rest)
    }
  }
}

extension SQLType {
  /// How many values lie within each other.
  fileprivate var nesting: Int {
    switch self {
    case .array(let element): 1 + element.nesting
    case .map(let key, let value): 1 + max(key.nesting, value.nesting)
    case .row(let fields): 1 + (fields.map(\.type.nesting).max() ?? 0)
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .float, .double, .date, .timestamp, .string,
      .binary, .userKey, .unknown:
      0
    }
  }
}

extension BoundExpression {
  /// The whole number that a slot names.
  var slotNumber: Int? {
    if case .literal(.number(let digits)) = kind { return Int(digits) }
    return nil
  }
}
