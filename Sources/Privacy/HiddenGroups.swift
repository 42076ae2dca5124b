import AMCSQL
import Catalog

/// Groups that a query does not show because their difference from an earlier result would isolate somebody (rule 7).
///
/// The groups of an aggregation are the rows of a table that the comparison writes: a column for each group key, or one
/// alone where there is no key.
public enum HiddenGroups {
  /// The name of the table of an aggregation's hidden groups. No data source of a query can be called like this.
  public static func table(of aggregation: Int) -> String { "hidden groups \(aggregation)" }

  /// The name of a group key's column.
  public static func column(_ index: Int) -> String { "k\(index)" }

  /// The only column of a table of groups without keys.
  public static let columnWithoutKeys = "isolates"

  static func source(_ aggregation: Int, _ keys: [RelationColumn]) -> DataSource {
    let columns = keys.enumerated().map { index, key in
      Column(name: column(index), type: key.type, kind: .dimension, threshold: .internal)
    }
    let alone = [Column(name: columnWithoutKeys, type: .bigint, kind: .metric, threshold: .internal)]
    let name = table(of: aggregation)
    return DataSource(
      name: name, baseName: name, grain: .reference, columns: columns.isEmpty ? alone : columns, eventTimeColumn: nil,
      userColumn: nil)
  }
}

extension ProtectedRelation {
  /// Whether groups of the aggregation can be left out of the query.
  public func canHideGroups(of aggregation: Int) -> Bool {
    let places = disclosureQueries.filter { $0.aggregation == aggregation }.map(\.place)
    return build != nil && !places.isEmpty && places.allSatisfy { $0 != nil }
  }

  /// The query without the hidden groups of these aggregations: they are missing before anything is computed from them.
  ///
  /// - Returns: nil where the groups of an aggregation can't be left out.
  public func hidingGroups(of aggregations: Set<Int>) -> ProtectedRelation? {
    guard var build, aggregations.allSatisfy(canHideGroups) else { return nil }
    var (ctes, body) = (self.ctes, self.body)
    for aggregation in aggregations.sorted() {
      guard let place = disclosureQueries.first(where: { $0.aggregation == aggregation })?.place else { return nil }
      for index in ctes.indices {
        ctes[index].relation = ctes[index].relation.hiding(place, aggregation, &build)
      }
      body = body.hiding(place, aggregation, &build)
    }
    return ProtectedRelation(
      ctes: ctes, body: body, purpose: purpose, order: order, disclosureQueries: disclosureQueries, build: build)
  }
}

extension Relation {
  /// The relation without the hidden groups at that place.
  fileprivate func hiding(_ place: HidingPlace, _ aggregation: Int, _ build: inout RelationBuilder) -> Relation {
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
