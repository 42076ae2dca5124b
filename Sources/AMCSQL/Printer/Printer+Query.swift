extension Printer {
  mutating func query(_ query: Query) {
    if !query.with.isEmpty {
      text += "WITH "
      list(query.with) { printer, common in printer.commonTableExpression(common) }
      text += " "
    }
    body(query.body)
    if !query.orderBy.isEmpty { text += " ORDER BY " + orderItems(query.orderBy) }
  }

  private mutating func commonTableExpression(_ common: CommonTableExpression) {
    name(common.name)
    columns(common.columns)
    text += " AS ("
    query(common.query)
    text += ")"
  }

  private mutating func columns(_ columns: [Identifier]) {
    guard !columns.isEmpty else { return }
    text += " ("
    list(columns) { printer, column in printer.name(column) }
    text += ")"
  }

  private mutating func body(_ body: QueryBody) {
    switch body {
    case .select(let select):
      self.select(select)
    case .values(let rows, _):
      text += "VALUES "
      list(rows) { printer, row in
        printer.text += "("
        printer.list(row) { printer, value in printer.expression(value) }
        printer.text += ")"
      }
    case .union(let first, let rest, _):
      self.body(first)
      for branch in rest {
        text += branch.isAll ? " UNION ALL " : " UNION "
        self.body(branch.body)
      }
    case .nested(let query):
      text += "("
      self.query(query)
      text += ")"
    }
  }

  private mutating func select(_ select: Select) {
    text += select.isDistinct ? "SELECT DISTINCT " : "SELECT "
    list(select.items) { printer, item in printer.selectItem(item) }
    if !select.from.isEmpty {
      text += " FROM "
      list(select.from) { printer, table in printer.table(table) }
    }
    clause(" WHERE ", select.filter)
    if !select.groupBy.isEmpty {
      text += " GROUP BY "
      list(select.groupBy) { printer, key in printer.expression(key) }
    }
    clause(" HAVING ", select.having)
    guard !select.windows.isEmpty else { return }
    text += " WINDOW "
    list(select.windows) { printer, window in
      printer.name(window.name)
      printer.text += " AS "
      printer.windowSpecification(window.specification)
    }
  }

  private mutating func clause(_ words: String, _ expression: Expression?) {
    guard let expression else { return }
    text += words
    self.expression(expression)
  }

  private mutating func selectItem(_ item: SelectItem) {
    switch item {
    case .expression(let expression, let alias):
      self.expression(expression)
      if let alias {
        text += " AS "
        name(alias)
      }
    case .allColumns(let table, _):
      name(table)
      text += ".*"
    }
  }

  private mutating func table(_ table: TableExpression) {
    switch table {
    case .table(let name, let alias):
      qualifiedName(name)
      self.alias(alias)
    case .extendedTimeWindow(let extended, let alias):
      text += "TABLE(EXTEND_TIME_WINDOW("
      string(extended.table.name)
      text += ", "
      string(extended.before)
      text += ", "
      string(extended.after)
      text += "))"
      self.alias(alias)
    case .subquery(let query, let alias, _):
      text += "("
      self.query(query)
      text += ")"
      self.alias(alias)
    case .join(let join):
      self.join(join)
    case .nested(let inner, _):
      text += "("
      self.table(inner)
      text += ")"
    }
  }

  private mutating func alias(_ alias: TableAlias?) {
    guard let alias else { return }
    text += " AS "
    name(alias.name)
    columns(alias.columns)
  }

  private mutating func join(_ join: Join) {
    table(join.left)
    text += " \(join.kind.rawValue) "
    table(join.right)
    switch join.condition {
    case .on(let condition):
      text += " ON "
      expression(condition)
    case .using(let columns):
      text += " USING ("
      list(columns) { printer, column in printer.name(column) }
      text += ")"
    case nil:
      break
    }
  }
}
