import Base

/// The whole table of the retired instance-level API.
package struct RetiredAPI: Sendable {
  package let endpoints: [RetiredEndpoint]
  /// The headers that every call needs now.
  package let addedHeaders: [HeaderChange]
  /// The headers that no call needs any more.
  package let droppedHeaders: [HeaderChange]

  /// The stage that stood before most of the old paths.
  package static let stage = "prod"
  /// AMC's guide to the migration.
  package static let documentation =
    "https://advertising.amazon.com/API/docs/en-us/guides/amazon-marketing-cloud/amc-migration-hub/migration"
  /// The day on which the old API was retired, as HTTP writes it: 1 August 2024.
  package static let sunset = "Thu, 01 Aug 2024 00:00:00 GMT"

  /// Reads the resources.
  package static func load() throws -> RetiredAPI {
    let fields = try FactTables.fields()
    func changes(_ group: String?, _ place: String) throws -> [FieldChange] {
      guard let group else { return [] }
      return try fields.filter { $0[.group] == group && $0[.place] == place }.map(FieldChange.init)
    }
    let endpoints = try FactTables.retired().map { row in
      let path = try row.text(.path)
      var replacement: RetiredEndpoint.Replacement?
      if let method = row[.newMethod], let path = row[.newPath], let mediaType = row[.mediaType] {
        replacement = RetiredEndpoint.Replacement(method: method, path: PathTemplate(path), mediaType: mediaType)
      }
      return RetiredEndpoint(
        operation: try row.text(.operation), method: try row.text(.method), path: PathTemplate(path),
        pathBelowStage: PathTemplate(path.withoutStage), replacement: replacement,
        queryChanges: try changes(row[.query], "query"),
        bodyChanges: try changes(row[.query], "body") + changes(row[.body], "body"),
        source: try row.value(.source, RetiredEndpoint.Source.init), note: row[.note])
    }
    let headers = try FactTables.headers()
    return RetiredAPI(
      endpoints: endpoints, addedHeaders: try HeaderChange.list(headers, change: "add"),
      droppedHeaders: try HeaderChange.list(headers, change: "drop"))
  }

  /// The meaning of a path in the retired API.
  package struct Match: Sendable, Hashable {
    /// The operations of the path; one at most with the method that was asked for.
    package var endpoints: [RetiredEndpoint]
    /// The values in the path, by the names of the new one.
    package var values: [String: String]
  }

  /// The operations behind an old path, with or without `/prod` before it; none for a path that the table does not
  /// have.
  ///
  /// - Parameter method: nil for all methods. HEAD is taken for GET.
  package func match(method: String?, path: some StringProtocol) -> Match? {
    let parts = Self.withoutStage(PathTemplate.split(path))
    let wanted = method.map { $0 == "HEAD" ? "GET" : $0 }
    var match: Match?
    for endpoint in endpoints where wanted == nil || endpoint.method == wanted {
      guard let values = endpoint.pathBelowStage.match(parts) else { continue }
      if match == nil { match = Match(endpoints: [], values: values) }
      match?.endpoints.append(endpoint)
    }
    return match
  }

  /// Whether the path is one where nothing but the retired API ever was: all that a server answers with 410.
  package static func isRetired(_ path: some StringProtocol) -> Bool {
    guard let first = PathTemplate.split(path).first else { return false }
    return first == stage || first == "dataSets" || first == "data"
  }

  private static func withoutStage(_ parts: [Substring]) -> [Substring] {
    parts.first == stage[...] ? Array(parts.dropFirst()) : parts
  }
}

extension String {
  /// A path of the table without `/prod` before it.
  fileprivate var withoutStage: String {
    hasPrefix("/\(RetiredAPI.stage)/") ? String(dropFirst(RetiredAPI.stage.count + 1)) : self
  }
}

extension FieldChange {
  fileprivate init(_ row: TabSeparatedTable<FieldColumn>.Row) throws(TabSeparatedTableError) {
    self.init(
      name: try row.text(.name), change: try row.value(.change, Change.init), to: row[.to], note: row[.note])
  }
}

extension HeaderChange {
  fileprivate static func list(
    _ rows: [TabSeparatedTable<HeaderColumn>.Row], change: String
  ) throws -> [HeaderChange] {
    try rows.filter { $0[.change] == change }.map { row in
      HeaderChange(name: try row.text(.name), value: row[.value], note: row[.note])
    }
  }
}
