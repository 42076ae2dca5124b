package import Foundation

/// A table in a text file: a line for each row, its fields separated by tabs.
///
/// Empty lines and lines that begin with `#` say nothing. A field that is empty, or that is `-` alone, has no value.
/// The columns are the cases of an enumeration, so that a column that the file does not have is found when it is read:
///
///     enum LimitColumn: String, CaseIterable { case operation, perSecond = "per_second" }
///     for row in try TabSeparatedTable<LimitColumn>(resource: "limits", in: .module).rows {
///       limits[try row.text(.operation)] = try row.optional(.perSecond, Double.init)
///     }
package struct TabSeparatedTable<Column: RawRepresentable & CaseIterable & Hashable & Sendable>: Sendable
where Column.RawValue == String {
  /// The rows in the order of the file.
  package let rows: [Row]

  /// Reads a file that comes with the program: `Resources/NAME.tsv` of the bundle, with the names of the columns in its
  /// first line.
  package init(resource name: String, in bundle: Bundle) throws(TabSeparatedTableError) {
    let file = "\(name).tsv"
    guard let url = bundle.url(forResource: name, withExtension: "tsv", subdirectory: "Resources"),
      let data = try? Data(contentsOf: url)
    else { throw TabSeparatedTableError(file: file, problem: .missingFile) }
    try self.init(String(decoding: data, as: UTF8.self), file: file)
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - file: The name of the table for errors.
  ///   - hasHeader: Whether the first line has the names of the columns, in any order. Without it, they are in the
  ///     order of the enumeration's cases.
  package init(_ text: String, file: String, hasHeader: Bool = true) throws(TabSeparatedTableError) {
    var columns: [Column: Int]? = hasHeader ? nil : Self.indices(of: Column.allCases.map(\.rawValue))
    var rows: [Row] = []
    for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        .map { String(Substring($0)) }
      guard let known = columns else {
        columns = Self.indices(of: fields)
        if columns == nil { throw TabSeparatedTableError(file: file, line: index + 1, problem: .wrongColumns) }
        continue
      }
      guard fields.count == Column.allCases.count else {
        throw TabSeparatedTableError(file: file, line: index + 1, problem: .wrongFieldCount)
      }
      rows.append(Row(file: file, line: index + 1, fields: fields, columns: known))
    }
    self.rows = rows
  }

  /// The index of each column; nil if the names are not those of the columns.
  private static func indices(of names: [String]) -> [Column: Int]? {
    let columns = names.compactMap(Column.init(rawValue:))
    guard columns.count == names.count, Set(columns).count == Column.allCases.count else { return nil }
    return Dictionary(zip(columns, 0...)) { first, _ in first }
  }

  /// One line of the table.
  package struct Row: Sendable {
    /// The name of the table.
    package let file: String
    /// The line in the file, from 1.
    package let line: Int
    private let fields: [String]
    private let columns: [Column: Int]

    fileprivate init(file: String, line: Int, fields: [String], columns: [Column: Int]) {
      self.file = file
      self.line = line
      self.fields = fields
      self.columns = columns
    }

    /// The value of a column; nil if it has none.
    package subscript(column: Column) -> String? {
      guard let index = columns[column] else { return nil }
      let field = fields[index]
      return field.isEmpty || field == "-" ? nil : field
    }

    /// The value of a column that every row must have.
    package func text(_ column: Column) throws(TabSeparatedTableError) -> String {
      guard let text = self[column] else { throw unfit(column) }
      return text
    }

    /// The value of a column that every row must have, converted.
    package func value<Value>(
      _ column: Column, _ read: (String) -> Value?
    ) throws(TabSeparatedTableError) -> Value {
      guard let value = read(try text(column)) else { throw unfit(column) }
      return value
    }

    /// The value of a column, converted; nil if it has none.
    package func optional<Value>(
      _ column: Column, _ read: (String) -> Value?
    ) throws(TabSeparatedTableError) -> Value? {
      self[column] == nil ? nil : try value(column, read)
    }

    /// The error for a row with an unfit value in a column.
    package func unfit(_ column: Column) -> TabSeparatedTableError {
      TabSeparatedTableError(file: file, line: line, problem: .unfitValue(column: column.rawValue))
    }
  }
}

/// The reason why a table cannot be read. It names files, lines and columns, never values.
package struct TabSeparatedTableError: CodedError, Hashable, CustomStringConvertible {
  /// The kind of fault.
  package enum Problem: Sendable, Hashable {
    case missingFile
    /// The first line does not name the columns, each once.
    case wrongColumns
    /// The row has more or fewer fields than the table has columns.
    case wrongFieldCount
    /// A value is missing, or does not fit its column.
    case unfitValue(column: String)
    /// Each row is right, but together they are not the whole table.
    case incomplete
  }

  package let file: String
  /// From 1; nil if it is about no single line.
  package let line: Int?
  package let problem: Problem

  package init(file: String, line: Int? = nil, problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  package var code: String {
    switch problem {
    case .missingFile: "table_missing_file"
    case .wrongColumns: "table_wrong_columns"
    case .wrongFieldCount: "table_wrong_field_count"
    case .unfitValue: "table_unfit_value"
    case .incomplete: "table_incomplete"
    }
  }

  package var detail: String? { line.map { "line \($0)" } }

  package var description: String {
    let place = line.map { "\(file), line \($0)" } ?? file
    switch problem {
    case .missingFile: return "\(place) is missing."
    case .wrongColumns: return "\(place) does not name the columns."
    case .wrongFieldCount: return "\(place) has another number of fields than there are columns."
    case .unfitValue(let column): return "\(place): the value of \(column) is missing or not fit."
    case .incomplete: return "\(place) does not have all that it should."
    }
  }
}
