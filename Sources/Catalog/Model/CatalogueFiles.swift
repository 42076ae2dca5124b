import Base

/// Reads the catalogue's tab-separated files; `Resources/README.md` describes them.
enum CatalogueFiles {
  private enum FeatureColumn: String, CaseIterable {
    case feature, title
  }

  private enum SourceColumn: String, CaseIterable {
    case table, column
    case dataType = "data_type"
    case columnType = "column_type"
    case threshold = "aggregation_threshold"
  }

  private enum TableColumn: String, CaseIterable {
    case table, grain
    case eventTime = "event_time"
    case userColumn = "user_column"
    case paidFeature = "paid_feature"
    case audienceAdvertiserTypes = "audience_advertiser_types"
    case audienceRowsWithout = "audience_rows_without"
    case audienceColumnsWithoutSensitiveASINs = "audience_columns_without_sensitive_asins"
    case audienceColumnsAbsent = "audience_columns_absent"
    case advertisers
    case columnsOf = "columns_of"
  }

  private enum BoundsColumn: String, CaseIterable {
    case table, column
    case valueMin = "value_min"
    case valueMax = "value_max"
    case partMin = "part_min"
    case partMax = "part_max"
  }

  private enum FunctionColumn: String, CaseIterable {
    case function, aliases, kind, parameters, result
    case argumentFlow = "argument_flow"
  }

  private typealias Table = TabSeparatedTable

  static func load() throws -> Catalogue {
    var catalogue = Catalogue()
    for row in try Table<FeatureColumn>(resource: "paid_features", in: .module).rows {
      catalogue.add(PaidFeature(name: try row.text(.feature), title: try row.text(.title)))
    }
    let columns = try columnsByTable()
    let bounds = try boundsByTable()
    for row in try Table<TableColumn>(resource: "tables", in: .module).rows {
      let name = try row.text(.table)
      guard let own = allColumns(of: name, beside: row[.columnsOf], in: columns) else { throw row.unfit(.columnsOf) }
      guard row[.paidFeature].map({ catalogue.paidFeature(named: $0) != nil }) ?? true else {
        throw row.unfit(.paidFeature)
      }
      guard let advertisers = advertiserColumns(row[.advertisers].list, in: own) else { throw row.unfit(.advertisers) }
      var base = DataSource(
        name: name, baseName: name, grain: try row.value(.grain, DataSource.Grain.init(rawValue:)), columns: own,
        eventTimeColumn: row[.eventTime], userColumn: row[.userColumn], paidFeature: row[.paidFeature],
        advertiserColumns: advertisers)
      guard let own = allBounds(of: name, beside: row[.columnsOf], in: bounds) else { throw row.unfit(.table) }
      base.contributionBounds = own
      catalogue.add(base)
      if let audience = audienceTwin(of: base, row) { catalogue.add(audience) }
    }
    for row in try Table<FunctionColumn>(resource: "functions", in: .module).rows {
      let name = try row.text(.function)
      guard
        let function = FunctionSignature(
          name: name, kind: try row.text(.kind), parameters: row[.parameters] ?? "", result: try row.text(.result),
          argumentFlow: try row.text(.argumentFlow))
      else { throw row.unfit(.parameters) }
      for name in [name] + row[.aliases].list { catalogue.add(function, named: name) }
    }
    return catalogue
  }

  /// The owners of a table's rows: `KIND:column`, separated by commas; nil if the text has another form.
  private static func advertiserColumns(_ entries: [String], in columns: [Column]) -> [AdvertiserColumn]? {
    var result: [AdvertiserColumn] = []
    for entry in entries {
      let parts = entry.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, let kind = AdvertiserIdentifier.Kind(rawValue: parts[0]),
        columns.contains(where: { $0.name == parts[1] })
      else { return nil }
      result.append(AdvertiserColumn(kind: kind, column: parts[1]))
    }
    return result
  }

  /// The `_for_audiences` table that follows from its base table; nil if there is none.
  private static func audienceTwin(of base: DataSource, _ row: Table<TableColumn>.Row) -> DataSource? {
    let types = Set(row[.audienceAdvertiserTypes].list.compactMap(AdvertiserType.init(rawValue:)))
    guard !types.isEmpty else { return nil }
    let absent = Set(row[.audienceColumnsAbsent].list)
    var rules = DataSource.AudienceRules()
    rules.rowsWithoutColumn = row[.audienceRowsWithout]
    rules.columnsWithoutSensitiveASINs = row[.audienceColumnsWithoutSensitiveASINs].list
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

  /// The bounds of a data source: its own, and those of the columns that it has from another one.
  private static func allBounds(
    of table: String, beside other: String?, in bounds: [String: ContributionBounds]
  ) -> ContributionBounds? {
    guard var own = bounds[table] else { return nil }
    guard let other else { return own }
    guard let inherited = bounds[other] else { return nil }
    own.values.merge(inherited.values) { first, _ in first }
    own.parts.merge(inherited.parts) { first, _ in first }
    return own
  }

  /// The name of the line of `bounds.tsv` that has the number of rows.
  private static let rowsColumn = "*"

  private static func boundsByTable() throws -> [String: ContributionBounds] {
    var bounds: [String: ContributionBounds] = [:]
    for row in try Table<BoundsColumn>(resource: "bounds", in: .module).rows {
      let (table, column) = (try row.text(.table), try row.text(.column).lowercased())
      if column == rowsColumn {
        bounds[table] = ContributionBounds(rows: try row.value(.partMax, Double.init))
        continue
      }
      // The line of the rows is the first one of a table.
      guard bounds[table] != nil else { throw row.unfit(.column) }
      bounds[table]?.values[column] = try range(row, .valueMin, .valueMax)
      bounds[table]?.parts[column] = try range(row, .partMin, .partMax)
    }
    return bounds
  }

  /// The range between two columns; nil if both are empty.
  private static func range(
    _ row: Table<BoundsColumn>.Row, _ least: BoundsColumn, _ most: BoundsColumn
  ) throws -> ClosedRange<Double>? {
    guard row[least] != nil || row[most] != nil else { return nil }
    let (low, high) = (try row.value(least, Double.init), try row.value(most, Double.init))
    guard low <= high, low.isFinite, high.isFinite else { throw row.unfit(most) }
    return low...high
  }

  private static func columnsByTable() throws -> [String: [Column]] {
    var columns: [String: [Column]] = [:]
    for row in try Table<SourceColumn>(resource: "datasources", in: .module).rows {
      let name = try row.text(.column)
      let type = try row.value(.dataType, SQLType.init(catalogName:))
      columns[try row.text(.table), default: []].append(
        Column(
          name: name, type: name == "user_id" ? .userKey : type,
          kind: try row.value(.columnType, ColumnKind.init(rawValue:)),
          threshold: try row.value(.threshold, AggregationThreshold.init(rawValue:))))
    }
    return columns
  }
}

extension String? {
  /// The words between commas; none where there is no text.
  fileprivate var list: [String] { (self ?? "").split(separator: ",").map(String.init) }
}
