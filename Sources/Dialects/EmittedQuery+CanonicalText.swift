import Catalog

extension EmittedQuery {
  /// All that the query asks and of which tables, as one text: the same text asks for the same of the same tables. In
  /// noise mode it is that of the query without a seed, and what the seed follows from, together with the data.
  public var canonicalText: String {
    let parts = [sql] + sources.flatMap(\.canonicalParts)
    // Each part says how long it is, so that no two lists of parts are the same text.
    return parts.map { "\($0.utf8.count):\($0)" }.joined()
  }
}

extension EmittedSource {
  fileprivate var canonicalParts: [String] {
    let days = days.map { "\($0.lowerBound) \($0.upperBound)" } ?? ""
    let columns = columns.map { "\($0.name) \(DuckDBTypeNames.name(of: $0.type))" }.joined(separator: ",")
    return [name, table, days, columns] + (storedRows?.canonicalParts ?? [""])
  }
}

extension StoredRows {
  fileprivate var canonicalParts: [String] {
    let fields = fieldIDs.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ",")
    let derivation =
      switch derivation {
      case .allRows: "all"
      case .currentMembers(let since):
        since.sorted { $0.key < $1.key }.map { "\($0.value.timeIntervalSince1970) \($0.key)" }.joined(separator: ",")
      }
    return [folder, fields, derivation, asOf.map { "\($0.timeIntervalSince1970)" } ?? ""]
  }
}
