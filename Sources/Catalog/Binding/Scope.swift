import AMCSQL

/// The columns that a name can mean at one place of a query.
struct Scope {
  struct Table {
    /// In lower case; nil for a subquery without an alias.
    var name: String?
    var columns: [RelationColumn]
    /// The place in `columns` by the name in lower case; `ambiguous` where two columns share it.
    var index: [String: Int]

    static let ambiguous = -1

    init(name: String?, columns: [RelationColumn]) {
      self.name = name?.lowercased()
      self.columns = columns
      self.index = Dictionary(
        columns.enumerated().map { ($0.element.name.lowercased(), $0.offset) },
        uniquingKeysWith: { _, _ in Table.ambiguous })
    }

    /// A data source whose columns are numbered from `firstNumber`.
    init(name: String, source: DataSource, firstNumber: Int) {
      self.name = name.lowercased()
      self.columns = source.columns.enumerated().map {
        RelationColumn(id: ColumnID(firstNumber + $0.offset), name: $0.element.name, type: $0.element.type)
      }
      self.index = source.columnIndex
    }
  }

  enum Match {
    case none
    case one(RelationColumn)
    case several
  }

  var tables: [Table] = []
  /// What an unqualified name means that USING has joined, by the name in lower case.
  var merged: [String: RelationColumn] = [:]

  func table(named name: String) -> Table? {
    let lower = name.lowercased()
    return tables.first { $0.name == lower }
  }

  func match(_ name: String) -> Match {
    let lower = name.lowercased()
    if let column = merged[lower] { return .one(column) }
    var found: RelationColumn?
    for table in tables {
      guard let place = table.index[lower] else { continue }
      if place == Table.ambiguous || found != nil { return .several }
      found = table.columns[place]
    }
    return found.map { .one($0) } ?? .none
  }

  /// The names that could have been meant.
  var columnNames: [String] { tables.flatMap { $0.columns.map(\.name) } }

  /// This scope with the tables of `other` beside its own.
  func joined(with other: Scope) -> Scope {
    var result = self
    result.tables += other.tables
    for (name, column) in other.merged { result.merged[name] = column }
    return result
  }
}
