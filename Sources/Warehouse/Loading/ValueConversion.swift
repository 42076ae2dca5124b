import Catalog
import Dialects

/// How the values of a file's column become values of the table's, and which do not.
///
/// All values go through text, so that one rule holds for each type whatever the file's format: what is not exactly a
/// value of the type is refused, and only decimals are rounded, to the column's scale.
struct ValueConversion: Sendable {
  /// The value for the table, as an expression over the file's relation.
  let expression: String
  /// True for rows whose value does not fit, as an expression over the file's relation; nil where every value fits.
  let misfit: String?

  init(of raw: RawColumn, to type: SQLType, secret: UserKeySecret) {
    let name = DuckDBTypeNames.name(of: type)
    let text = "CAST(\(raw.expression) AS VARCHAR)"
    switch type {
    case .userKey:
      expression = secret.keyExpression(of: "nullif(trim(\(text)), '')")
      misfit = nil
    case .string, .unknown:
      expression = text
      misfit = nil
    default:
      let isSame = raw.type == name
      expression = isSame ? raw.expression : Self.cast(text, to: type, name: name)
      misfit = Self.misfit(isSame ? raw.expression : text, isSame: isSame, type: type, name: name)
    }
  }

  private static func cast(_ text: String, to type: SQLType, name: String) -> String {
    type.isInteger ? "CAST(regexp_replace(trim(\(text)), '\\.0*$', '') AS \(name))" : "CAST(\(text) AS \(name))"
  }

  private static func misfit(_ value: String, isSame: Bool, type: SQLType, name: String) -> String? {
    let fits: String? =
      switch type {
      case .tinyint, .smallint, .integer, .bigint:
        // The engine's own cast would round 1.5; a fraction of nothing is how some tools write whole numbers.
        isSame
          ? nil
          : "regexp_full_match(trim(\(value)), '[+-]?[0-9]+(\\.0*)?') AND TRY_CAST(\(value) AS \(name)) IS NOT NULL"
      case .float, .double, .date, .timestamp:
        isSame ? "isfinite(\(value))" : "isfinite(TRY_CAST(\(value) AS \(name)))"
      case .boolean, .decimal, .binary, .array, .map, .row:
        isSame ? nil : "TRY_CAST(\(value) AS \(name)) IS NOT NULL"
      case .string, .userKey, .unknown:
        nil
      }
    return fits.map { "\(value) IS NOT NULL AND (\($0)) IS NOT TRUE" }
  }
}

extension SQLType {
  fileprivate var isInteger: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint: true
    case .boolean, .decimal, .float, .double, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey,
      .unknown:
      false
    }
  }
}
