/// A whole query: `WITH … body ORDER BY …`.
public struct Query: Hashable, Sendable {
  public var with: [CommonTableExpression]
  public var body: QueryBody
  /// The keys of ORDER BY behind the body, which AMC does not document; empty if there is none.
  public var orderBy: [OrderItem] = []
  public var span: SourceSpan
}

/// `name (columns) AS (query)`
public struct CommonTableExpression: Hashable, Sendable {
  public var name: Identifier
  public var columns: [Identifier]
  public var query: Query
}

/// The body of a query.
public indirect enum QueryBody: Hashable, Sendable {
  case select(Select)
  /// Rows written in the query, each of the same length.
  case values([[Expression]], span: SourceSpan)
  /// `first UNION … UNION …`, from left to right.
  case union(first: QueryBody, rest: [UnionBranch], span: SourceSpan)
  /// A query in parentheses.
  case nested(Query)
}

/// `UNION [ALL|DISTINCT] body`
public struct UnionBranch: Hashable, Sendable {
  public var isAll: Bool
  public var body: QueryBody
}

/// `SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW …`
public struct Select: Hashable, Sendable {
  public var isDistinct: Bool
  public var items: [SelectItem]
  /// The parts between commas; empty if there is no FROM.
  public var from: [TableExpression]
  public var filter: Expression?
  public var groupBy: [Expression]
  public var having: Expression?
  public var windows: [NamedWindow]
  public var span: SourceSpan
}

public enum SelectItem: Hashable, Sendable {
  case expression(Expression, alias: Identifier?)
  /// `t.*`
  case allColumns(of: Identifier, span: SourceSpan)
}

/// `WINDOW name AS (…)`
public struct NamedWindow: Hashable, Sendable {
  public var name: Identifier
  public var specification: WindowSpecification
}

/// A part of FROM.
public indirect enum TableExpression: Hashable, Sendable {
  case table(QualifiedName, alias: TableAlias?)
  /// `TABLE(EXTEND_TIME_WINDOW('table', before, after))`
  case extendedTimeWindow(ExtendedTimeWindow, alias: TableAlias?)
  case subquery(Query, alias: TableAlias?, span: SourceSpan)
  case join(Join)
  /// A join in parentheses.
  case nested(TableExpression, span: SourceSpan)

  public var span: SourceSpan {
    switch self {
    case .table(let name, let alias): alias.map { name.span.union($0.span) } ?? name.span
    case .extendedTimeWindow(let extended, let alias): alias.map { extended.span.union($0.span) } ?? extended.span
    case .subquery(_, _, let span): span
    case .join(let join): join.left.span.union(join.right.span)
    case .nested(_, let span): span
    }
  }
}

/// `AS name (columns)`
public struct TableAlias: Hashable, Sendable {
  public var name: Identifier
  public var columns: [Identifier]

  public var span: SourceSpan { columns.last.map { name.span.union($0.span) } ?? name.span }
}

/// A table whose time window is wider than the query's, by ISO 8601 durations.
public struct ExtendedTimeWindow: Hashable, Sendable {
  public var table: Identifier
  public var before: String
  public var after: String
  public var beforeSpan: SourceSpan
  public var afterSpan: SourceSpan
  public var span: SourceSpan
}

public struct Join: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case inner = "JOIN"
    case left = "LEFT JOIN"
    case full = "FULL OUTER JOIN"
    case cross = "CROSS JOIN"
  }

  public enum Condition: Hashable, Sendable {
    case on(Expression)
    case using([Identifier])
  }

  public var kind: Kind
  public var left: TableExpression
  public var right: TableExpression
  /// nil for a cross join only.
  public var condition: Condition?
}
