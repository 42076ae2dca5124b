import AMCSQL
import Catalog

extension UserRows {
  /// Refuses whatever is done with rows of tiles other than aggregating all of them.
  ///
  /// - Throws: `unsupported` where the rows have tiles.
  func requireNoTiles(at span: SourceSpan) throws(Diagnostic) {
    guard tiles == nil else {
      throw ThresholdRewriter.unsupported(
        "Rows with a tile of NTILE over several users can only be aggregated by it.", at: span,
        hint: "Filter and join before NTILE, or behind the aggregation by its tiles.")
    }
  }

  /// Notes what becomes of tiles, and of columns that keep rows apart, in a projection.
  ///
  /// - Throws: `unsupported` where a tile is computed with.
  mutating func noteTiles(in items: [Relation.Project.Item]) throws(Diagnostic) {
    var names: [ColumnID: Set<ColumnID>] = [:]
    for item in items {
      if case .column(let id) = item.expression.kind {
        names[id, default: []].insert(item.column.id)
      } else if let tiles, item.expression.hasSubquery || !item.expression.columnsInUse.isDisjoint(with: tiles.columns)
      {
        try requireNoTiles(at: item.expression.span)
      }
    }
    func renamed(_ ids: Set<ColumnID>) -> Set<ColumnID> { ids.reduce(into: []) { $0.formUnion(names[$1] ?? []) } }
    if let own = uniqueBy { uniqueBy = own.allSatisfy { names[$0] != nil } ? renamed(own) : nil }
    guard var tiles else { return }
    tiles.columns = renamed(tiles.columns)
    tiles.partition = renamed(tiles.partition)
    // Without a column that holds them there are none.
    self.tiles = tiles.columns.isEmpty ? nil : tiles
  }

  /// Refuses an aggregation of rows of tiles by anything but the tiles and what they are tiles of.
  func checkTiles(_ aggregate: Relation.Aggregate) throws(Diagnostic) {
    guard let tiles else { return }
    for key in aggregate.keys {
      guard case .column(let id) = key.expression.kind, tiles.columns.contains(id) || tiles.partition.contains(id)
      else {
        throw ThresholdRewriter.unsupported(
          "Tiles of NTILE over several users can be grouped only with the columns of its PARTITION BY.",
          at: key.expression.span, hint: "Add the column to PARTITION BY.")
      }
    }
    for call in aggregate.calls {
      let inputs = call.arguments + (call.filter.map { [$0] } ?? [])
      guard inputs.allSatisfy({ $0.columnsInUse.isDisjoint(with: tiles.columns) }) else {
        throw ThresholdRewriter.unsupported(
          "A tile of NTILE over several users can't be measured.", at: call.span, hint: "Group by it.")
      }
    }
  }

  /// The same rows, filtered by a value of this class as well.
  func filtered(by threshold: AggregationThreshold) -> UserRows {
    var result = self
    result.filteredBy = max(filteredBy, threshold)
    return result
  }

  /// The rows of a join that may repeat them.
  var repeated: UserRows {
    var result = self
    result.uniqueBy = nil
    return result
  }
}
