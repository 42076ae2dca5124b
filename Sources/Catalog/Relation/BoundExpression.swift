public import AMCSQL

/// An expression with its names resolved and its type known.
///
/// Two expressions are equal if they compute the same, wherever they are in the text.
public struct BoundExpression: Sendable, Hashable {
  public var kind: Kind
  public var type: SQLType
  public var span: SourceSpan

  public init(_ kind: Kind, type: SQLType, at span: SourceSpan) {
    self.kind = kind
    self.type = type
    self.span = span
  }

  public static func == (left: Self, right: Self) -> Bool { left.type == right.type && left.kind == right.kind }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
  }

  public indirect enum Kind: Sendable, Hashable {
    case literal(LiteralValue)
    /// The value of a `CUSTOM_PARAMETER` or `BUILT_IN_PARAMETER`.
    case parameter(name: String, LiteralValue)
    case column(ColumnID)
    case call(FunctionSignature, [BoundExpression])
    case arithmetic(ArithmeticOperator, BoundExpression, BoundExpression)
    case negate(BoundExpression)
    case compare(ComparisonOperator, BoundExpression, BoundExpression)
    case logical(LogicalOperator, [BoundExpression])
    case not(BoundExpression)
    case isNull(BoundExpression, negated: Bool)
    case isTruth(BoundExpression, Bool, negated: Bool)
    case between(BoundExpression, low: BoundExpression, high: BoundExpression, negated: Bool)
    case like(BoundExpression, pattern: BoundExpression, escape: BoundExpression?, negated: Bool)
    case similar(BoundExpression, pattern: BoundExpression, negated: Bool)
    case inList(BoundExpression, [BoundExpression], negated: Bool)
    case inRelation(BoundExpression, Subquery, negated: Bool)
    case scalarRelation(Subquery)
    case exists(Subquery)
    case conditional([Branch], otherwise: BoundExpression?)
    case cast(BoundExpression)
    case array([BoundExpression])
    case row([String], [BoundExpression])
    case element(BoundExpression, index: BoundExpression)
    case field(BoundExpression, String)
    case trim(TrimSide, BoundExpression, characters: BoundExpression)
  }

  public struct Branch: Sendable, Hashable {
    public var condition: BoundExpression
    public var result: BoundExpression

    public init(condition: BoundExpression, result: BoundExpression) {
      self.condition = condition
      self.result = result
    }
  }

  public enum TrimSide: String, Sendable, Hashable {
    case both = "BOTH"
    case leading = "LEADING"
    case trailing = "TRAILING"
  }

  /// A query inside an expression. Two are equal if they have the same number.
  public struct Subquery: Sendable, Hashable {
    public var number: Int
    public var relation: Relation
    /// The columns of enclosing queries that it reads.
    public var outerColumns: Set<ColumnID>

    public init(number: Int, relation: Relation, outerColumns: Set<ColumnID>) {
      self.number = number
      self.relation = relation
      self.outerColumns = outerColumns
    }

    public static func == (left: Self, right: Self) -> Bool { left.number == right.number }
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
  }
}

public enum ArithmeticOperator: String, Sendable, Hashable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
}

public enum ComparisonOperator: String, Sendable, Hashable {
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isDistinctFrom = "IS DISTINCT FROM"
  case isNotDistinctFrom = "IS NOT DISTINCT FROM"

  /// Whether the comparison asks which side is larger.
  var comparesOrder: Bool {
    switch self {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: true
    case .equal, .notEqual, .isDistinctFrom, .isNotDistinctFrom: false
    }
  }
}

/// A value in the query, or in a request's parameter.
public indirect enum LiteralValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  /// Digits, with sign, point and exponent as in SQL.
  case number(String)
  case string(String)
  case binary([UInt8])
  /// Days since 1970-01-01.
  case date(days: Int)
  /// Microseconds since 1970-01-01 00:00 UTC.
  case timestamp(microseconds: Int64)
  case array([LiteralValue])
}
