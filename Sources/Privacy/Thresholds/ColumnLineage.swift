import Catalog

/// Which readings of tables of users each column of a query comes from.
struct ColumnLineage {
  private(set) var paths: [ColumnID: Set<PathName>] = [:]
  /// The name of each reading of a table, by the number of its first column.
  let names: [Int: PathName]

  init(_ query: BoundQuery) {
    names = Self.names(of: query)
    for common in query.ctes { collect(common.relation) }
    collect(query.body)
  }

  func paths(of expressions: [BoundExpression]) -> Set<PathName> {
    var result: Set<PathName> = []
    for expression in expressions {
      for column in expression.columnsInUse { result.formUnion(paths[column] ?? []) }
    }
    return result
  }

  /// Readings are counted in the order in which they stand in the text.
  private static func names(of query: BoundQuery) -> [Int: PathName] {
    var scans: [Relation.Scan] = []
    RelationWalk.visit(query) { relation in
      if case .scan(let scan) = relation { scans.append(scan) }
    }
    scans.sort { $0.span.start < $1.span.start }
    var names: [Int: PathName] = [:]
    var counts: [String: Int] = [:]
    for scan in scans where names[scan.firstColumnNumber] == nil {
      counts[scan.source.name, default: 0] += 1
      names[scan.firstColumnNumber] = PathName(
        dataSource: scan.source.name, index: counts[scan.source.name, default: 1])
    }
    return names.mapValues { PathName(dataSource: $0.dataSource, index: $0.index, count: counts[$0.dataSource] ?? 1) }
  }

  private mutating func collect(_ relation: Relation) {
    for input in relation.inputs { collect(input) }
    switch relation {
    case .scan(let scan):
      guard let name = names[scan.firstColumnNumber] else { return }
      for column in scan.columns { paths[column.id] = [name] }
    case .values, .filter, .join: break
    case .project(let project):
      for item in project.items { paths[item.column.id] = paths(of: [item.expression]) }
    case .aggregate(let aggregate):
      for key in aggregate.keys { paths[key.column.id] = paths(of: [key.expression]) }
      for call in aggregate.calls { paths[call.column.id] = paths(of: call.arguments) }
    case .window(let window):
      for call in window.calls { paths[call.column.id] = paths(of: call.arguments) }
    case .union(let union):
      for (index, column) in union.columns.enumerated() {
        paths[column.id] = union.inputs.reduce(into: []) { $0.formUnion(paths[$1.columns[index].id] ?? []) }
      }
    case .explode(let explode): paths[explode.column.id] = paths(of: [explode.array])
    case .cte(let reference):
      for (column, original) in zip(reference.columns, reference.originals) { paths[column.id] = paths[original] }
    }
  }
}
