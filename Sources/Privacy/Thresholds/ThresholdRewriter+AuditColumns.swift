import AMCSQL
import Catalog

extension ThresholdRewriter {
  /// The result: the query's columns, and those that the workflow asked for about them.
  func withAuditColumns(_ body: Relation, _ query: BoundQuery, _ evidence: AuditColumns) throws(Diagnostic) -> Relation
  {
    var own = self
    let columns = query.body.columns
    var items = columns.map(Self.kept)
    let span = query.span
    let no = BoundExpression(.literal(.boolean(false)), type: .boolean, at: span)
    // Where nobody's rows are shown nothing is counted, and the counts are NULL.
    let wanted: [(String?, RelationColumn?, BoundExpression)] = [
      (controls.distinctUserCountColumn, evidence.userCount, .null(.bigint, at: span)),
      (controls.filteredMetricsDiscriminatorColumn, evidence.isFiltered, no),
      (controls.filteredReasonColumn, evidence.reason, .null(.string, at: span)),
    ]
    for (name, column, absent) in wanted {
      guard let name else { continue }
      guard !items.contains(where: { $0.column.name.lowercased() == name.lowercased() }) else {
        throw Diagnostic(
          .duplicateName, "The result has a column that is named like a column about aggregation thresholds.", at: span,
          hint: "Give one of the two another name.")
      }
      var value = column.map { BoundExpression.column($0, at: span) } ?? absent
      if let column, column.type == .boolean {
        value = BoundExpression(
          .call(RelationBuilder.function("COALESCE"), [.column(column, at: span), no]), type: .boolean, at: span)
      }
      items.append(.init(column: own.build.column(name, value.type), expression: value))
    }
    guard items.count > columns.count else { return selecting(columns, of: body) }
    return .project(.init(input: body, items: items))
  }

  /// The evidence of rows that are made of a row of each side.
  mutating func combined(
    _ left: AuditColumns, _ right: AuditColumns, over relation: Relation, at span: SourceSpan
  ) -> (Relation, AuditColumns) {
    guard !left.columns.isEmpty, !right.columns.isEmpty else {
      return (relation, left.columns.isEmpty ? right : left)
    }
    var items = relation.columns.map(Self.kept)
    var result = AuditColumns.none
    result.userCount = either(left.userCount, right.userCount, least: true, &items, at: span)
    result.isFiltered = any(left.isFiltered, right.isFiltered, &items, at: span)
    result.reason = either(left.reason, right.reason, least: false, &items, at: span)
    return (.project(.init(input: relation, items: items)), result)
  }

  /// The smaller of the two, or the first that there is.
  private mutating func either(
    _ left: RelationColumn?, _ right: RelationColumn?, least: Bool, _ items: inout [Relation.Project.Item],
    at span: SourceSpan
  ) -> RelationColumn? {
    guard let left, let right else { return left ?? right }
    let coalesce = RelationBuilder.function("COALESCE")
    let one = BoundExpression.column(left, at: span)
    let other = BoundExpression.column(right, at: span)
    var first = BoundExpression(.call(coalesce, [one, other]), type: left.type, at: span)
    if least {
      let second = BoundExpression(.call(coalesce, [other, one]), type: left.type, at: span)
      first = BoundExpression(.call(RelationBuilder.function("LEAST"), [first, second]), type: left.type, at: span)
    }
    return append(first, left.name, &items)
  }

  private mutating func any(
    _ left: RelationColumn?, _ right: RelationColumn?, _ items: inout [Relation.Project.Item], at span: SourceSpan
  ) -> RelationColumn? {
    guard let left, let right else { return left ?? right }
    let isTrue = [left, right].map {
      BoundExpression(.isTruth(.column($0, at: span), true, negated: false), type: .boolean, at: span)
    }
    return append(.any(isTrue, at: span), left.name, &items)
  }

  private mutating func append(
    _ value: BoundExpression, _ name: String, _ items: inout [Relation.Project.Item]
  ) -> RelationColumn {
    let column = build.column(name, value.type)
    items.append(.init(column: column, expression: value))
    return column
  }

  /// An aggregation of rows that everybody may see. Of their users it is known that there are at least as many as
  /// behind the one with the most.
  mutating func aggregateGuarded(
    _ aggregate: Relation.Aggregate, _ evidence: AuditColumns
  ) -> (Relation, Provenance) {
    var result = aggregate
    let own = evidence.mapped { column in
      let copy = build.column(column.name, column.type)
      let function = column.type == .string ? "MIN" : "MAX"
      result.calls.append(
        .init(
          column: copy, function: RelationBuilder.function(function), arguments: [.column(column, at: aggregate.span)],
          isDistinct: false, filter: nil, span: aggregate.span))
      return copy
    }
    return (.aggregate(result), .guarded(own))
  }

  /// A union of rows that everybody may see.
  mutating func unionGuarded(
    _ union: Relation.Union, _ inputs: [Relation], _ evidences: [AuditColumns]
  ) -> (Relation, Provenance) {
    var result = union
    result.inputs = inputs
    let template = evidences.first { !$0.columns.isEmpty } ?? .none
    guard !template.columns.isEmpty else { return (.union(result), .guarded(.none)) }
    let own = template.mapped { build.column($0.name, $0.type) }
    result.columns += own.columns
    for (index, evidence) in evidences.enumerated() {
      var items = union.inputs[index].columns.map { column in
        Relation.Project.Item(
          column: build.column(column.name, column.type), expression: .column(column, at: union.span))
      }
      let present = evidence.columns.isEmpty ? nil : evidence.columns
      for (columnIndex, column) in template.columns.enumerated() {
        let value = present.map { BoundExpression.column($0[columnIndex], at: union.span) }
        items.append(
          .init(
            column: build.column(column.name, column.type), expression: value ?? .null(column.type, at: union.span)))
      }
      result.inputs[index] = .project(.init(input: inputs[index], items: items))
    }
    return (.union(result), .guarded(own))
  }
}
