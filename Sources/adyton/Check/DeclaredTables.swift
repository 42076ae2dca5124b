import Base
import Catalog

/// Tables that `adyton check` is given beside AMC's: those that an advertiser uploads.
///
/// A file of them has a line for each column, with five fields between tabs: table, column, type, aggregation
/// threshold, and `user` for the column with the user's id, `time` for the one that time windows apply to, nothing for
/// the others. Empty lines and lines that begin with `#` are ignored.
struct DeclaredTables {
  private enum Column: String, CaseIterable {
    case table, column, type, threshold, use
  }

  private struct Table {
    var columns: [UploadedColumn] = []
    var userColumn: String?
    var timeColumn: String?
  }

  private var names: [String] = []
  private var tables: [String: Table] = [:]

  /// - Parameter file: The name of the file for errors.
  init(_ text: String, file: String) throws(TabSeparatedTableError) {
    for row in try TabSeparatedTable<Column>(text, file: file, hasHeader: false).rows { try add(row) }
  }

  private mutating func add(_ row: TabSeparatedTable<Column>.Row) throws(TabSeparatedTableError) {
    let (tableName, column) = (try row.text(.table), try row.text(.column))
    let type = try row.value(.type, { SQLType(catalogName: $0) })
    let threshold = try row.value(.threshold, { AggregationThreshold(rawValue: $0) })
    var table = tables[tableName] ?? Table()
    switch row[.use] {
    case "user": table.userColumn = column
    case "time": table.timeColumn = column
    case nil: break
    default: throw row.unfit(.use)
    }
    table.columns.append(
      UploadedColumn(name: column, type: type, kind: type.isNumeric ? .metric : .dimension, threshold: threshold))
    if tables.updateValue(table, forKey: tableName) == nil { names.append(tableName) }
  }

  /// AMC's tables and these.
  func catalogue() -> Catalogue {
    var catalogue = Catalogue.standard
    for name in names {
      guard let table = tables[name] else { continue }
      catalogue.add(
        .uploaded(
          name: name, columns: table.columns, userColumn: table.userColumn, eventTimeColumn: table.timeColumn))
    }
    return catalogue
  }
}
