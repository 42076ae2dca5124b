public import AMCSQL

/// The number of one column of one node of a bound query. No two nodes share one.
public struct ColumnID: Hashable, Sendable, Comparable {
  public let number: Int

  package init(_ number: Int) { self.number = number }

  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// The number of a WITH query of a bound query.
public struct CTEID: Hashable, Sendable {
  public let number: Int

  package init(_ number: Int) { self.number = number }
}

/// A column that a relation gives to the relations above it.
public struct RelationColumn: Hashable, Sendable {
  public var id: ColumnID
  public var name: String
  public var type: SQLType

  public init(id: ColumnID, name: String, type: SQLType) {
    self.id = id
    self.name = name
    self.type = type
  }
}

/// A query as a tree of few kinds of nodes, with all names resolved and all types known.
///
/// It is the form between syntax and privacy: the analyser and the dialects switch over it without a `default`.
public indirect enum Relation: Sendable {
  case scan(Scan)
  case values(Values)
  case project(Project)
  case filter(Filter)
  case join(JoinRelation)
  case aggregate(Aggregate)
  case window(Window)
  case union(Union)
  case explode(Explode)
  case cte(CTEReference)

  /// The rows of a data source within the query's time window.
  public struct Scan: Sendable {
    public var source: DataSource { _read { yield reference.source } }
    /// The used columns, and the user's, each with the name of the data source's column.
    public var columns: [RelationColumn]
    /// nil if no time window applies.
    public var window: TimeWindow?
    /// nil if all rows are read.
    public var rowFilter: RowFilter?
    public var span: SourceSpan
    /// The number of the data source's first column; the others follow.
    package var firstColumnNumber: Int
    /// A data source has many parts, and a scan is copied often without changing it; hence a reference.
    private let reference: Reference

    private final class Reference: Sendable {
      let source: DataSource

      init(_ source: DataSource) { self.source = source }
    }

    package init(
      source: DataSource, columns: [RelationColumn], window: TimeWindow?, rowFilter: RowFilter? = nil,
      span: SourceSpan, firstColumnNumber: Int
    ) {
      self.reference = Reference(source)
      self.columns = columns
      self.window = window
      self.rowFilter = rowFilter
      self.span = span
      self.firstColumnNumber = firstColumnNumber
    }

    /// The user key's column; nil if the data source has none.
    public var userColumn: RelationColumn? {
      columns.first { $0.name == source.userColumn }
    }
  }

  /// Rows written in the query itself.
  public struct Values: Sendable {
    public var rows: [[BoundExpression]]
    public var columns: [RelationColumn]
    public var span: SourceSpan
  }

  /// New columns from those of `input`, row by row.
  public struct Project: Sendable {
    public var input: Relation
    public var items: [Item]

    public struct Item: Sendable {
      public var column: RelationColumn
      public var expression: BoundExpression

      public init(column: RelationColumn, expression: BoundExpression) {
        self.column = column
        self.expression = expression
      }
    }

    public init(input: Relation, items: [Item]) {
      self.input = input
      self.items = items
    }
  }

  /// The rows of `input` for which `condition` is true.
  public struct Filter: Sendable {
    public var input: Relation
    public var condition: BoundExpression

    public init(input: Relation, condition: BoundExpression) {
      self.input = input
      self.condition = condition
    }
  }

  public struct JoinRelation: Sendable {
    public var kind: Join.Kind
    public var left: Relation
    public var right: Relation
    /// nil for a cross join only.
    public var condition: BoundExpression?

    public init(kind: Join.Kind, left: Relation, right: Relation, condition: BoundExpression?) {
      self.kind = kind
      self.left = left
      self.right = right
      self.condition = condition
    }
  }

  /// One row for each group of equal keys. Without keys there is one row; with keys only it is DISTINCT.
  public struct Aggregate: Sendable {
    public var input: Relation
    public var keys: [Project.Item]
    public var calls: [Call]
    public var span: SourceSpan

    public struct Call: Sendable {
      public var column: RelationColumn
      public var function: FunctionSignature
      /// Empty for `COUNT(*)`.
      public var arguments: [BoundExpression]
      public var isDistinct: Bool
      public var filter: BoundExpression?
      public var span: SourceSpan

      package init(
        column: RelationColumn, function: FunctionSignature, arguments: [BoundExpression], isDistinct: Bool,
        filter: BoundExpression?, span: SourceSpan
      ) {
        self.column = column
        self.function = function
        self.arguments = arguments
        self.isDistinct = isDistinct
        self.filter = filter
        self.span = span
      }
    }

    public init(input: Relation, keys: [Project.Item], calls: [Call], span: SourceSpan) {
      self.input = input
      self.keys = keys
      self.calls = calls
      self.span = span
    }
  }

  /// The columns of `input`, and one more for each call.
  public struct Window: Sendable {
    public var input: Relation
    public var calls: [Call]

    public struct Call: Sendable {
      public var column: RelationColumn
      public var function: FunctionSignature
      public var arguments: [BoundExpression]
      public var isDistinct: Bool
      public var filter: BoundExpression?
      public var partitionBy: [BoundExpression]
      public var orderBy: [Order]
      public var frame: Frame?
      public var span: SourceSpan
    }

    public struct Order: Sendable, Hashable {
      public var expression: BoundExpression
      public var isDescending: Bool
      public var nullsFirst: Bool?
    }

    public struct Frame: Sendable, Hashable {
      public var unit: WindowFrame.Unit
      public var start: Bound
      public var end: Bound
    }

    public enum Bound: Sendable, Hashable {
      case unboundedPreceding
      case preceding(Int)
      case currentRow
      case following(Int)
      case unboundedFollowing
    }

    public init(input: Relation, calls: [Call]) {
      self.input = input
      self.calls = calls
    }
  }

  /// The rows of all inputs, without duplicates unless `isAll`.
  public struct Union: Sendable {
    public var inputs: [Relation]
    public var isAll: Bool
    public var columns: [RelationColumn]
    public var span: SourceSpan

    public init(inputs: [Relation], isAll: Bool, columns: [RelationColumn], span: SourceSpan) {
      self.inputs = inputs
      self.isAll = isAll
      self.columns = columns
      self.span = span
    }
  }

  /// The columns of `input`, one row for each element of `array`.
  public struct Explode: Sendable {
    public var input: Relation
    public var array: BoundExpression
    public var column: RelationColumn
  }

  /// The rows of a WITH query, under new column ids.
  public struct CTEReference: Sendable {
    public var id: CTEID
    public var columns: [RelationColumn]
    /// The column of the WITH query behind each of `columns`.
    public var originals: [ColumnID]
    public var span: SourceSpan

    public init(id: CTEID, columns: [RelationColumn], originals: [ColumnID], span: SourceSpan) {
      self.id = id
      self.columns = columns
      self.originals = originals
      self.span = span
    }
  }

  /// The columns of the relation, in order.
  public var columns: [RelationColumn] {
    switch self {
    case .scan(let scan): scan.columns
    case .values(let values): values.columns
    case .project(let project): project.items.map(\.column)
    case .filter(let filter): filter.input.columns
    case .join(let join): join.left.columns + join.right.columns
    case .aggregate(let aggregate): aggregate.keys.map(\.column) + aggregate.calls.map(\.column)
    case .window(let window): window.input.columns + window.calls.map(\.column)
    case .union(let union): union.columns
    case .explode(let explode): explode.input.columns + [explode.column]
    case .cte(let common): common.columns
    }
  }
}

/// The order of a result's rows.
public struct ResultOrder: Sendable {
  public struct Key: Sendable {
    /// A column of the query's body.
    public var column: ColumnID
    public var isDescending: Bool
    /// nil stands for NULLs last when ascending, first when descending.
    public var nullsFirst: Bool?
  }

  /// The keys, the most important one first.
  public var keys: [Key]
  /// Columns of the query's body that only sort. Every rule for columns of a result holds for them, but they are not
  /// part of it.
  public var hiddenColumns: Set<ColumnID>
}

/// A whole query after binding.
public struct BoundQuery: Sendable {
  /// A WITH query. It may refer to those before it.
  public struct CTE: Sendable {
    public var id: CTEID
    public var name: String
    public var relation: Relation
    public var span: SourceSpan

    public init(id: CTEID, name: String, relation: Relation, span: SourceSpan) {
      self.id = id
      self.name = name
      self.relation = relation
      self.span = span
    }
  }

  public var ctes: [CTE]
  public var body: Relation
  /// The order of the rows; nil if the query names none.
  public var order: ResultOrder?
  /// The positions of the output columns in the text, in order.
  public var outputSpans: [SourceSpan]
  /// Notes for the writer, which are no reason to refuse the query.
  public var notes: [Diagnostic]
  public var span: SourceSpan
  /// The first number that no `ColumnID` of the query has.
  package var nextColumnNumber: Int
}
