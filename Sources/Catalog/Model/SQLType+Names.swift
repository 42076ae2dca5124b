extension SQLType {
  /// The type, written as in AMC's data source tables: `LONG`, `ARRAY<INTEGER>`, `DECIMAL(38,4)`; nil for any other
  /// text.
  public init?(catalogName text: String) {
    switch text {
    case "STRING": self = .string
    case "LONG": self = .bigint
    case "INTEGER": self = .integer
    case "BOOLEAN": self = .boolean
    case "DOUBLE": self = .double
    case "FLOAT": self = .float
    case "DATE": self = .date
    case "TIMESTAMP": self = .timestamp
    case "BINARY": self = .binary
    default:
      if let inner = text.between("ARRAY<", ">"), let element = SQLType(catalogName: inner) {
        self = .array(element)
      } else if let inner = text.between("DECIMAL(", ")") {
        let numbers = inner.split(separator: ",").compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        self = .decimal(precision: numbers[0], scale: numbers[1])
      } else {
        return nil
      }
    }
  }

  /// The name in messages and responses of the API.
  public var description: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .tinyint: "TINYINT"
    case .smallint: "SMALLINT"
    case .integer: "INTEGER"
    case .bigint: "LONG"
    case .decimal(let precision, let scale): "DECIMAL(\(precision),\(scale))"
    case .float: "FLOAT"
    case .double: "DOUBLE"
    case .date: "DATE"
    case .timestamp: "TIMESTAMP"
    case .string, .userKey: "STRING"
    case .binary: "BINARY"
    case .array(let element): "ARRAY<\(element.description)>"
    case .map(let key, let value): "MAP<\(key.description), \(value.description)>"
    case .row(let fields): "STRUCT<" + fields.map { "\($0.name) \($0.type.description)" }.joined(separator: ", ") + ">"
    case .unknown: "NULL"
    }
  }
}

extension String {
  fileprivate func between(_ prefix: String, _ suffix: String) -> String? {
    guard hasPrefix(prefix), hasSuffix(suffix) else { return nil }
    return String(dropFirst(prefix.count).dropLast(suffix.count))
  }
}
