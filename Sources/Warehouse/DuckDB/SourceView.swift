import Catalog
import Dialects
import ObjectStorage

/// The view through which a query reads a table: the columns that it asked for, from the files that can matter.
struct SourceView: Sendable {
  let source: EmittedSource
  let files: [EngineLocation]

  /// Finds the files of all sources.
  static func resolve(_ sources: [EmittedSource], in signals: any SignalFiles) async throws -> [SourceView] {
    var views: [SourceView] = []
    for source in sources { views.append(SourceView(source: source, files: try await files(of: source, in: signals))) }
    return views
  }

  private static func files(
    of source: EmittedSource, in signals: any SignalFiles
  ) async throws(StorageError) -> [EngineLocation] {
    do throws(StorageError) {
      guard let rows = source.storedRows else { return try await signals.files(of: source.table, days: source.days) }
      return try await signals.files(of: rows, days: source.days)
    } catch {
      throw error.about(source.table)
    }
  }

  /// Makes the view.
  var statement: String {
    let select =
      if files.isEmpty {
        emptySelect
      } else if let rows = source.storedRows {
        select(of: rows)
      } else {
        "SELECT \(columns) FROM read_parquet(\(SQLText.list(files.map(\.path))), hive_partitioning = false)"
      }
    return "CREATE VIEW \(SQLText.name(source.name)) AS \(select)"
  }

  private var columns: String {
    // A source of which only the number of rows matters still needs something to select.
    let names = source.columns.map { SQLText.name($0.name) }
    return names.isEmpty ? "1 AS row" : names.joined(separator: ", ")
  }

  /// The rows of a folder beside the signals, whose columns are known by their field ids.
  private func select(of rows: StoredRows) -> String {
    let relation: String
    switch rows.derivation {
    case .allRows:
      relation = self.relation(of: source.columns, in: rows)
    case .currentMembers(let since):
      relation = AudienceMembers.select(
        since: since, asOf: rows.asOf, log: { columns in self.relation(of: columns, in: rows) })
    }
    return "SELECT \(columns) FROM \(relation)"
  }

  /// The files' rows with these columns. At least one field is read, so that rows can be counted.
  private func relation(of columns: [OutputColumn], in rows: StoredRows) -> String {
    var fields = columns.compactMap { column in
      rows.fieldIDs[column.name].map { RowLayout.Field(id: $0, name: column.name, type: column.type) }
    }
    if fields.isEmpty, let any = rows.fieldIDs.min(by: { $0.value < $1.value }) {
      fields = [RowLayout.Field(id: any.value, name: any.key, type: .string)]
    }
    return RowWriter.relation(of: files.map(\.path), fields)
  }

  private var emptySelect: String {
    let columns = source.columns.map { column in
      "CAST(NULL AS \(DuckDBTypeNames.name(of: column.type))) AS \(SQLText.name(column.name))"
    }
    return "SELECT \(columns.isEmpty ? "1 AS row" : columns.joined(separator: ", ")) WHERE false"
  }
}
