import AMCSQL

/// The state while the expressions of one SELECT are bound.
struct SelectState {
  var aggregates: [Relation.Aggregate.Call] = []
  var windows: [Relation.Window.Call] = []
  var namedWindows: [String: WindowSpecification] = [:]
  var explode: Relation.Explode?
}

/// The clause of an expression, which decides what the expression may contain.
struct Clause {
  enum Permission {
    case allowed
    case refused
  }

  var name: String
  var aggregates: Permission
  var windows: Permission
  /// The expressions behind the aliases of the SELECT list.
  var aliases: [String: Expression] = [:]
  /// Names, in lower case, that SELECT defines and that have no meaning here.
  var selectNames: Set<String> = []
}

extension Binder {
  /// Runs `body` with its own SELECT state.
  mutating func isolated<Result>(_ body: (inout Binder) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    let saved = select
    select = SelectState()
    defer { select = saved }
    return try body(&self)
  }

  /// Binds a SELECT, and the ORDER BY behind it.
  mutating func bindSelect(_ syntax: Select, orderBy: [OrderItem] = []) throws(Diagnostic) -> SortedRelation {
    try isolated { binder throws(Diagnostic) in try binder.selectInIsolation(syntax, orderBy) }
  }

  private mutating func selectInIsolation(_ syntax: Select, _ orderBy: [OrderItem]) throws(Diagnostic)
    -> SortedRelation
  {
    // Before anything is made of them.
    try requireFew("columns", syntax.items.count, of: "This SELECT", at: syntax.span)
    var (relation, scope) = try source(of: syntax)
    for window in syntax.windows {
      let name = window.name.name.lowercased()
      guard select.namedWindows.updateValue(window.specification, forKey: name) == nil else {
        throw Diagnostic(.duplicateName, "WINDOW names \(quoted(window.name.name)) twice.", at: window.name.span)
      }
    }
    if let filter = syntax.filter {
      let clause = Clause(
        name: "WHERE", aggregates: .refused, windows: .refused, selectNames: Self.aliases(of: syntax))
      relation = .filter(.init(input: relation, condition: try condition(filter, in: scope, clause)))
    }
    var items = try selectItems(syntax, in: scope)
    var having: BoundExpression?
    if let syntax = syntax.having {
      let clause = Clause(name: "HAVING", aggregates: .allowed, windows: .refused, aliases: items.aliases)
      having = try condition(syntax, in: scope, clause)
    }
    try requireFew("aggregates", select.aggregates.count, of: "This SELECT", at: syntax.span)
    let keys = try groupKeys(syntax, items, in: scope)
    let rowWindows = try takeWindows(of: keys)
    if !rowWindows.isEmpty { relation = .window(.init(input: relation, calls: rowWindows)) }
    let shownCount = items.list.count
    let order = try orderIndices(of: orderBy, syntax, &items, in: scope)
    if var explode = select.explode {
      guard keys.isEmpty, select.aggregates.isEmpty else {
        throw Diagnostic(
          .invalidAggregate, "EXPLODE and aggregation can't stand in one SELECT.", at: syntax.span,
          hint: "Explode in a subquery and aggregate outside of it.")
      }
      explode.input = relation
      relation = .explode(explode)
    }
    if !syntax.groupBy.isEmpty || !select.aggregates.isEmpty || having != nil {
      relation = try group(relation, by: keys, &items, &having, at: syntax.span)
    }
    if let having { relation = .filter(.init(input: relation, condition: having)) }
    if !select.windows.isEmpty { relation = .window(.init(input: relation, calls: select.windows)) }
    let project = Relation.Project(
      input: relation,
      items: items.list.map { item in
        .init(column: newColumn(item.name, item.expression.type), expression: item.expression)
      })
    relation = .project(project)
    if syntax.isDistinct { relation = distinct(relation, at: syntax.span) }
    return SortedRelation(
      relation: relation, spans: items.list.map(\.span),
      order: Self.order(by: order, orderBy, relation.columns, shownCount: shownCount))
  }

  private static func aliases(of syntax: Select) -> Set<String> {
    var names: Set<String> = []
    for case .expression(_, let alias?) in syntax.items { names.insert(alias.name.lowercased()) }
    return names
  }

  private mutating func source(of syntax: Select) throws(Diagnostic) -> (Relation, Scope) {
    guard syntax.from.isEmpty else { return try from(syntax.from) }
    // SELECT without FROM has one row.
    let one = BoundExpression(.literal(.number("1")), type: .integer, at: syntax.span)
    return (.values(.init(rows: [[one]], columns: [newColumn("EXPR$0", .integer)], span: syntax.span)), Scope())
  }

