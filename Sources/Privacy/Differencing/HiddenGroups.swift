import AMCSQL
import Catalog

/// Groups that a query does not show because their difference from another row would isolate somebody (rule 7).
///
/// The groups of an aggregation are the rows of a table that the engine has while it runs the query: a column for each
/// group key, or one alone where there is no key.
enum HiddenGroups {
  /// The name of the table of an aggregation's hidden groups. No data source of a query can be called like this.
  static func table(of aggregation: Int) -> String { "hidden groups \(aggregation)" }

  /// The name of a group key's column.
  static func column(_ index: Int) -> String { "k\(index)" }

  /// The only column of a table of groups without keys.
  static let columnWithoutKeys = "isolates"

  static func source(_ aggregation: Int, _ keys: [RelationColumn]) -> DataSource {
    let columns = keys.enumerated().map { (name: column($0.offset), type: $0.element.type) }
    return .staged(table(of: aggregation), columns.isEmpty ? [(columnWithoutKeys, .bigint)] : columns)
  }
}

extension DataSource {
  /// A table that the engine makes while it runs a query.
  static func staged(_ name: String, _ columns: [(name: String, type: SQLType)]) -> DataSource {
    DataSource(
      name: name, baseName: name, grain: .reference,
      columns: columns.map { Column(name: $0.name, type: $0.type, kind: .dimension, threshold: .internal) },
      eventTimeColumn: nil, userColumn: nil)
  }
}

extension Relation {
  /// The relation without the hidden groups of an aggregation: they are missing before anything is computed from them.
  func hiding(_ place: HidingPlace, _ aggregation: Int, _ build: inout RelationBuilder) -> Relation {
    var own = build
    let result = map { node in
      guard case .filter(let filter) = node, filter.input.columns.contains(where: { $0.id == place.marker }) else {
        return node
      }
      let scan = own.scan(HiddenGroups.source(aggregation, place.keys), at: .none)
      var found = Relation.scan(scan)
      if !place.keys.isEmpty {
        let isGroup = zip(scan.columns, place.keys).map { column, key in
          BoundExpression.column(column, at: .none).compared(.isNotDistinctFrom, .column(key, at: .none))
        }
        found = .filter(.init(input: found, condition: .all(isGroup, at: .none)))
      }
      var subquery = own.subquery(found)
      subquery.outerColumns = Set(place.keys.map(\.id))
      let isHidden = BoundExpression(.exists(subquery), type: .boolean, at: .none)
      return .filter(.init(input: node, condition: BoundExpression(.not(isHidden), type: .boolean, at: .none)))
    }
    build = own
    return result
  }
}
