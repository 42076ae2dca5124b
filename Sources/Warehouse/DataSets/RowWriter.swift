import Dialects
import ObjectStorage

/// Reads and writes the Parquet files of a layout.
package struct RowWriter: Sendable {
  private let layout: RowLayout

  package init(_ layout: RowLayout) {
    self.layout = layout
  }

  /// The options of COPY for a file of the layout, from a SELECT with the fields' names.
  package var options: String {
    let ids = layout.fields.map { "\(SQLText.name($0.name)): \($0.id)" }.joined(separator: ", ")
    return "\(ParquetOptions.signals), FIELD_IDS {\(ids)}"
  }

  /// The rows of files of the layout, as what can stand after FROM: all fields by the names that they have now,
  /// whatever they were called when the file was written, and NULL where the file lacks one. There must be at least one
  /// file.
  package func relation(of paths: [String], withFileNames: Bool = false) -> String {
    Self.relation(of: paths, layout.fields, withFileNames: withFileNames)
  }

  static func relation(of paths: [String], _ fields: [RowLayout.Field], withFileNames: Bool = false) -> String {
    let schema = fields.map { field in
      "\(field.id): {name: \(SQLText.string(field.name)), type: \(SQLText.string(DuckDBTypeNames.name(of: field.type))), "
        + "default_value: NULL}"
    }
    let names = withFileNames ? ", filename = true" : ""
    return "read_parquet(\(SQLText.list(paths)), schema = MAP {\(schema.joined(separator: ", "))}\(names))"
  }

  /// The order of rows within a file: those of a user are side by side.
  var order: String {
    let names = [layout.userField, layout.timeField].compactMap { id in layout.fields.first { $0.id == id }?.name }
    return names.isEmpty ? "" : " ORDER BY \(names.map(SQLText.name).joined(separator: ", "))"
  }

  /// The name of the field with user keys.
  var userName: String? { layout.fields.first { $0.id == layout.userField }.map { SQLText.name($0.name) } }

  /// Writes rows as a file of the layout. Returns how many they are.
  func write(_ select: String, to file: StagedFile, _ session: TrustedSession) async throws -> Int {
    let path = SQLText.string(file.url.path(percentEncoded: false))
    return try await session.rows("COPY (\(select)) TO \(path) (\(options))").first?.first?.integer ?? 0
  }
}
