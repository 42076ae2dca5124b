import AMCSQL
import Catalog

/// Rule 3: whose rows a relation's rows are.
enum Provenance {
  /// Nobody's: written in the query, or names and descriptions.
  case nobody
  /// Each row belongs to one user.
  case user(UserRows)
  /// Each row belongs to two users: one of each side of a join by something else than the user.
  case pair(UserRows, UserRows)
  /// Parts of events whose user is in another table.
  case eventDetail(SourceSpan)
  /// Made of rows that many users stand behind, each shown to hold the thresholds, so that whatever is computed from
  /// them could be computed from a result that everybody may see.
  case guarded(AuditColumns)
}

extension Provenance {
  /// The users of each row: none, one or two.
  var rows: [UserRows] {
    switch self {
    case .nobody, .eventDetail, .guarded: []
    case .user(let rows): [rows]
    case .pair(let left, let right): [left, right]
    }
  }

  /// The provenance of rows that may be there more than once.
  var repeated: Provenance {
    switch self {
    case .nobody, .eventDetail, .guarded: self
    case .user(let rows): .user(rows.repeated)
    case .pair(let left, let right): .pair(left.repeated, right.repeated)
    }
  }
}

/// Columns of a guarded row that a workflow may ask for; nil where it did not.
struct AuditColumns {
  /// The users that the thresholds were compared with, capped.
  var userCount: RelationColumn?
  /// Whether values were removed from the row.
  var isFiltered: RelationColumn?
  /// Why, as text.
  var reason: RelationColumn?

  static let none = AuditColumns()

  var columns: [RelationColumn] { [userCount, isFiltered, reason].compactMap { $0 } }

  /// The evidence under other columns.
  func mapped(_ transform: (RelationColumn) -> RelationColumn) -> AuditColumns {
    AuditColumns(
      userCount: userCount.map(transform), isFiltered: isFiltered.map(transform), reason: reason.map(transform))
  }
}

/// One reading of a table of users, as reasons name it.
struct PathName: Hashable {
  var dataSource: String
  /// Which of the query's readings of this table it is, from 1.
  var index = 1
  var count = 1
}

/// Rows that belong to one user each.
struct UserRows {
  /// The column that holds the row's user key, or NULL where the user is not known.
  var key: RelationColumn
  /// All columns that are the same as `key`.
  var equal: Set<ColumnID>
  /// The readings of user-level data sources that the rows come from, and the cells that expressions sort them into.
  var paths: [Path]
  /// Columns that are `key` or NULL.
  var optional: Set<ColumnID> = []
  /// Sets of columns of which one each, together, are the user whenever it is known: the keys of both sides of a full
  /// join. Empty where there is none but `equal`.
  var covers: [Set<ColumnID>] = []
  /// The highest class among the values that decided which rows are there: those by which rows of two users were
  /// brought together, and HIGH ones that rows were filtered by. A row of a result needs the users of that class.
  var filteredBy = AggregationThreshold.none
  /// In a subquery whose rows all belong to the user of the row around it: that row's user key.
  var owner: RelationColumn?
  /// Columns that, together with the user, no two rows share; nil where that is not known.
  var uniqueBy: Set<ColumnID>?
  /// The sides of outer joins that rows may lack.
  var outerSides: [OuterSide] = []
  /// Their ranks among rows of other users.
  var ranks: Ranks?
  /// Columns whose values come from public rows.
  var publics = PublicColumns.none

  /// Something that some rows have and others have not, whose users are counted on their own.
  struct Path {
    enum Kind {
      case reading
      case cell
    }

    /// Not NULL in rows to which this reading contributed a known user.
    var presence: RelationColumn
    /// For a cell, that of a reading behind it.
    var name: PathName
    var kind = Kind.reading
  }

  var readings: [Path] { paths.filter { $0.kind == .reading } }

  /// The columns that must stay with the rows, although the query may not have selected them.
  var hiddenColumns: [RelationColumn] {
    var result = [key]
    for path in paths where !result.contains(where: { $0.id == path.presence.id }) { result.append(path.presence) }
    return result + (ranks?.hiddenColumns ?? [])
  }

  /// Makes sure that a relation still has the hidden columns of its rows, without which no check could tell their users
  /// apart. No query leads to a relation that lost one; should rewriting ever have such a fault, the query is refused.
  ///
  /// - Throws: `unsupported` where a hidden column is missing.
  func requireHiddenColumns(in relation: Relation, at span: SourceSpan) throws(Diagnostic) {
    let present = Set(relation.columns.map(\.id))
    guard hiddenColumns.allSatisfy({ present.contains($0.id) }) else {
      throw ThresholdRewriter.unsupported("The users behind these rows can't be followed through this query.", at: span)
    }
  }

  /// Whether the expression is the row's user key, or NULL in some rows.
  func isKeyOrNull(_ expression: BoundExpression) -> Bool {
    switch expression.kind {
    case .column(let id): return equal.contains(id) || optional.contains(id) || paths.contains { $0.presence.id == id }
    case .literal(.null): return true
    case .call(let function, let arguments):
      return function.name == "COALESCE" && arguments.allSatisfy(isKeyOrNull)
    case .conditional(let branches, let otherwise):
      return branches.allSatisfy { isKeyOrNull($0.result) } && otherwise.map(isKeyOrNull) ?? true
    case .literal, .parameter, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like,
      .similar, .inList, .inRelation, .scalarRelation, .exists, .cast, .array, .row, .element, .field, .trim:
      return false
    }
  }

  /// The sets that the rows bring to the covers of a full join.
  var sides: [Set<ColumnID>] { covers.isEmpty ? [equal] : covers }

  /// Whether one of these columns is the user in every row that has one.
  func isCovered(by columns: Set<ColumnID>) -> Bool {
    !covers.isEmpty && covers.allSatisfy { !$0.isDisjoint(with: columns) }
  }

  /// The sets after columns have got further names.
  mutating func note(_ column: ColumnID, as id: ColumnID) {
    for index in covers.indices where covers[index].contains(column) { covers[index].insert(id) }
  }

  /// Whether the expression is the row's user key in every row that has one.
  func isKey(_ expression: BoundExpression) -> Bool {
    switch expression.kind {
    case .column(let id): return equal.contains(id)
    case .call(let function, let arguments):
      // COALESCE gives the key where any of its arguments does; all together must be there whenever the key is.
      guard function.name == "COALESCE", arguments.allSatisfy(isKeyOrNull) else { return false }
      if arguments.contains(where: isKey) { return true }
      let named = Set(
        arguments.compactMap { argument -> ColumnID? in
          if case .column(let id) = argument.kind { return id }
          return nil
        })
      return isCovered(by: named)
    case .literal, .parameter, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth, .between, .like,
      .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row, .element, .field,
      .trim:
      return false
    }
  }
}
