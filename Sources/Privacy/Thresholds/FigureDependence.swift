import AMCSQL
import Catalog

/// The dependence of a row's figures on readings that the row may lack: the other side of a LEFT JOIN.
///
/// `SELECT campaign, COUNT(DISTINCT i.user_id) AS reach, COUNT(DISTINCT c.user_id) AS buyers FROM … i LEFT JOIN … c`:
/// one buyer alone hides the number of buyers, and not the reach, which is the same without the join.
struct FigureDependence {
  enum Kind {
    /// It is the same without the reading: a number of the row's users, or an extreme of other columns.
    case steady
    /// Rows are repeated for each row of the reading.
    case repeated
    /// It is computed from the reading.
    case own
  }

  /// Empty where a reading with too few users hides the row.
  private(set) var optional: Set<PathName> = []
  /// By the number of the aggregate.
  private(set) var kinds: [Kind] = []

  init() {}

  /// - Parameter lineage: The readings that columns come from. A column that it does not know could be of any.
  init(of aggregate: Relation.Aggregate, _ rows: UserRows, _ lineage: ColumnLineage) {
    func isKnown(_ expression: BoundExpression) -> Bool {
      expression.columnsInUse.allSatisfy { lineage.paths[$0] != nil }
    }
    let keys = aggregate.keys.map(\.expression)
    let own = rows.readings.filter { rows.equal.contains($0.presence.id) }.map(\.name)
    guard !own.isEmpty, keys.allSatisfy(isKnown) else { return }
    let readings = Set(rows.readings.map(\.name)).subtracting(own).subtracting(lineage.paths(of: keys))
    let kinds = aggregate.calls.map { call -> Kind in
      let inputs = call.arguments + (call.filter.map { [$0] } ?? [])
      guard inputs.allSatisfy(isKnown), lineage.paths(of: inputs).isDisjoint(with: readings) else { return .own }
      switch call.function.name {
      case "MIN", "MAX": return .steady
      case "COUNT": return call.isDistinct && call.arguments.allSatisfy(rows.isKey) ? .steady : .repeated
      default: return .repeated
      }
    }
    // A row of which no figure is left tells nothing, and is hidden.
    guard kinds.contains(.steady) else { return }
    (optional, self.kinds) = (readings, kinds)
  }

  func isOptional(_ path: GuardChecks.Path) -> Bool {
    path.kind == .reading && path.mayBeUnused && optional.contains(path.name)
  }

  fileprivate func kind(of figure: Int) -> Kind { optional.isEmpty ? .steady : kinds[figure] }
}

extension GuardChecks {
  /// The condition that a row must meet for what it shows in any case.
  func rowCondition(highest: AggregationThreshold) -> BoundExpression {
    let own = checks(
      highest: highest, paths: { !dependence.isOptional($0) }, figures: { dependence.kind(of: $0) != .own })
    return .all(own.map(\.condition), at: span)
  }

  /// The condition under which a row that is shown shows a figure; nil where it always does.
  func figureCondition(_ figure: Int, highest: AggregationThreshold) -> BoundExpression? {
    let isOwn: Bool
    switch dependence.kind(of: figure) {
    case .steady: return nil
    case .repeated: isOwn = false
    case .own: isOwn = true
    }
    let own = checks(
      highest: highest, paths: { dependence.isOptional($0) }, figures: { isOwn && $0 == figure })
    return own.isEmpty ? nil : .all(own.map(\.condition), at: span)
  }
}
