import Catalog
import Dialects
import FirstPartyData

/// The outcome of a record of an upload.
enum RecordState: Int {
  /// It becomes a row of the data set.
  case kept
  /// It is left out for want of consent.
  case denied
  /// It can't be taken, and the upload is refused.
  case refused
}

/// The columns of one file of an upload, matched with those of the data set.
struct UploadColumns: Sendable {
  /// The column of `select` with the `RecordState`.
  static let stateColumn = "state"
  static let countryColumn = "country"

  let checks: [LoadPlan.Check]
  private let schema: DataSetSchema
  private let columns: [Int: UploadColumn]
  private let defaultCountry: String
  private let evaluatesConsent: Bool

  /// Matches a file's columns by name. Throws a `LoadRefusal` with everything that is wrong with them.
  init(
    _ raw: [RawColumn], of file: LoadFile, into schema: DataSetSchema, country: String?, consent: ConsentPolicy
  ) throws(LoadRefusal) {
    columns = try Self.match(raw, of: file, schema)
    checks = schema.columns.compactMap { [columns] in columns[$0.fieldID] }.flatMap(\.checks)
    self.schema = schema
    defaultCountry = country ?? schema.countryCode ?? CountryCode.unknown
    evaluatesConsent = consent.isMandatory || schema.columns.contains { $0.consent != nil }
  }

  /// The name that a column's values have until they are written.
  static func name(_ column: DataSetColumn) -> String { "v\(column.fieldID)" }

  /// The file's columns by field id: found by name, letter case aside.
  private static func match(
    _ raw: [RawColumn], of file: LoadFile, _ schema: DataSetSchema
  ) throws(LoadRefusal) -> [Int: UploadColumn] {
    var found: [Int: UploadColumn] = [:]
    var seen: Set<String> = []
    var problems: [LoadProblem] = []
    guard raw.isEmpty || raw.contains(where: { schema.column(named: $0.name) != nil }) else {
      throw LoadRefusal([ColumnLabel.noneKnown(of: file, among: "one of the data set")])
    }
    for raw in raw {
      if !seen.insert(raw.name.lowercased()).inserted {
        let text = "The file has this column more than once."
        let label = ColumnLabel.shown(raw.name)
        problems.append(LoadProblem(.duplicateColumn, text, file: file.displayName, column: label))
      }
      guard let column = schema.column(named: raw.name) else {
        problems.append(unknown(raw.name, file: file, schema))
        continue
      }
      if column.isRead { found[column.fieldID] = UploadColumn(column: column, raw: raw) }
    }
    for column in schema.columns where column.isRead && found[column.fieldID] == nil {
      guard !column.isNullable || column.role == .mainEventTime else { continue }
      let text = "The data set needs this column."
      problems.append(LoadProblem(.missingColumn, text, file: file.displayName, column: column.name))
    }
    if !problems.isEmpty { throw LoadRefusal(problems) }
    return found
  }

  private static func unknown(_ name: String, file: LoadFile, _ schema: DataSetSchema) -> LoadProblem {
    let nearest = Suggestion.nearest(to: name, among: schema.columns.filter(\.isRead).map(\.name))
    let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
    return LoadProblem(
      .unknownColumn, "The data set has no such column.\(hint)", file: file.displayName,
      column: ColumnLabel.shown(name))
  }

  /// The file's records with a column for each of the schema that is read, the country, and their state. A
  /// record that is denied has no identifiers any more.
  func select(from relation: String) -> String {
    let read = schema.columns.filter(\.isRead)
    var inner = read.map { column in
      let value = columns[column.fieldID]?.value ?? "CAST(NULL AS \(DuckDBTypeNames.name(of: column.type)))"
      return "\(value) AS \(Self.name(column))"
    }
    inner.append("\(country) AS \(Self.countryColumn)")
    inner.append("\(isRefused) AS is_refused")
    let denied = evaluatesConsent ? "NOT (\(isGranted))" : "false"
    let outer = read.filter { $0.consent == nil }.map { column in
      let name = Self.name(column)
      return column.identifier == nil || !evaluatesConsent
        ? name : "CASE WHEN NOT is_denied THEN \(name) END AS \(name)"
    }
    let state =
      "CASE WHEN is_refused THEN \(RecordState.refused.rawValue) WHEN is_denied THEN \(RecordState.denied.rawValue) "
      + "ELSE \(RecordState.kept.rawValue) END"
    return """
      SELECT \((outer + [Self.countryColumn]).joined(separator: ", ")), CAST(\(state) AS UTINYINT) AS \(Self.stateColumn) \
      FROM (SELECT *, \(denied) AS is_denied FROM (SELECT \(inner.joined(separator: ", ")) FROM \(relation)))
      """
  }

  private var isRefused: String {
    checks.isEmpty ? "false" : checks.map { "coalesce(\($0.predicate), false)" }.joined(separator: " OR ")
  }

  private var country: String {
    let common = SQLText.string(defaultCountry)
    guard let column = schema.countryColumn, let own = columns[column.fieldID] else { return common }
    return "coalesce(\(own.value), \(common))"
  }

  /// The condition under which the record's person agreed. Where several columns hold the same kind of signal, each of
  /// them counts, so that none hides the denial of another.
  private var isGranted: String {
    let names = ConsentKind.allCases.map { kind in schema.columns.filter { $0.consent == kind }.map(Self.name) }
    let count = names.map(\.count).max() ?? 0
    let decisions = (0..<max(1, count)).map { index in
      let values = names.map { names in
        guard !names.isEmpty else { return "CAST(NULL AS VARCHAR)" }
        // The column itself first, then the others, for records that have a value in one of them only.
        let first = min(index, names.count - 1)
        let rest = names.indices.filter { $0 != first }.map { names[$0] }
        return "coalesce(\(([names[first]] + rest).map { "nullif(trim(\($0)), '')" }.joined(separator: ", ")))"
      }
      return "\(RecordFunctions.consents)(\(([Self.countryColumn] + values).joined(separator: ", ")))"
    }
    return decisions.joined(separator: " AND ")
  }
}
