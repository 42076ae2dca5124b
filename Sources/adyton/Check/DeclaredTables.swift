import Catalog
import Foundation

/// Tables that `adyton check` is told about beside AMC's: those that an advertiser uploads.
///
/// A file of them has a line for each column, with five fields between tabs: table, column, type, aggregation
/// threshold, and `user` for the column with the user's id, `time` for the one that time windows apply to, nothing for
/// the others. Empty lines and lines that begin with `#` say nothing.
struct DeclaredTables {
  struct Malformed: Error {
    var line: Int
  }

  private struct Table {
    var columns: [UploadedColumn] = []
    var userColumn: String?
    var timeColumn: String?
  }

  private var names: [String] = []
  private var tables: [String: Table] = [:]

  init(_ text: String) throws(Malformed) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, add(fields) else { throw Malformed(line: index + 1) }
    }
  }

  private mutating func add(_ fields: [String]) -> Bool {
    guard let type = SQLType(catalogName: fields[2]), let threshold = AggregationThreshold(rawValue: fields[3]) else {
      return false
    }
    var table = tables[fields[0]] ?? Table()
    switch fields[4] {
    case "user": table.userColumn = fields[1]
    case "time": table.timeColumn = fields[1]
    case "": break
    default: return false
    }
    table.columns.append(
      UploadedColumn(
        name: fields[1], type: type, kind: type.isNumeric ? .metric : .dimension, threshold: threshold))
    if tables.updateValue(table, forKey: fields[0]) == nil { names.append(fields[0]) }
    return true
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
