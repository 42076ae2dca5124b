package import Catalog

/// The columns of the Parquet files in a folder of `StoredRows`: a data set's, or a log of audiences.
package struct RowLayout: Hashable, Sendable {
  /// A column of the files.
  package struct Field: Hashable, Sendable {
    /// The Parquet field id. It stays, and is never given to another column.
    package var id: Int
    /// The name as it is now; files can have an older one.
    package var name: String
    package var type: SQLType

    package init(id: Int, name: String, type: SQLType) {
      self.id = id
      self.name = name
      self.type = type
    }
  }

  /// The folder below the instance's own: `dataSets/9f3a…`.
  package var folder: String
  package var fields: [Field]
  /// The field with user keys, if rows have users.
  package var userField: Int?
  /// The field with the time that rows are split into days by.
  package var timeField: Int?

  /// The folder as a data source has it.
  package func storedRows(_ derivation: StoredRows.Derivation = .allRows) -> StoredRows {
    StoredRows(
      folder: folder, fieldIDs: Dictionary(fields.map { ($0.name, $0.id) }) { first, _ in first },
      derivation: derivation)
  }
}
