package import Catalog

/// How DuckDB calls the types of AMC SQL, in statements and in the Parquet files that it writes.
package enum DuckDBTypeNames {
  /// The type's name as DuckDB's CAST takes it.
  ///
  /// A user key is a 64-bit number. The type of a bare NULL is VARCHAR, which every other type can be cast from.
  package static func name(of type: SQLType) -> String {
    switch type {
    case .boolean: "BOOLEAN"
    case .tinyint: "TINYINT"
    case .smallint: "SMALLINT"
    case .integer: "INTEGER"
    case .bigint: "BIGINT"
    case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
    case .float: "FLOAT"
    case .double: "DOUBLE"
    case .date: "DATE"
    case .timestamp: "TIMESTAMP"
    case .string: "VARCHAR"
    case .binary: "BLOB"
    case .array(let element): "\(name(of: element))[]"
    case .map(let key, let value): "MAP(\(name(of: key)), \(name(of: value)))"
    case .row(let fields): "STRUCT(\(fields.map(field).joined(separator: ", ")))"
    case .userKey: "BIGINT"
    case .unknown: "VARCHAR"
    }
  }

  private static func field(_ field: SQLType.Field) -> String {
    "\(SQLText.name(field.name)) \(name(of: field.type))"
  }
}
