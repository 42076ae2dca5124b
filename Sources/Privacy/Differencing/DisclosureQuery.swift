public import Catalog

/// One aggregation over many users, in a form that can be compared with others: each user's part in each figure of each
/// row.
///
/// Rule 7: who knows the answers to two questions knows their difference, and that may belong to fewer users than any
/// row may.
public struct DisclosureQuery: Sendable {
  /// A figure's kind; only figures of the same kind are compared.
  public struct Part: Hashable, Sendable {
    public var name: String
    public var type: SQLType

    /// The kind of the part in a sketch. Numbers are compared whatever their types.
    public var kind: GroupSketch.Kind {
      let isExact: Bool
      switch type {
      case .tinyint, .smallint, .integer, .bigint, .decimal: isExact = true
      case .float, .double: isExact = false
      case .boolean, .date, .timestamp, .string, .binary, .array, .map, .row, .userKey, .unknown:
        return GroupSketch.Kind(name: "\(name) of \(type)", isAdditive: false, isExact: true)
      }
      let isAdditive = ["rows", "COUNT", "SUM"].contains(name)
      return GroupSketch.Kind(name: name, isAdditive: isAdditive, isExact: isExact)
    }
  }

  /// The number of the aggregation in its query. An aggregation over rows that belong to two users each is there twice,
  /// once by each of them, and not compared with itself.
  public let aggregation: Int
  public let parts: [Part]
  /// How many users a row needs: so many must stand behind a difference.
  public let usersMin: Int
  /// How often the largest part of one user must fit into what the others add to a difference.
  public let equivalentMin: Int
  /// Whether one row of users can be in several groups, as UNION ALL and joins make them. Otherwise groups have nothing
  /// in common, and are not compared with each other.
  public let mayShareRows: Bool
  /// One row for each group and user: the first step of the aggregation.
  let perUser: Relation
  /// The columns of `perUser` with the user and the parts.
  let user: RelationColumn
  let partColumns: [RelationColumn]
  /// A column of the second step, by which it can be found in `shown`: the number of users.
  let secondStep: ColumnID
  /// One row for each group that the result shows, and the columns with its keys.
  let shown: Relation
  let shownKeys: [RelationColumn]
  /// A column by which `shown` can be found in the query: it is the filter whose input has that column. nil where the
  /// groups are not part of the query.
  let marker: ColumnID?
}

/// A question as the rewriter notes it.
struct NotedDisclosureQuery {
  var parts: [(part: DisclosureQuery.Part, column: RelationColumn)]
  var user: RelationColumn
  var perUser: Relation
  var shown: Relation
  var shownKeys: [RelationColumn]
  var usersMin: Int
  var equivalentMin: Int
  /// The column of the second step with the number of users.
  var secondStep: ColumnID
  /// A column that the filter by the thresholds has, and nothing behind it; nil where the groups are not the query's.
  var marker: ColumnID?
  var aggregation = 0

  func disclosureQuery(ctes: [BoundQuery.CTE]) -> DisclosureQuery {
    DisclosureQuery(
      aggregation: aggregation, parts: parts.map(\.part), usersMin: usersMin, equivalentMin: equivalentMin,
      mayShareRows: perUser.repeatsRows(ctes), perUser: perUser, user: user,
      partColumns: parts.map(\.column), secondStep: secondStep, shown: shown,
      shownKeys: shownKeys, marker: marker)
  }
}

extension Relation {
  /// Whether a row of a table can be there several times in this relation.
  fileprivate func repeatsRows(_ ctes: [BoundQuery.CTE]) -> Bool {
    var repeats = false
    var used: Set<CTEID> = []
    RelationWalk.visit(self) { node in
      switch node {
      case .join, .union, .explode: repeats = true
      case .cte(let reference): used.insert(reference.id)
      case .scan, .values, .project, .filter, .aggregate, .window: break
      }
    }
    return repeats || ctes.contains { used.contains($0.id) && $0.relation.repeatsRows(ctes) }
  }
}
