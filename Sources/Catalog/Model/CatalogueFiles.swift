import Foundation

/// Reads the catalogue's tab-separated files; `Resources/README.md` describes them.
enum CatalogueFiles {
  struct Malformed: Error, CustomStringConvertible {
    var file: String
    var line: Int
    var description: String { "\(file), line \(line)" }
  }

  static func load() throws -> Catalogue {
    var catalogue = Catalogue()
    for row in try rows(of: "paid_features.tsv", fieldCount: 2) {
      catalogue.add(PaidFeature(name: row.fields[0], title: row.fields[1]))
    }
    let columns = try columnsByTable()
    for row in try rows(of: "tables.tsv", fieldCount: 11) {
      guard let grain = DataSource.Grain(rawValue: row.fields[1]),
        let own = allColumns(of: row.fields[0], beside: row.fields[10].nonEmpty, in: columns),
        let advertisers = advertiserColumns(row.fields[9], in: own),
        row.fields[4].isEmpty || catalogue.paidFeature(named: row.fields[4]) != nil
      else { throw Malformed(file: "tables.tsv", line: row.line) }
      let base = DataSource(
        name: row.fields[0], baseName: row.fields[0], grain: grain, columns: own,
        eventTimeColumn: row.fields[2].nonEmpty, userColumn: row.fields[3].nonEmpty,
        paidFeature: row.fields[4].nonEmpty, advertiserColumns: advertisers)
      catalogue.add(base)
      if let audience = audienceTwin(of: base, row.fields) { catalogue.add(audience) }
    }
    for row in try rows(of: "functions.tsv", fieldCount: 6) {
      guard
        let function = FunctionSignature(
          name: row.fields[0], kind: row.fields[2], parameters: row.fields[3], result: row.fields[4],
          argumentFlow: row.fields[5])
      else { throw Malformed(file: "functions.tsv", line: row.line) }
      for name in [row.fields[0]] + row.fields[1].list { catalogue.add(function, named: name) }
    }
    return catalogue
  }

  /// The owners of a table's rows: `KIND:column`, separated by commas; nil if the text has another form.
  private static func advertiserColumns(_ text: String, in columns: [Column]) -> [AdvertiserColumn]? {
    var result: [AdvertiserColumn] = []
    for entry in text.list {
      let parts = entry.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, let kind = AdvertiserIdentifier.Kind(rawValue: parts[0]),
        columns.contains(where: { $0.name == parts[1] })
      else { return nil }
      result.append(AdvertiserColumn(kind: kind, column: parts[1]))
    }
    return result
  }

  /// The `_for_audiences` table that follows from its base table; nil if there is none.
  private static func audienceTwin(of base: DataSource, _ fields: [String]) -> DataSource? {
    let types = Set(fields[5].list.compactMap(AdvertiserType.init(rawValue:)))
    guard !types.isEmpty else { return nil }
    let absent = Set(fields[8].list)
    var rules = DataSource.AudienceRules()
    rules.rowsWithoutColumn = fields[6].nonEmpty
    rules.columnsWithoutSensitiveASINs = fields[7].list
    rules.userIDType = base.column(named: "user_id_type") == nil ? nil : "adUserId"
    var twin = base
    twin.name += DataSource.audienceSuffix
    twin.columns.removeAll { absent.contains($0.name) }
    twin.audienceRules = rules
    twin.advertiserTypes = types
    return twin
  }

  /// The columns of a data source: its own, and those of another one that it has as well.
  private static func allColumns(
    of table: String, beside other: String?, in columns: [String: [Column]]
  ) -> [Column]? {
    guard let own = columns[table] else { return nil }
    guard let other else { return own }
    let names = Set(own.map(\.name))
    return columns[other].map { inherited in inherited.filter { !names.contains($0.name) } + own }
  }

  private static func columnsByTable() throws -> [String: [Column]] {
    var columns: [String: [Column]] = [:]
    for row in try rows(of: "datasources.tsv", fieldCount: 5) {
      guard let type = SQLType(catalogName: row.fields[2]), let kind = ColumnKind(rawValue: row.fields[3]),
        let threshold = AggregationThreshold(rawValue: row.fields[4])
      else { throw Malformed(file: "datasources.tsv", line: row.line) }
      let isUser = row.fields[1] == "user_id"
      columns[row.fields[0], default: []].append(
        Column(name: row.fields[1], type: isUser ? .userKey : type, kind: kind, threshold: threshold))
    }
    return columns
  }

  private static func rows(of file: String, fieldCount: Int) throws -> [(line: Int, fields: [String])] {
    guard let url = Bundle.module.url(forResource: file, withExtension: nil, subdirectory: "Resources") else {
      throw Malformed(file: file, line: 0)
    }
    let text = try String(contentsOf: url, encoding: .utf8)
    var rows: [(line: Int, fields: [String])] = []
    for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if index == 0 || line.isEmpty { continue }
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { String($0) ?? "" }
      guard fields.count == fieldCount else { throw Malformed(file: file, line: index + 1) }
      rows.append((index + 1, fields))
    }
    return rows
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
  fileprivate var list: [String] { split(separator: ",").map(String.init) }
}
