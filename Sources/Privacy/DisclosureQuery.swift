public import Catalog

/// One aggregation over many users, in a form that can be compared with another one: each user's part in
/// each measure of each row.
///
/// Rule 7: who knows the answers to two questions knows their difference, and that may belong to fewer users than any
/// row may.
public struct DisclosureQuery: Sendable {
  /// A measure's kind; only measures of the same kind are compared.
  public struct Part: Hashable, Sendable {
    public var name: String
    public var type: SQLType
  }

  /// The types of the group keys, in order. Questions with different ones have no rows in common.
  public let keyTypes: [SQLType]
  public let parts: [Part]
  /// How many users a row needs: so many must stand behind a difference.
  public let usersMin: Int
  /// How often the largest part of one user must fit into what the others add to a difference.
  public let equivalentMin: Int
  /// How evenly a part must change to count as changed: sums of the same numbers differ in their last digits.
  public static let tolerance = "1e-9"

  /// The number of the aggregation in its query. An aggregation over rows that belong to two users each is there twice,
  /// once by each of them, and not compared with itself.
  public let aggregation: Int
  /// One row for each group and user: the keys, the user, the parts.
  public let perUser: ProtectedRelation
  /// One row for each group that the result shows: the keys, and a 1.
  public let shown: ProtectedRelation
  /// Where groups of the aggregation can be left out of the query.
  let place: HidingPlace?
}

/// The node of a protected query that holds the groups of an aggregation: the filter whose input has `marker`.
struct HidingPlace: Sendable {
  var marker: ColumnID
  var keys: [RelationColumn]
}

/// A question as the rewriter notes it, before all WITH queries are known.
struct NotedDisclosureQuery {
  var keys: [RelationColumn]
  var parts: [(part: DisclosureQuery.Part, column: RelationColumn)]
  var user: RelationColumn
  var perUser: Relation
  var shown: Relation
  var shownKeys: [RelationColumn]
  var usersMin: Int
  var equivalentMin: Int
  /// A column that the filter by the thresholds has, and nothing behind it; nil where the groups are not the query's.
  var marker: ColumnID?
  var aggregation = 0

  func disclosureQuery(ctes: [BoundQuery.CTE], _ build: inout RelationBuilder) -> DisclosureQuery {
    func kept(_ columns: [RelationColumn]) -> [Relation.Project.Item] { columns.map(ThresholdRewriter.kept) }
    let one = build.column("one", .bigint)
    let perUser = Relation.project(
      .init(input: perUser, items: kept(keys) + kept([user]) + kept(parts.map(\.column))))
    let shown = Relation.project(
      .init(
        input: shown,
        items: kept(shownKeys) + [.init(column: one, expression: .number(1, at: .none))]))
    return DisclosureQuery(
      keyTypes: keys.map(\.type), parts: parts.map(\.part), usersMin: usersMin, equivalentMin: equivalentMin,
      aggregation: aggregation, perUser: ProtectedRelation(ctes: ctes, body: perUser, purpose: .measurement),
      shown: ProtectedRelation(ctes: ctes, body: shown, purpose: .measurement),
      place: marker.map { HidingPlace(marker: $0, keys: shownKeys) })
  }
}
