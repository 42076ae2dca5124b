import AMCSQL

/// The columns that a name can refer to in one part of a query.
struct Scope {
  struct Table {
    /// In lower case; nil for a subquery without an alias.
    var name: String?
    /// The name of the table behind an alias.
    var original: String?
    /// The index of each column by its name in lower case; `ambiguous` if two columns share it.
    var index: [String: Int]
    private let content: Content

    static let ambiguous = -1

    private enum Content {
      case columns([RelationColumn])
      /// A data source. Its many columns are made on demand.
      case source(DataSource, firstNumber: Int)
    }

    init(name: String?, columns: [RelationColumn]) {
      self.name = name?.lowercased()
      self.content = .columns(columns)
      self.index = Dictionary(
        columns.enumerated().map { ($0.element.name.lowercased(), $0.offset) },
        uniquingKeysWith: { _, _ in Table.ambiguous })
    }

    /// A data source whose columns are numbered from `firstNumber`.
    init(name: String, source: DataSource, firstNumber: Int) {
      self.name = name.lowercased()
      self.content = .source(source, firstNumber: firstNumber)
      self.index = source.columnIndex
    }

    func column(at index: Int) -> RelationColumn {
      switch content {
      case .columns(let columns): columns[index]
      case .source(let source, let firstNumber):
        RelationColumn(
          id: ColumnID(firstNumber + index), name: source.columns[index].name, type: source.columns[index].type)
      }
    }

    func contains(_ id: ColumnID) -> Bool {
      switch content {
      case .columns(let columns): columns.contains { $0.id == id }
      case .source(let source, let firstNumber):
        (firstNumber..<firstNumber + source.columns.count).contains(id.number)
      }
    }

    var columns: [RelationColumn] {
      switch content {
      case .columns(let columns): columns
      case .source(let source, _): source.columns.indices.map(column)
      }
    }
  }

  enum Match {
    case none
    case one(RelationColumn)
    case several
  }

  var tables: [Table] = []
  /// Columns joined by USING, by the unqualified name in lower case.
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
      guard let index = table.index[lower] else { continue }
      if index == Table.ambiguous || found != nil { return .several }
      found = table.column(at: index)
    }
    return found.map { .one($0) } ?? .none
  }

  /// Whether a name in this scope can refer to the column.
  func contains(_ id: ColumnID) -> Bool {
    tables.contains { $0.contains(id) } || merged.values.contains { $0.id == id }
  }

  /// All names of columns in the scope, for suggestions.
  var columnNames: [String] { tables.flatMap { $0.columns.map(\.name) } }

  /// This scope with the tables of `other` added.
  func joined(with other: Scope) -> Scope {
    var result = self
    result.tables += other.tables
    for (name, column) in other.merged { result.merged[name] = column }
    return result
  }
}
