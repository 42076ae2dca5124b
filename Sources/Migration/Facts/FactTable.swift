import Foundation

/// A table of facts among the resources: lines of fields with tabs between them, names in the first one, `#` before
/// comments.
struct FactTable {
  /// The project's own resources are not as they should be.
  struct Malformed: Error {
    let file: String
    let line: Int
  }

  /// One line, by the names of its fields. A dash is nothing.
  typealias Row = [String: String]

  let rows: [Row]

  init(resource name: String) throws {
    guard let url = Bundle.module.url(forResource: name, withExtension: "tsv", subdirectory: "Resources") else {
      throw Malformed(file: name, line: 0)
    }
    let text = try String(contentsOf: url, encoding: .utf8)
    var names: [Substring] = []
    var rows: [Row] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard !names.isEmpty else {
        names = fields
        continue
      }
      guard fields.count == names.count else { throw Malformed(file: name, line: index + 1) }
      var row: Row = [:]
      for (name, value) in zip(names, fields) where value != "-" { row[String(name)] = String(value) }
      rows.append(row)
    }
    self.rows = rows
  }
}
