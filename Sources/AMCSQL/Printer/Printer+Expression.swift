extension Printer {
  mutating func expression(_ expression: Expression) {
    switch expression.kind {
    case .literal(let literal): self.literal(literal)
    case .name(let name): qualifiedName(name)
    case .unary(let sign, let operand):
      text += sign == .not ? "NOT " : sign.rawValue
      self.operand(operand)
    case .binary(let binary, let left, let right):
      operand(left)
      text += " \(binary.rawValue) "
      operand(right)
    case .logical(let logical, let parts):
      for (index, part) in parts.enumerated() {
        if index > 0 { text += " \(logical.rawValue) " }
        operand(part)
      }
    case .isNull, .isTruth, .between, .like, .similar, .inList, .inQuery: predicate(expression.kind)
    case .exists(let query): parenthesized("EXISTS ", query)
    case .scalarQuery(let query): parenthesized("", query)
    case .case(let operand, let branches, let otherwise): caseExpression(operand, branches, otherwise)
    case .cast(let value, let type):
      text += "CAST("
      self.expression(value)
      text += " AS "
      typeName(type)
      text += ")"
    case .call(let call): self.call(call)
    case .array(let elements):
      text += "ARRAY["
      list(elements) { printer, element in printer.expression(element) }
      text += "]"
    case .element(let base, let index):
      operand(base)
      text += "["
      self.expression(index)
      text += "]"
    case .field(let base, let field):
      operand(base)
      text += "."
      name(field)
    }
  }

  private mutating func predicate(_ kind: Expression.Kind) {
    switch kind {
    case .isNull(let value, let negated):
      operand(value)
      text += negated ? " IS NOT NULL" : " IS NULL"
    case .isTruth(let value, let truth, let negated):
      operand(value)
      text += (negated ? " IS NOT " : " IS ") + (truth ? "TRUE" : "FALSE")
    case .between(let value, let low, let high, let negated):
      operand(value)
      text += negated ? " NOT BETWEEN " : " BETWEEN "
      operand(low)
      text += " AND "
      operand(high)
    case .like(let value, let pattern, let escape, let negated):
      operand(value)
      text += negated ? " NOT LIKE " : " LIKE "
      operand(pattern)
      if let escape {
        text += " ESCAPE "
        operand(escape)
      }
    case .similar(let value, let pattern, let negated):
      operand(value)
      text += negated ? " NOT SIMILAR TO " : " SIMILAR TO "
      operand(pattern)
    case .inList(let value, let items, let negated):
      operand(value)
      text += negated ? " NOT IN (" : " IN ("
      list(items) { printer, item in printer.expression(item) }
      text += ")"
    case .inQuery(let value, let query, let negated):
      operand(value)
      parenthesized(negated ? " NOT IN " : " IN ", query)
    case .literal, .name, .unary, .binary, .logical, .exists, .scalarQuery, .case, .cast, .call, .array, .element,
      .field:
      preconditionFailure("not a predicate")
    }
  }

  /// An operand, in parentheses if it is an operator itself.
  private mutating func operand(_ expression: Expression) {
    switch expression.kind {
    case .unary, .binary, .logical, .isNull, .isTruth, .between, .like, .similar, .inList, .inQuery:
      text += "("
      self.expression(expression)
      text += ")"
    case .literal(.number(let digits)) where digits.hasPrefix("-"):
      text += "(\(digits))"
    case .literal, .name, .exists, .scalarQuery, .case, .cast, .call, .array, .element, .field:
      self.expression(expression)
    }
  }

  private mutating func parenthesized(_ words: String, _ query: Query) {
    text += words + "("
    self.query(query)
    text += ")"
  }

  private mutating func literal(_ literal: Literal) {
    switch literal {
    case .null: text += "NULL"
    case .boolean(let value): text += value ? "TRUE" : "FALSE"
    case .number(let digits): text += digits
    case .string(let value): string(value)
    case .date(let value):
      text += "DATE "
      string(value)
    case .timestamp(let value):
      text += "TIMESTAMP "
      string(value)
    }
  }

  private mutating func caseExpression(_ operand: Expression?, _ branches: [CaseBranch], _ otherwise: Expression?) {
    text += "CASE"
    if let operand {
      text += " "
      expression(operand)
    }
    for branch in branches {
      text += " WHEN "
      expression(branch.condition)
      text += " THEN "
      expression(branch.result)
    }
    if let otherwise {
      text += " ELSE "
      expression(otherwise)
    }
    text += " END"
  }

  private mutating func typeName(_ type: TypeName) {
    name(type.name)
    if !type.numbers.isEmpty {
      text += "(" + type.numbers.map(String.init).joined(separator: ", ") + ")"
    }
    guard !type.arguments.isEmpty else { return }
    text += "<"
    let parts = type.arguments.indices.map {
      (field: type.fields.isEmpty ? nil : type.fields[$0], type: type.arguments[$0])
    }
    list(parts) { printer, part in
      if let field = part.field {
        printer.name(field)
        printer.text += " "
      }
      printer.typeName(part.type)
    }
    text += ">"
  }

  private mutating func call(_ call: FunctionCall) {
    let upper = call.name.name.uppercased()
    if upper == "EXTRACT", call.arguments.count == 2, case .literal(.string(let unit)) = call.arguments[0].kind {
      text += "EXTRACT(\(unit) FROM "
      expression(call.arguments[1])
      text += ")"
    } else if upper == "POSITION", call.arguments.count == 2 {
      text += "POSITION("
      operand(call.arguments[0])
      text += " IN "
      expression(call.arguments[1])
      text += ")"
    } else if upper == "TRIM", call.arguments.count == 3, case .literal(.string(let side)) = call.arguments[0].kind {
      text += "TRIM(\(side) "
      expression(call.arguments[1])
      text += " FROM "
      expression(call.arguments[2])
      text += ")"
    } else if (upper == "CURRENT_DATE" || upper == "CURRENT_TIMESTAMP"), call.arguments.isEmpty {
      text += upper
    } else {
      plainCall(call)
    }
  }

  private mutating func plainCall(_ call: FunctionCall) {
    name(call.name)
    text += "("
    if let quantifier = call.quantifier { text += quantifier.rawValue + " " }
    if call.isStar { text += "*" }
    list(call.arguments) { printer, argument in printer.expression(argument) }
    text += ")"
    if let filter = call.filter {
      text += " FILTER (WHERE "
      expression(filter)
      text += ")"
    }
    switch call.over {
    case .named(let window):
      text += " OVER "
      name(window)
    case .inline(let specification):
      text += " OVER "
      windowSpecification(specification)
    case nil:
      break
    }
  }

  mutating func windowSpecification(_ specification: WindowSpecification) {
    var parts: [String] = []
    if !specification.partitionBy.isEmpty {
      parts.append("PARTITION BY " + specification.partitionBy.map { Printer.print($0) }.joined(separator: ", "))
    }
    if !specification.orderBy.isEmpty {
      parts.append("ORDER BY " + orderItems(specification.orderBy))
    }
    if let frame = specification.frame {
      parts.append("\(frame.unit.rawValue) BETWEEN \(bound(frame.start)) AND \(bound(frame.end))")
    }
    text += "(" + parts.joined(separator: " ") + ")"
  }

  func orderItems(_ items: [OrderItem]) -> String { items.map(orderItem).joined(separator: ", ") }

  private func orderItem(_ item: OrderItem) -> String {
    var result = Printer.print(item.expression)
    if item.isDescending { result += " DESC" }
    if let nullsFirst = item.nullsFirst { result += nullsFirst ? " NULLS FIRST" : " NULLS LAST" }
    return result
  }

  private func bound(_ bound: WindowFrame.Bound) -> String {
    switch bound {
    case .unboundedPreceding: "UNBOUNDED PRECEDING"
    case .preceding(let count): "\(Printer.print(count)) PRECEDING"
    case .currentRow: "CURRENT ROW"
    case .following(let count): "\(Printer.print(count)) FOLLOWING"
    case .unboundedFollowing: "UNBOUNDED FOLLOWING"
    }
  }
}
