import Catalog

/// Which readings of tables of users each column of a query comes from.
struct Origins {
  private(set) var paths: [ColumnID: Set<PathName>] = [:]
  /// The name of each reading of a table, by the number of its first column.
  let names: [Int: PathName]

  init(_ query: BoundQuery) {
    names = Self.names(of: query)
    for common in query.commons { collect(common.relation) }
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
    var reads: [Relation.Read] = []
    RelationWalk.visit(query) { relation in
      if case .read(let read) = relation { reads.append(read) }
    }
    reads.sort { $0.span.start < $1.span.start }
    var names: [Int: PathName] = [:]
    var counts: [String: Int] = [:]
    for read in reads where names[read.firstColumnNumber] == nil {
      counts[read.source.name, default: 0] += 1
      names[read.firstColumnNumber] = PathName(
        dataSource: read.source.name, index: counts[read.source.name, default: 1])
    }
    return names.mapValues { PathName(dataSource: $0.dataSource, index: $0.index, count: counts[$0.dataSource] ?? 1) }
  }

  private mutating func collect(_ relation: Relation) {
    for input in relation.inputs { collect(input) }
    switch relation {
    case .read(let read):
      guard let name = names[read.firstColumnNumber] else { return }
      for column in read.columns { paths[column.id] = [name] }
    case .values, .filter, .join: break
    case .project(let project):
      for item in project.items { paths[item.column.id] = paths(of: [item.expression]) }
    case .aggregate(let aggregate):
      for key in aggregate.keys { paths[key.column.id] = paths(of: [key.expression]) }
      for call in aggregate.calls { paths[call.column.id] = paths(of: call.arguments) }
    case .window(let window):
      for call in window.calls { paths[call.column.id] = paths(of: call.arguments) }
    case .union(let union):
      for (place, column) in union.columns.enumerated() {
        paths[column.id] = union.inputs.reduce(into: []) { $0.formUnion(paths[$1.columns[place].id] ?? []) }
      }
    case .explode(let explode): paths[explode.column.id] = paths(of: [explode.array])
    case .common(let reference):
      for (column, original) in zip(reference.columns, reference.originals) { paths[column.id] = paths[original] }
    }
  }
}
