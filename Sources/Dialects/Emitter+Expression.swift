import AMCSQL
import Catalog

extension Emitter {
  mutating func expression(_ expression: BoundExpression) throws(Diagnostic) -> String {
    switch expression.kind {
    case .literal(let value), .parameter(_, let value): return SQLLiteral.text(value, expression.type, dialect)
    case .column(let id): return Self.name(id)
    case .call(let function, let arguments): return try call(function, arguments, expression.type, at: expression.span)
    case .arithmetic(let sign, let left, let right): return try arithmetic(sign, left, right, expression.type)
    case .negate(let operand): return try negation(operand)
    case .compare(let sign, let left, let right):
      return "(\(try self.expression(left)) \(sign.rawValue) \(try self.expression(right)))"
    case .logical(let logical, let parts):
      return "(\(try texts(parts).joined(separator: " \(logical.rawValue) ")))"
    case .not(let operand): return "(NOT \(try self.expression(operand)))"
    case .isNull(let operand, let negated): return "(\(try self.expression(operand)) IS \(negated ? "NOT " : "")NULL)"
    case .isTruth(let operand, let truth, let negated):
      return "(\(try self.expression(operand)) IS \(negated ? "NOT " : "")\(truth ? "TRUE" : "FALSE"))"
    case .between, .like, .similar, .inList, .inRelation: return try predicate(expression)
    case .scalarRelation(let subquery): return try scalar(subquery.relation)
    case .exists(let subquery): return "EXISTS (\(try select(subquery.relation)))"
    case .conditional(let branches, let otherwise): return try conditional(branches, otherwise)
    case .cast(let operand): return try cast(operand, to: expression.type)
    case .array(let elements):
      return "CAST(\(dialect.array(try texts(elements))) AS \(dialect.typeName(expression.type)))"
    case .row(let names, let values): return dialect.row(names, try texts(values))
    case .element(let base, let index):
      let (base, index) = (base.type, (try self.expression(base), try self.expression(index)))
      if case .map = base { return dialect.mapValue(index.0, index.1) }
      return dialect.element(index.0, index.1)
    case .field(let base, let name): return dialect.field(try self.expression(base), name)
    case .trim(let side, let value, let characters):
      let function = side == .both ? "trim" : side == .leading ? "ltrim" : "rtrim"
      return "\(function)(\(try self.expression(value)), \(try self.expression(characters)))"
    }
  }

  /// A query as a value. More than one row gives NULL: an error would tell whether somebody has two.
  private mutating func scalar(_ relation: Relation) throws(Diagnostic) -> String {
    let rows = try select(relation)
    guard !relation.hasOneRowAtMost(), let column = relation.columns.first else { return "(\(rows))" }
    let value = dialect.onlyValue(Self.name(column.id))
    return "(SELECT \(value) FROM (\(rows)) AS \(newTable()))"
  }

  private mutating func texts(_ expressions: [BoundExpression]) throws(Diagnostic) -> [String] {
    var result: [String] = []
    for part in expressions { result.append(try expression(part)) }
    return result
  }

  private mutating func predicate(_ expression: BoundExpression) throws(Diagnostic) -> String {
    switch expression.kind {
    case .between(let value, let low, let high, let negated):
      let parts = try texts([value, low, high])
      return "(\(parts[0]) \(negated ? "NOT " : "")BETWEEN \(parts[1]) AND \(parts[2]))"
    case .like(let value, let pattern, let escape, let negated):
      let text = "\(try self.expression(value)) \(negated ? "NOT " : "")LIKE \(try self.expression(pattern))"
      guard let escape else { return "(\(text))" }
      // A pattern that ends with the escape is an error, which must not hang on a value of one row.
      guard ![value, pattern, escape].contains(where: { $0.hasSubquery || $0.isVolatile }) else {
        throw Diagnostic(
          .unsupported, "LIKE … ESCAPE of a subquery's or a random value is not supported.", at: expression.span,
          hint: "Compute that value in a subquery in FROM first.")
      }
      return dialect.attempt("(\(text) ESCAPE \(try self.expression(escape)))")
    case .similar(let value, let pattern, let negated):
      let match = dialect.matchesWhole(try argument(value), try argument(pattern))
      return negated ? "(NOT \(match))" : match
    case .inList(let value, let items, let negated):
      guard !items.isEmpty else { return negated ? "TRUE" : "FALSE" }
      return "(\(try self.expression(value)) \(negated ? "NOT " : "")IN (\(try texts(items).joined(separator: ", "))))"
    case .inRelation(let value, let subquery, let negated):
      return "(\(try self.expression(value)) \(negated ? "NOT " : "")IN (\(try select(subquery.relation))))"
    case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
      .scalarRelation, .exists, .conditional, .cast, .array, .row, .element, .field, .trim:
      preconditionFailure("not a predicate")
    }
  }

  private mutating func conditional(_ branches: [BoundExpression.Branch], _ otherwise: BoundExpression?)
    throws(Diagnostic) -> String
  {
    var text = "CASE"
    for branch in branches {
      text += " WHEN \(try expression(branch.condition)) THEN \(try expression(branch.result))"
    }
    if let otherwise { text += " ELSE \(try expression(otherwise))" }
    return text + " END"
  }

  private mutating func cast(_ operand: BoundExpression, to type: SQLType) throws(Diagnostic) -> String {
    var text = try expression(operand)
    if type.isWhole, operand.type == .string {
      // A text with a fraction is cut as a number is.
      text = dialect.truncate(dialect.cast(text, dialect.typeName(.decimal(precision: 38, scale: 10))))
    } else if type.isWhole, operand.type.isNumeric, !operand.type.isWhole {
      text = dialect.truncate(text)
    } else if type == .double, operand.type.isNumeric {
      // Any number is a double, so that nothing has to be tried.
      return "CAST(\(text) AS \(dialect.typeName(type)))"
    }
    return dialect.cast(text, dialect.typeName(type))
  }
}
