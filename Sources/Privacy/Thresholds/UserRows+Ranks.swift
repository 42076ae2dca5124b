import AMCSQL
import Catalog

extension UserRows {
  /// The outcome of a rank among several users, be it a tile, a place or a running figure.
  ///
  /// A row's rank depends on all other rows. A filter, a group key or a weight of the rows' own values could leave out
  /// one user, and the ranks of the others would tell of that user. So the rows can only be aggregated, all together,
  /// by their ranks and by what all rows that were ranked together share.
  struct Ranks {
    /// Columns that hold ranks, and what is computed from ranks alone.
    var columns: Set<ColumnID>
    /// Columns that are the same for all rows that were ranked together: those of PARTITION BY, and public ones.
    var shared: Set<ColumnID>
    /// Columns of the rows' own values where a condition on ranks holds. They can be measured, and nothing else.
    var measures: Set<ColumnID> = []
    /// The values of ORDER BY, which must stay with the rows.
    var order: [RelationColumn]
    /// The values that running figures add up, which must stay with the rows.
    var summed: [RelationColumn]
    /// Whether filters by ranks keep the row; nil without such a filter.
    var kept: RelationColumn?
    /// The paths that are cells of conditions on ranks in measures, by their column.
    var cells: [RelationColumn] = []

    var hiddenColumns: [RelationColumn] { order + summed + (kept.map { [$0] } ?? []) }

    /// Whether the rows still have anything of their ranks.
    var isThere: Bool { !columns.isEmpty || !measures.isEmpty || kept != nil }
  }

  /// Refuses whatever is done with ranked rows other than aggregating all of them.
  ///
  /// - Throws: `unsupported` where the rows have ranks.
  func requireNoRanks(at span: SourceSpan) throws(Diagnostic) {
    guard ranks == nil else {
      throw ThresholdRewriter.unsupported(
        "Rows with a rank among several users can only be aggregated by it.", at: span,
        hint: "Filter, join and compute other windows before the rank, or behind the aggregation by it.")
    }
  }

  /// Notes what becomes of ranks, and of columns that keep rows apart, in a projection.
  ///
  /// - Throws: `unsupported` where a rank is computed with values of the row's own.
  mutating func noteRanks(in items: [Relation.Project.Item]) throws(Diagnostic) {
    if let own = uniqueBy {
      var names: [ColumnID: Set<ColumnID>] = [:]
      for item in items {
        if case .column(let id) = item.expression.kind { names[id, default: []].insert(item.column.id) }
      }
      uniqueBy = own.allSatisfy { names[$0] != nil } ? own.reduce(into: []) { $0.formUnion(names[$1] ?? []) } : nil
    }
    guard let ranks else { return }
    var result = ranks
    (result.columns, result.shared, result.measures) = ([], [], [])
    for item in items {
      switch ranks.use(of: item.expression) {
      case .own: if ranks.isShared(item.expression) { result.shared.insert(item.column.id) }
      case .ranks: result.columns.insert(item.column.id)
      case .measure: result.measures.insert(item.column.id)
      case .mixed: throw Self.mixedRank(at: item.expression.span)
      }
    }
    self.ranks = result.isThere ? result : nil
  }

  private static func mixedRank(at span: SourceSpan) -> Diagnostic {
    ThresholdRewriter.unsupported(
      "A rank among several users can't be computed with other values of the row.", at: span,
      hint: "Group by the rank; or measure values where a condition on the rank holds: SUM(CASE WHEN rank <= 100 …).")
  }

  /// Refuses a filter by anything but ranks and what all ranked rows share.
  func checkRanks(_ condition: BoundExpression) throws(Diagnostic) {
    guard let ranks else { return }
    for part in condition.conjuncts where ranks.use(of: part) != .ranks && !ranks.isShared(part) {
      throw ThresholdRewriter.unsupported(
        "Rows with a rank among several users can be filtered only by the rank.", at: part.span,
        hint: "Filter by other values before the rank, in a subquery.")
    }
  }

  /// Refuses an aggregation of ranked rows by anything but their ranks and what all ranked rows share.
  func checkRanks(_ aggregate: Relation.Aggregate) throws(Diagnostic) {
    guard let ranks else { return }
    for key in aggregate.keys where ranks.use(of: key.expression) != .ranks && !ranks.isShared(key.expression) {
      throw ThresholdRewriter.unsupported(
        "Ranks among several users can be grouped only with the columns of their PARTITION BY.",
        at: key.expression.span, hint: "Add the column to PARTITION BY.")
    }
    for call in aggregate.calls {
      let uses = call.arguments.map(ranks.use)
      let filter = call.filter.map(ranks.use)
      guard !uses.contains(.mixed), filter != .mixed else { throw Self.mixedRank(at: call.span) }
      // The mean rank of some users would tell of another one, who moves all of them.
      guard !uses.contains(.ranks) || filter == nil || filter == .ranks else { throw Self.mixedRank(at: call.span) }
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

extension UserRows.Ranks {
  /// The things that an expression over ranked rows is made of.
  enum Use {
    /// Constants and values of the row's own.
    case own
    /// Ranks, and what all ranked rows share.
    case ranks
    /// Values of the row's own where a condition on ranks holds.
    case measure
    /// Ranks and values of the row's own, in another way.
    case mixed
  }

  /// Whether the value is the same for all rows that were ranked together.
  func isShared(_ expression: BoundExpression) -> Bool {
    !expression.isVolatile && expression.columnsInUse.isSubset(of: shared)
  }

  func use(of expression: BoundExpression) -> Use {
    let read = expression.columnsInUse
    if read.isDisjoint(with: columns), read.isDisjoint(with: measures) { return .own }
    if expression.isVolatile { return .mixed }
    if read.isSubset(of: columns.union(shared)) { return .ranks }
    switch expression.kind {
    case .column: return .measure
    case .conditional(let branches, let otherwise):
      // The conditions on ranks come first, so that the cells of all others are counted within each of their branches.
      let isDecided = branches.allSatisfy { use(of: $0.condition) == .ranks || isShared($0.condition) }
      let results = branches.map(\.result) + (otherwise.map { [$0] } ?? [])
      return isDecided && results.allSatisfy(isMeasured) ? .measure : .mixed
    case .cast(let operand), .negate(let operand): return isMeasured(operand) ? .measure : .mixed
    case .arithmetic(_, let left, let right):
      let isScaled = isMeasured(left) && isMeasured(right) && [left, right].contains { $0.columnsInUse.isEmpty }
      return isScaled ? .measure : .mixed
    case .literal, .parameter, .call, .compare, .logical, .not, .isNull, .isTruth, .between, .like, .similar, .inList,
      .inRelation, .scalarRelation, .exists, .array, .row, .element, .field, .trim:
      return .mixed
    }
  }

  /// Whether the value is the row's own wherever it is there.
  private func isMeasured(_ expression: BoundExpression) -> Bool {
    switch use(of: expression) {
    case .own, .measure: true
    case .ranks, .mixed: false
    }
  }

  /// The same under other column names; columns without one are out of reach.
  func renamed(_ name: (ColumnID) -> ColumnID?, _ hidden: (RelationColumn) -> RelationColumn) -> Self? {
    func names(_ columns: Set<ColumnID>) -> Set<ColumnID> { Set(columns.compactMap(name)) }
    let result = Self(
      columns: names(columns), shared: names(shared), measures: names(measures), order: order.map(hidden),
      summed: summed.map(hidden), kept: kept.map(hidden), cells: cells.map(hidden))
    return result.isThere ? result : nil
  }
}
