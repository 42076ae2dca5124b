/// A name as written in the query.
public struct Identifier: Hashable, Sendable {
  public var name: String
  public var isQuoted: Bool
  public var span: SourceSpan

  public init(_ name: String, isQuoted: Bool = false, span: SourceSpan) {
    self.name = name
    self.isQuoted = isQuoted
    self.span = span
  }
}

/// Names with dots between them: `campaign`, `i.campaign`, `i.location.city`.
public struct QualifiedName: Hashable, Sendable {
  public var parts: [Identifier]

  public init(_ parts: [Identifier]) {
    precondition(!parts.isEmpty, "a name has at least one part")
    self.parts = parts
  }

  public var span: SourceSpan { parts[0].span.union(parts[parts.count - 1].span) }
  public var text: String { parts.map(\.name).joined(separator: ".") }
}

/// An expression and its position.
public struct Expression: Hashable, Sendable {
  public var kind: Kind
  public var span: SourceSpan

  public init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Hashable, Sendable {
    case literal(Literal)
    case name(QualifiedName)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// A chain of AND or of OR with two or more parts, kept flat so that long filters are not nested.
    case logical(LogicalOperator, [Expression])
    case isNull(Expression, negated: Bool)
    case isTruth(Expression, Bool, negated: Bool)
    case between(Expression, low: Expression, high: Expression, negated: Bool)
    case like(Expression, pattern: Expression, escape: Expression?, negated: Bool)
    case similar(Expression, pattern: Expression, negated: Bool)
    case inList(Expression, [Expression], negated: Bool)
    case inQuery(Expression, Query, negated: Bool)
    case exists(Query)
    case scalarQuery(Query)
    case `case`(operand: Expression?, branches: [CaseBranch], otherwise: Expression?)
    case cast(Expression, TypeName)
    case call(FunctionCall)
    case array([Expression])
    case element(Expression, index: Expression)
    case field(Expression, Identifier)
  }
}

/// A value written in the query.
public enum Literal: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// Digits as written: `10`, `0.5`, `1e6`.
  case number(String)
  case string(String)
  /// `DATE '2025-01-31'`
  case date(String)
  /// `TIMESTAMP '2025-01-31 12:00:00'`
  case timestamp(String)
}

public enum UnaryOperator: String, Hashable, Sendable {
  case not = "NOT"
  case minus = "-"
  case plus = "+"
}

public enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isDistinctFrom = "IS DISTINCT FROM"
  case isNotDistinctFrom = "IS NOT DISTINCT FROM"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
  case concatenate = "||"
}

public enum LogicalOperator: String, Hashable, Sendable {
  case and = "AND"
  case or = "OR"
}

/// `WHEN condition THEN result`
public struct CaseBranch: Hashable, Sendable {
  public var condition: Expression
  public var result: Expression
}

/// A call: `SUM(DISTINCT x) FILTER (WHERE c) OVER w`.
///
/// The word forms become plain arguments: `EXTRACT(DAY FROM t)` has the arguments `'DAY', t`; `TRIM(BOTH 'x' FROM s)`
/// has `'BOTH', 'x', s`; `POSITION(a IN b)` has `a, b`; `SUBSTRING(s FROM 2 FOR 3)` has `s, 2, 3`.
public struct FunctionCall: Hashable, Sendable {
  public enum Quantifier: String, Hashable, Sendable {
    case all = "ALL"
    case distinct = "DISTINCT"
  }

  /// The name as written.
  public var name: Identifier
  public var arguments: [Expression]
  public var quantifier: Quantifier?
  /// `COUNT(*)`
  public var isStar = false
  public var filter: Expression?
  public var over: WindowReference?
}

/// The window behind OVER.
public enum WindowReference: Hashable, Sendable {
  case named(Identifier)
  case inline(WindowSpecification)
}

/// `(PARTITION BY … ORDER BY … ROWS …)`
public struct WindowSpecification: Hashable, Sendable {
  public var partitionBy: [Expression]
  public var orderBy: [OrderItem]
  public var frame: WindowFrame?
  public var span: SourceSpan
}

/// `expression [ASC|DESC] [NULLS FIRST|LAST]`
public struct OrderItem: Hashable, Sendable {
  public var expression: Expression
  public var isDescending: Bool
  /// nil stands for the default of the engine: NULLs last when ascending, first when descending.
  public var nullsFirst: Bool?
}

/// `ROWS BETWEEN start AND end`
public struct WindowFrame: Hashable, Sendable {
  public enum Unit: String, Hashable, Sendable {
    case rows = "ROWS"
    case range = "RANGE"
  }

  public enum Bound: Hashable, Sendable {
    case unboundedPreceding
    case preceding(Expression)
    case currentRow
    case following(Expression)
    case unboundedFollowing
  }

  public var unit: Unit
  public var start: Bound
  public var end: Bound
}

/// A type as written: `DECIMAL(10, 2)`, `ARRAY<BIGINT>`, `STRUCT<a BIGINT, b VARCHAR>`.
public struct TypeName: Hashable, Sendable {
  public var name: Identifier
  /// `10` and `2` of `DECIMAL(10, 2)`.
  public var numbers: [Int]
  /// `BIGINT` of `ARRAY<BIGINT>`.
  public var arguments: [TypeName]
  /// The names of a STRUCT's parts, one for each of `arguments`; empty for other types.
  public var fields: [Identifier] = []
}
