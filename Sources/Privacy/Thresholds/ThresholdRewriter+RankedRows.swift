import AMCSQL
import Catalog

/// The operations on rows that have ranks among several users (`UserRows.Ranks`).
extension ThresholdRewriter {
  /// Ranked rows beside one row that everybody may see, such as a total, whose columns all of them share then; nil for
  /// other joins. A relation of several rows would repeat the rows as often as their ranks are large.
  func joiningTotals(_ join: Relation.JoinRelation, _ left: Provenance, _ right: Provenance) -> UserRows? {
    if let condition = join.condition {
      guard condition.columnsInUse.isEmpty, !condition.hasSubquery, !condition.isVolatile else { return nil }
    }
    var ranked: UserRows
    let totals: Relation
    switch (left, right) {
    case (.user(let rows), .guarded), (.user(let rows), .nobody):
      guard join.kind != .full else { return nil }
      (ranked, totals) = (rows, join.right)
    case (.guarded, .user(let rows)), (.nobody, .user(let rows)):
      guard join.kind == .cross || join.kind == .inner else { return nil }
      (ranked, totals) = (rows, join.left)
    case (.user, _), (.nobody, _), (.guarded, _), (.pair, _), (.eventDetail, _): return nil
    }
    guard ranked.ranks != nil, totals.hasOneRowAtMost(ctes) else { return nil }
    ranked.ranks?.shared.formUnion(totals.columns.map(\.id))
    return ranked
  }

  /// A filter by ranks: the rows stay, and know whether they are kept. What is said of all of them is compared with
  /// other queries.
  mutating func keeping(
    _ condition: BoundExpression, _ input: Relation, _ rows: UserRows
  ) -> (Relation, Provenance) {
    var rows = rows
    let column = build.column("kept", .boolean)
    let earlier = rows.ranks?.kept.map { BoundExpression.column($0, at: condition.span) }
    let all = BoundExpression.all([earlier, condition].compactMap { $0 }, at: condition.span)
    rows.ranks?.kept = column
    let items = input.columns.map(Self.kept) + [Relation.Project.Item(column: column, expression: all)]
    return (.project(.init(input: input, items: items)), .user(rows))
  }

  /// A cell of rows that are in two cells.
  struct Crossing {
    var item: Relation.Project.Item
    var path: UserRows.Path
  }

  /// The cells in which conditions on ranks meet all others. A measure under a condition on ranks is then held to what
  /// it would be held to in a group of those ranks.
  ///
  /// - Parameters:
  ///   - cells: The cells of a projection.
  ///   - ranks: The ranks before it.
  mutating func rankCells(
    among cells: [Relation.Project.Item], _ ranks: UserRows.Ranks?, _ rows: inout UserRows
  ) throws(Diagnostic) -> [Crossing] {
    guard let ranks, let known = rows.ranks else { return [] }
    struct Cell {
      var presence: BoundExpression
      var name: PathName
      var isNew: Bool
    }
    var (ofRanks, others): ([Cell], [Cell]) = ([], [])
    for path in rows.paths where !rows.equal.contains(path.presence.id) {
      let cell = Cell(presence: .column(path.presence, at: .none), name: path.name, isNew: false)
      if known.cells.contains(path.presence) { ofRanks.append(cell) } else { others.append(cell) }
    }
    for item in cells {
      let cell = Cell(presence: item.expression, name: rows.readings[0].name, isNew: true)
      guard case .conditional(let branches, _) = item.expression.kind, ranks.use(of: branches[0].condition) == .ranks
      else {
        others.append(cell)
        continue
      }
      ofRanks.append(cell)
      rows.ranks?.cells.append(item.column)
    }
    var crossings: [Crossing] = []
    for one in ofRanks {
      let isThere = BoundExpression(.isNull(one.presence, negated: true), type: .boolean, at: .none)
      for other in others where one.isNew || other.isNew {
        let column = build.column("cell", .userKey)
        let both = BoundExpression(
          .conditional([.init(condition: isThere, result: other.presence)], otherwise: nil), type: .userKey, at: .none)
        crossings.append(
          .init(
            item: .init(column: column, expression: both),
            path: .init(presence: column, name: other.name, kind: .cell)))
      }
      try Self.checkPathCount(
        rows.paths.count + cells.count + crossings.count, at: cells.first?.expression.span ?? .none)
    }
    return crossings
  }
}