  private mutating func distinct(_ relation: Relation, at span: SourceSpan) -> Relation {
    let keys = relation.columns.map { column in
      Relation.Project.Item(
        column: newColumn(column.name, column.type),
        expression: BoundExpression(.column(column.id), type: column.type, at: span))
    }
    return .aggregate(.init(input: relation, keys: keys, calls: [], span: span))
  }

  // MARK: The SELECT list

  struct SelectItems {
    struct Item {
      var name: String
      var expression: BoundExpression
      var span: SourceSpan
      /// The expression as written; nil for a column of `name.*`.
      var syntax: Expression?
    }

    var list: [Item] = []
    /// The expression of each alias, by its name in lower case.
    var aliases: [String: Expression] = [:]
    /// The index in `list` of each alias.
    var indexByName: [String: Int] = [:]
  }

  private mutating func selectItems(_ syntax: Select, in scope: Scope) throws(Diagnostic) -> SelectItems {
    var items = SelectItems()
    let clause = Clause(name: "SELECT", aggregates: .allowed, windows: .allowed)
    var first: Diagnostic?
    for item in syntax.items {
      do throws(Diagnostic) {
        switch item {
        case .allColumns(let name, let span):
          try appendAllColumns(of: name, at: span, in: scope, to: &items)
        case .expression(let expression, let alias):
          let bound = try selectExpression(expression, in: scope, clause)
          let name = alias?.name ?? defaultName(of: expression) ?? "EXPR$\(items.list.count)"
          if let alias {
            items.aliases[alias.name.lowercased()] = expression
            items.indexByName[alias.name.lowercased()] = items.list.count
          }
          items.list.append(
            .init(
              name: name, expression: bound, span: alias?.span.union(expression.span) ?? expression.span,
              syntax: expression))
        }
      } catch {
        // The other columns are bound all the same, so one check reports the problems of all.
        if first == nil { first = error } else { errors.append(error) }
      }
    }
    if let first { throw first }
    return items
  }

  private func appendAllColumns(
    of name: Identifier, at span: SourceSpan, in scope: Scope, to items: inout SelectItems
  ) throws(Diagnostic) {
    guard let table = scope.table(named: name.name) else {
      throw notInFrom(name, scope)
    }
    for column in table.columns {
      let expression = BoundExpression(.column(column.id), type: column.type, at: span)
      items.list.append(.init(name: column.name, expression: expression, span: span))
    }
  }

  func defaultName(of expression: Expression) -> String? {
    switch expression.kind {
    case .name(let name): name.parts.last?.name
    case .field(_, let field): field.name
    case .literal, .unary, .binary, .logical, .isNull, .isTruth, .between, .like, .similar, .inList, .inQuery, .exists,
      .scalarQuery, .case, .cast, .call, .array, .element:
      nil
    }
  }

  private mutating func selectExpression(_ syntax: Expression, in scope: Scope, _ clause: Clause) throws(Diagnostic)
    -> BoundExpression
  {
    if case .call(let call) = syntax.kind, call.name.name.uppercased() == "EXPLODE" {
      return try explode(call, in: scope, at: syntax.span)
    }
    return try expression(syntax, in: scope, clause)
  }

  private mutating func explode(_ call: FunctionCall, in scope: Scope, at span: SourceSpan) throws(Diagnostic)
    -> BoundExpression
  {
    guard select.explode == nil else {
      throw Diagnostic(
        .unsupported, "Two EXPLODE in one SELECT are not supported.", at: span,
        hint: "Explode one of them in a subquery.")
    }
    guard call.arguments.count == 1, call.quantifier == nil, call.over == nil, call.filter == nil else {
      throw Diagnostic(.wrongArguments, "EXPLODE takes one array.", at: span)
    }
    let clause = Clause(name: "EXPLODE", aggregates: .refused, windows: .refused)
    let array = try expression(call.arguments[0], in: scope, clause)
    guard case .array(let element) = array.type else {
      throw Diagnostic(.typeMismatch, "EXPLODE takes an array, this is \(array.type.description).", at: array.span)
    }
    let column = newColumn("EXPLODE", element)
    let nothing = Relation.values(.init(rows: [], columns: [], span: span))
    select.explode = .init(input: nothing, array: array, column: column)
    return BoundExpression(.column(column.id), type: element, at: span)
  }
}
