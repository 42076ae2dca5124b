import Catalog

/// The columns of a file by the names that the table has for them.
struct MatchedColumns: Sendable {
  /// The file's column for a column of the table.
  let byName: [String: RawColumn]
  /// The column of the table that gives the event time: the one itself, or else its local twin.
  let eventTime: String?

  /// Matches names, letter case aside. Throws a `LoadRefusal` with everything that is wrong with them.
  init(_ columns: [RawColumn], of file: LoadFile, in table: LoadTable) throws(LoadRefusal) {
    var found: [String: RawColumn] = [:]
    var problems: [LoadProblem] = []
    for raw in columns {
      guard let column = table.source.column(named: raw.name) else {
        problems.append(Self.unknown(raw.name, file: file, table: table))
        continue
      }
      if found.updateValue(raw, forKey: column.name) != nil {
        problems.append(
          LoadProblem(
            .duplicateColumn, "The file has this column more than once.", file: file.displayName,
            column: ColumnLabel.shown(raw.name)))
      }
    }
    guard !found.isEmpty || columns.isEmpty else {
      throw LoadRefusal([ColumnLabel.noneKnown(of: file, among: "one of the table '\(table.source.name)'")])
    }
    byName = found
    eventTime = Self.eventTime(Set(found.keys), in: table)
    problems += Self.missing(Set(found.keys), hasEventTime: eventTime != nil, file: file, table: table)
    if !problems.isEmpty { throw LoadRefusal(problems) }
  }

  private static func eventTime(_ names: Set<String>, in table: LoadTable) -> String? {
    let candidates = [table.source.eventTimeColumn, table.localEventTime]
    return candidates.compactMap { $0 }.first(where: names.contains)
  }

  private static func unknown(_ name: String, file: LoadFile, table: LoadTable) -> LoadProblem {
    let nearest = Suggestion.nearest(to: name, among: table.source.columns.map(\.name))
    let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
    return LoadProblem(
      .unknownColumn, "The table '\(table.source.name)' has no such column.\(hint)", file: file.displayName,
      column: ColumnLabel.shown(name))
  }

  private static func missing(
    _ names: Set<String>, hasEventTime: Bool, file: LoadFile, table: LoadTable
  ) -> [LoadProblem] {
    var required: [String] = []
    if let user = table.source.userColumn, !names.contains(user) { required.append(user) }
    if let time = table.source.eventTimeColumn, !hasEventTime { required.append(time) }
    return required.map { name in
      LoadProblem(.missingColumn, "The table needs this column.", file: file.displayName, column: name)
    }
  }
}
