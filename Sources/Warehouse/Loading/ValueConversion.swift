import Catalog
import Dialects

/// How the values of a file's column become values of the table's, and which do not.
///
/// All values go through text, so that one rule holds for each type whatever the file's format: what is not exactly a
/// value of the type is refused, and only decimals are rounded, to the column's scale. A time with an offset counts in
/// UTC, and one without is taken as it is.
struct ValueConversion: Sendable {
  /// The value for the table, as an expression over the file's relation.
  let expression: String
  /// True for rows whose value does not fit, as an expression over the file's relation; nil where every value fits.
  let misfit: String?

  init(of raw: RawColumn, to type: SQLType, secret: UserKeySecret) {
    let text = "CAST(\(raw.expression) AS VARCHAR)"
    if type == .userKey {
      expression = secret.keyExpression(of: "nullif(trim(\(text)), '')")
      misfit = nil
    } else {
      // A value that has the type already fits it; only endless times and numbers are looked for.
      let isSame = raw.type == DuckDBTypeNames.name(of: type) && !type.hasInfinities
      expression = isSame ? raw.expression : Self.value(of: text, as: type)
      misfit = isSame ? nil : Self.fit(of: text, as: type).map { "\(text) IS NOT NULL AND (\($0)) IS NOT TRUE" }
    }
  }

  /// The value of a text that fits.
  private static func value(of text: String, as type: SQLType) -> String {
    let name = DuckDBTypeNames.name(of: type)
    return switch type {
    case .tinyint, .smallint, .integer, .bigint: "CAST(regexp_replace(trim(\(text)), '\\.0*$', '') AS \(name))"
    case .timestamp: "CAST(CAST(\(text) AS TIMESTAMPTZ) AS TIMESTAMP)"
    case .array(let element):
      "list_transform(CAST(\(text) AS VARCHAR[]), lambda item: \(value(of: "item", as: element)))"
    case .string, .unknown: text
    case .boolean, .decimal, .float, .double, .date, .binary, .map, .row, .userKey: "CAST(\(text) AS \(name))"
    }
  }

  /// True where a text is a value of the type; nil where every text is.
  private static func fit(of text: String, as type: SQLType) -> String? {
    let attempt = "TRY_CAST(\(text) AS \(DuckDBTypeNames.name(of: type)))"
    switch type {
    case .tinyint, .smallint, .integer, .bigint:
      // The engine's own cast would round 1.5; a fraction of nothing is how some tools write whole numbers.
      return "regexp_full_match(trim(\(text)), '[+-]?[0-9]+(\\.0*)?') AND \(attempt) IS NOT NULL"
    case .float, .double:
      return "isfinite(\(attempt))"
    case .date:
      // The engine's own cast would drop the time of day.
      let midnight = "[T ]00:00(:00(\\.0+)?)?( ?(Z|UTC|[+-]00(:?00)?))?"
      return "isfinite(\(attempt)) AND regexp_full_match(trim(\(text)), '[^T ]+(\(midnight))?')"
    case .timestamp:
      return "isfinite(TRY_CAST(\(text) AS TIMESTAMPTZ))"
    case .array(let element):
      let items = "TRY_CAST(\(text) AS VARCHAR[])"
      guard let fits = fit(of: "item", as: element) else { return "\(items) IS NOT NULL" }
      return "\(items) IS NOT NULL AND list_bool_and(list_transform(\(items), "
        + "lambda item: item IS NULL OR coalesce(\(fits), false))) IS NOT FALSE"
    case .boolean, .decimal, .binary, .map, .row:
      return "\(attempt) IS NOT NULL"
    case .string, .userKey, .unknown:
      return nil
    }
  }
}

extension SQLType {
  /// Whether the engine has values of the type that are not finite.
  fileprivate var hasInfinities: Bool {
    switch self {
    case .float, .double, .date, .timestamp: true
    case .boolean, .tinyint, .smallint, .integer, .bigint, .decimal, .string, .binary, .array, .map, .row, .userKey,
      .unknown:
      false
    }
  }
}
