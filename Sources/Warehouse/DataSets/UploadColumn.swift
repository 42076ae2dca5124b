import Dialects
import FirstPartyData

/// A column of a file that is matched with one of the data set: how its values become the data set's, and which do not.
///
/// One rule holds for each type whatever the file's format: what is not exactly a value of the type is refused, and
/// only decimals are rounded, to two digits. The expressions are written for speed, as every record passes them: the
/// engine's own cast comes first, and the exact look is only for texts that are not in the usual form.
struct UploadColumn: Sendable {
  /// The form of readable addresses. Telephone numbers are not searched for: they look like other numbers.
  static let emailPattern = #"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}"#

  let column: DataSetColumn
  let raw: RawColumn

  /// The file's value as a text, NULL for none.
  private var text: String {
    raw.type == "VARCHAR" ? raw.expression : "CAST(\(raw.expression) AS VARCHAR)"
  }

  /// Whether the file's values have a type that the engine casts value by value.
  private var isTyped: Bool { Self.castableTypes.contains { raw.type.hasPrefix($0) } && !raw.type.hasSuffix("]") }

  private static let castableTypes = [
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "FLOAT", "DOUBLE", "DECIMAL", "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS",
  ]

  /// The value for the data set, as an expression over the file's relation; NULL where the file's does not fit.
  var value: String {
    switch column.role {
    case .identifier(let kind):
      return kind.isHashed ? "nullif(lower(\(text)), '')" : "nullif(trim(\(text)), '')"
    case .consent: return text
    case .countryCode: return "\(RecordFunctions.country)(\(text))"
    case .plain, .mainEventTime, .mainUserID, .mainUserIDType:
      return column.dataType == .string ? text : "TRY_CAST(\(isTyped ? raw.expression : text) AS \(typeName))"
    }
  }

  private var typeName: String { DuckDBTypeNames.name(of: column.type) }

  /// The checks that find values which can't be taken.
  var checks: [LoadPlan.Check] {
    var checks: [LoadPlan.Check] = []
    if !column.isNullable || column.role == .mainEventTime {
      checks.append(
        check(.missingValue, "Every row needs a value here.", "coalesce(\(text), '') = ''"))
    }
    if column.dataType == .string, let nested = raw.nestedCheck { checks.append(nested) }
    switch column.role {
    case .identifier(let kind):
      if kind.isHashed {
        let text = "The value is no SHA-256 in 64 hexadecimal digits; identifiers must be hashed."
        checks.append(
          check(.unhashedIdentifier, text, "\(self.text) <> '' AND NOT \(RecordFunctions.isSHA256)(\(self.text))"))
      } else {
        checks.append(rawIdentifier)
      }
    case .consent: break
    case .countryCode:
      checks.append(
        check(
          .invalidValue, "The value is no country: a code of ISO 3166-1 or a name.",
          "trim(coalesce(\(text), '')) <> '' AND \(value) IS NULL"))
    case .plain, .mainEventTime, .mainUserID, .mainUserIDType:
      if let misfit { checks.append(check(.invalidValue, misfit.text, misfit.predicate)) }
      if column.dataType == .string { checks.append(rawIdentifier) }
    }
    if column.role == .mainEventTime {
      let years = LoadPlan.eventYears
      checks.append(
        check(
          .invalidValue, "The time is not in the years \(years.lowerBound) to \(years.upperBound).",
          "date_part('year', \(value)) NOT BETWEEN \(years.lowerBound) AND \(years.upperBound)"))
    }
    return checks
  }

  private var rawIdentifier: LoadPlan.Check {
    check(
      .rawIdentifier, "The value holds an e-mail address; identifiers must be hashed, in columns that are for them.",
      "contains(\(text), '@') AND regexp_matches(\(text), \(SQLText.string(Self.emailPattern)))")
  }

  private func check(_ code: LoadProblem.Code, _ text: String, _ predicate: String) -> LoadPlan.Check {
    LoadPlan.Check(code: code, text: text, column: raw.name, predicate: predicate)
  }

  /// True for values that are not of the type; nil where all are.
  private var misfit: (text: String, predicate: String)? {
    switch column.dataType {
    case .string: nil
    case .integer: ("The value is no whole number of 32 bits.", wholeNumberMisfit)
    case .long: ("The value is no whole number of 64 bits.", wholeNumberMisfit)
    case .decimal: ("The value is no decimal number, as in 123.45.", decimalMisfit)
    case .timestamp:
      (
        "The value is no UTC time as in 2022-08-02T08:00:00Z.",
        formMisfit(like: "____-__-__T__:__:__Z", pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{1,9}Z")
      )
    case .date:
      ("The value is no date as in 2022-08-02; a time is one at midnight in UTC only.", dateMisfit)
    }
  }

  /// The engine's own cast rounds 1.5 and takes 1e3; a fraction of nothing is how some tools write whole numbers.
  private var wholeNumberMisfit: String {
    guard !isTyped else { return "\(raw.expression) IS NOT NULL AND (\(value) = \(raw.expression)) IS NOT TRUE" }
    return "\(text) IS NOT NULL AND CASE WHEN \(value) IS NULL THEN true WHEN CAST(\(value) AS VARCHAR) = \(text) "
      + "THEN false ELSE NOT regexp_full_match(trim(\(text)), '[+-]?[0-9]+(\\.0*)?') END"
  }

  private var decimalMisfit: String {
    guard !isTyped else { return "\(raw.expression) IS NOT NULL AND \(value) IS NULL" }
    return "\(text) IS NOT NULL AND (\(value) IS NULL OR contains(\(text), '_'))"
  }

  /// A time is a date where nothing of it is lost: at midnight in UTC.
  private var dateMisfit: String {
    let misfit = formMisfit(
      like: "____-__-__",
      pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]00:00(:00(\\.0+)?)?(Z|[+-]00(:?00)?)?)?")
    guard isTyped, raw.type.hasPrefix("TIMESTAMP") else { return misfit }
    return "\(misfit) OR (CAST(\(value) AS \(raw.type)) <> \(raw.expression)) IS TRUE"
  }

  private func formMisfit(like usual: String, pattern: String) -> String {
    guard !isTyped else { return "\(raw.expression) IS NOT NULL AND isfinite(\(value)) IS NOT TRUE" }
    return "\(text) IS NOT NULL AND (\(value) IS NULL OR CASE WHEN \(text) LIKE '\(usual)' THEN false "
      + "ELSE NOT regexp_full_match(\(text), '\(pattern)') END)"
  }
}
