import Dialects
import ObjectStorage

/// The view through which a query reads a table: the columns that it asked for, from the files that can matter.
struct SourceView: Sendable {
  let source: EmittedSource
  let files: [EngineLocation]

  /// Finds the files of all sources.
  static func resolve(_ sources: [EmittedSource], in signals: any SignalFiles) async throws -> [SourceView] {
    var views: [SourceView] = []
    for source in sources {
      let files = try await signals.files(of: source.table, days: source.days)
      views.append(SourceView(source: source, files: files))
    }
    return views
  }

  /// Makes the view.
  var statement: String {
    "CREATE VIEW \(SQLText.name(source.name)) AS \(files.isEmpty ? emptySelect : select)"
  }

  private var select: String {
    // A source of which only the number of rows matters still needs something to select.
    let names = source.columns.map { SQLText.name($0.name) }
    let columns = names.isEmpty ? "1 AS row" : names.joined(separator: ", ")
    return "SELECT \(columns) FROM read_parquet(\(SQLText.list(files.map(\.path))), hive_partitioning = false)"
  }

  private var emptySelect: String {
    let columns = source.columns.map { column in
      "CAST(NULL AS \(DuckDBTypeNames.name(of: column.type))) AS \(SQLText.name(column.name))"
    }
    return "SELECT \(columns.isEmpty ? "1 AS row" : columns.joined(separator: ", ")) WHERE false"
  }
}
