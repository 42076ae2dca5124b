import Catalog
import Dialects
import FirstPartyData

/// The columns that a file of people may have, and their checks.
struct PeopleColumns: Sendable {
  /// The names of the columns beside those of `IdentifierKind`, letter case aside.
  static let user = "USER_ID"
  static let userType = "USER_ID_TYPE"
  static let country = "COUNTRY_CODE"
  /// The longest identifier of a user, in characters.
  static let userLengthLimit = 256

  static let names = [user, userType, country] + IdentifierKind.allCases.map(\.rawValue)

  private let byName: [String: RawColumn]
  /// The checks that every row must pass.
  let checks: [LoadPlan.Check]

  /// Matches the columns of a file. Throws a `LoadRefusal` with everything that is wrong with them.
  init(_ columns: [RawColumn], of file: LoadFile) throws(LoadRefusal) {
    var found: [String: RawColumn] = [:]
    var problems: [LoadProblem] = []
    for raw in columns {
      let name = raw.name.uppercased()
      guard Self.names.contains(name) else {
        problems.append(Self.unknown(raw.name, file: file))
        continue
      }
      if found.updateValue(raw, forKey: name) != nil {
        problems.append(
          LoadProblem(
            .duplicateColumn, "The file has this column more than once.", file: file.displayName,
            column: ColumnLabel.shown(raw.name)))
      }
    }
    guard !found.isEmpty || columns.isEmpty else {
      throw LoadRefusal([ColumnLabel.noneKnown(of: file, among: "one of an identity graph")])
    }
    byName = found
    checks = Self.checks(found)
    problems += Self.missing(Set(found.keys), file: file)
    if !problems.isEmpty { throw LoadRefusal(problems) }
  }

  /// The people of a file whose rows `relation` has.
  func source(_ relation: String, input: LoadInput) -> PeopleSource {
    var identifiers: [IdentifierKind: String] = [:]
    for kind in IdentifierKind.allCases {
      guard let raw = byName[kind.rawValue] else { continue }
      identifiers[kind] = kind.isHashed ? "lower(\(Self.text(raw)))" : Self.text(raw)
    }
    return PeopleSource(
      files: [input.target], relation: relation, user: byName[Self.user].map(Self.text) ?? "NULL",
      userType: byName[Self.userType].map(Self.text),
      country: byName[Self.country].map { "\(RecordFunctions.country)(\(Self.text($0)))" },
      identifiers: identifiers)
  }

  private static func text(_ raw: RawColumn) -> String { "trim(CAST(\(raw.expression) AS VARCHAR))" }

  private static func unknown(_ name: String, file: LoadFile) -> LoadProblem {
    let nearest = Suggestion.nearest(to: name.uppercased(), among: names)
    let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
    return LoadProblem(
      .unknownColumn, "An identity graph has no such column.\(hint)", file: file.displayName,
      column: ColumnLabel.shown(name))
  }

  private static func missing(_ found: Set<String>, file: LoadFile) -> [LoadProblem] {
    var problems: [LoadProblem] = []
    if !found.contains(user) {
      problems.append(
        LoadProblem(.missingColumn, "Every row says who it is about.", file: file.displayName, column: user))
    }
    let isOfUse = MatchRule.allCases.contains { rule in
      rule.identifiers.allSatisfy { found.contains($0.rawValue) } && (!rule.needsCountry || found.contains(country))
    }
    if !isOfUse {
      problems.append(
        LoadProblem(
          .missingColumn,
          "No rule can match the file's people: it needs EMAIL, PHONE, MAID, LIVERAMP, EXPERIAN, or names with an "
            + "address and COUNTRY_CODE.", file: file.displayName))
    }
    return problems
  }

  private static func checks(_ found: [String: RawColumn]) -> [LoadPlan.Check] {
    var checks = found.keys.sorted().compactMap { found[$0]?.nestedCheck }
    func add(_ name: String, _ text: String, code: LoadProblem.Code = .invalidValue, _ predicate: (String) -> String) {
      guard let raw = found[name] else { return }
      checks.append(
        LoadPlan.Check(
          code: code, text: text, column: raw.name, predicate: predicate("trim(CAST(\(raw.expression) AS VARCHAR))")))
    }
    add(user, "Every row needs a value here.", code: .missingValue) { "nullif(\($0), '') IS NULL" }
    add(user, "The value is longer than \(userLengthLimit) characters.") { "length(\($0)) > \(userLengthLimit)" }
    let types = UserType.allCases.map(\.rawValue)
    add(userType, "The value is none of \(types.joined(separator: ", ")).") {
      "nullif(\($0), '') IS NOT NULL AND \($0) NOT IN (\(types.map(SQLText.string).joined(separator: ", ")))"
    }
    add(country, "The value is no country: a code of ISO 3166-1 or a name.") {
      "nullif(\($0), '') IS NOT NULL AND \(RecordFunctions.country)(\($0)) IS NULL"
    }
    for kind in IdentifierKind.allCases where kind.isHashed {
      add(kind.rawValue, "The value is no SHA-256 of 64 hexadecimal digits; identifiers come hashed only.") {
        "nullif(\($0), '') IS NOT NULL AND NOT regexp_full_match(\($0), '[0-9a-fA-F]{64}')"
      }
    }
    add(
      IdentifierKind.mobileAdvertisingID.rawValue,
      "The value is no device id: a UUID such as 38400000-8cf0-11bd-b23e-10b96e40000d."
    ) { "nullif(\($0), '') IS NOT NULL AND NOT regexp_full_match(\($0), '\(DeviceID.pattern)')" }
    return checks
  }
}
