import AMCSQL
import Catalog

/// Percentiles: how many values lie in each cell of a grid, from which the exponential mechanism chooses one.
extension NoisyPipeline {
  /// Joins the groups with the counts of the cells of each percentile.
  ///
  /// - Returns: For each percentile the counts by group and cell.
  mutating func cellCounts(of figures: [NoisyFigure], _ common: CTEID?, _ groups: inout Groups) -> [Relation] {
    var all: [Relation] = []
    for (figure, total) in zip(figures, groups.totals) {
      guard case .percentile(let value, _, let grid) = figure.measure else { continue }
      let counts = countsByCell(value, grid, figure, source(common))
      all.append(counts.relation)
      join(counts, as: total, to: &groups)
    }
    return all
  }

  /// The number of values by group and cell.
  private struct Cells {
    var relation: Relation
    var keys: [RelationColumn]
    var cell: RelationColumn
    var count: RelationColumn
  }

  private mutating func countsByCell(
    _ value: BoundExpression, _ grid: ValueGrid, _ figure: NoisyFigure, _ source: RowSource
  ) -> Cells {
    var (items, user) = perUserKeys(source)
    let keys = items.dropLast().map(\.column)
    let own = value.renamed(source.names)
    let cell = rewriter.build.column("cell", .bigint)
    items.append(.init(column: cell, expression: grid.cell(of: own)))
    let isThere = BoundExpression(.isNull(own, negated: true), type: .boolean, at: span)
    let conditions = [isThere] + (figure.filter.map { [$0.renamed(source.names)] } ?? [])
    var step = GroupPipeline.Step(build: rewriter.build, span: span)
    let count = step.add("COUNT", nil, .bigint)
    rewriter.build = step.build
    let perCell = Relation.aggregate(
      .init(
        input: .filter(.init(input: known(source), condition: .all(conditions, at: span))), keys: items,
        calls: step.calls, span: span))
    let all = rewriter.build.column("values", .bigint)
    let total = Relation.Window.Call(
      column: all, "SUM", of: .column(count, at: span), by: (keys + [user]).map { .column($0, at: span) }, at: span)
    let chosen = chosen(
      .window(.init(input: perCell, calls: [total])), keys: keys, user, function: "DENSE_RANK")
    return byCell(chosen, keys, cell, weight(count, of: all, most: figure.range.high))
  }

  /// How much a user's values in a cell count: all of them, or their share of as many as a user may have.
  private func weight(_ count: RelationColumn, of all: RelationColumn, most: Int64) -> BoundExpression {
    let (own, total) = (BoundExpression.column(count, at: span), BoundExpression.column(all, at: span))
    let limit = BoundExpression.number(Int(most), at: span)
    let product = own.asDouble().computed(.multiply, limit.asDouble(), as: .double)
    let share = product.computed(.divide, total.asDouble(), as: .double)
    let whole = BoundExpression(.call(RelationBuilder.function("FLOOR"), [share]), type: .bigint, at: span)
    return BoundExpression(
      .conditional([.init(condition: total.compared(.greater, limit), result: whole)], otherwise: own), type: .bigint,
      at: span)
  }

  private mutating func byCell(
    _ rows: Relation, _ keys: [RelationColumn], _ cell: RelationColumn, _ weight: BoundExpression
  ) -> Cells {
    let items = (keys + [cell]).map { column in
      Relation.Project.Item(
        column: rewriter.build.column(column.name, column.type), expression: .column(column, at: span))
    }
    var step = GroupPipeline.Step(build: rewriter.build, span: span)
    let count = step.add("SUM", weight, .bigint)
    rewriter.build = step.build
    return Cells(
      relation: .aggregate(.init(input: rows, keys: items, calls: step.calls, span: span)),
      keys: items.dropLast().map(\.column), cell: items[items.count - 1].column, count: count)
  }

  private mutating func join(_ cells: Cells, as total: RelationColumn, to groups: inout Groups) {
    let keys = cells.keys.map { key in
      Relation.Project.Item(column: rewriter.build.column(key.name, key.type), expression: .column(key, at: span))
    }
    let call = Relation.Aggregate.Call(
      column: total, function: NoiseFunctions.cellCounts,
      arguments: [.column(cells.cell, at: span), .column(cells.count, at: span)],
      isDistinct: false, filter: nil, span: span)
    let lists = Relation.aggregate(.init(input: cells.relation, keys: keys, calls: [call], span: span))
    let isSame = zip(groups.keys, keys).map { own, key in
      BoundExpression.column(own, at: span).compared(.isNotDistinctFrom, .column(key.column, at: span))
    }
    groups.relation = .join(
      .init(
        kind: isSame.isEmpty ? .cross : .left, left: groups.relation, right: lists,
        condition: isSame.isEmpty ? nil : .all(isSame, at: span)))
  }
}
