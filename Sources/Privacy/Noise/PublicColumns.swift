import AMCSQL
import Catalog

/// The columns of users' rows whose values come from public rows: tables without users, VALUES, constants, and results
/// that have their noise. Groups of such columns are known without the users: all of them are shown, and none tells
/// that somebody is in it.
struct PublicColumns {
  /// A column as an expression over the columns of one public relation, or over nothing.
  private struct Origin {
    var side: Int?
    var expression: BoundExpression
  }

  /// The public relations. Their rows are all that a user's row can have from them.
  private var sides: [Relation] = []
  private var columns: [ColumnID: Origin] = [:]

  static let none = PublicColumns()

  /// The columns of a public relation that rows are joined with.
  ///
  /// - Parameter isOptional: Whether rows may lack a partner, so that its columns are NULL.
  init(of relation: Relation, isOptional: Bool, _ build: inout RelationBuilder) {
    let side = isOptional ? relation.withMissingRow(&build) : relation
    sides = [side]
    for (column, own) in zip(relation.columns, side.columns) {
      columns[column.id] = Origin(side: 0, expression: .column(own, at: .none))
    }
  }

  private init() {}

  // MARK: What becomes of them

  /// The columns of both, for rows that are joined.
  ///
  /// - Parameters:
  ///   - isOptional: Whether rows may lack those of this side.
  ///   - otherIsOptional: Whether rows may lack those of the other one.
  func joined(
    _ other: PublicColumns, isOptional: Bool = false, otherIsOptional: Bool = false, _ build: inout RelationBuilder
  ) -> PublicColumns {
    var result = isOptional ? optional(&build) : self
    let right = otherIsOptional ? other.optional(&build) : other
    let offset = result.sides.count
    result.sides += right.sides
    for (id, origin) in right.columns {
      result.columns[id] = Origin(side: origin.side.map { $0 + offset }, expression: origin.expression)
    }
    return result
  }

  private func optional(_ build: inout RelationBuilder) -> PublicColumns {
    var result = PublicColumns()
    for side in sides {
      let wider = side.withMissingRow(&build)
      let names = Dictionary(uniqueKeysWithValues: zip(side.columns.map(\.id), wider.columns))
      for (id, origin) in columns where origin.side == result.sides.count {
        result.columns[id] = Origin(side: origin.side, expression: origin.expression.renamed(names))
      }
      result.sides.append(wider)
    }
    return result
  }

  /// The columns behind a projection, or behind the keys of an aggregation by user.
  func projected(_ items: [Relation.Project.Item]) -> PublicColumns {
    var result = self
    result.columns = [:]
    for item in items { result.columns[item.column.id] = origin(of: item.expression) }
    return result
  }

  /// The same columns under other names; those without a name are gone.
  func named(_ names: [ColumnID: RelationColumn]) -> PublicColumns {
    var result = self
    result.columns = [:]
    for (id, origin) in columns { if let name = names[id] { result.columns[name.id] = origin } }
    return result
  }

  /// The columns of a UNION that are public in each of its parts.
  static func union(
    _ union: Relation.Union, of parts: [PublicColumns], _ build: inout RelationBuilder
  ) -> PublicColumns {
    let indices = union.columns.indices.filter { index in
      zip(union.inputs, parts).allSatisfy { input, part in
        part.origin(of: .column(input.columns[index], at: union.span)) != nil
      }
    }
    guard !indices.isEmpty else { return .none }
    var inputs: [Relation] = []
    for (input, part) in zip(union.inputs, parts) {
      let keys = indices.map { BoundExpression.column(input.columns[$0], at: union.span) }
      guard let domain = part.domain(of: keys, at: union.span, &build) else { return .none }
      inputs.append(domain)
    }
    let columns = indices.map { build.column(union.columns[$0].name, union.columns[$0].type) }
    let all = Relation.union(.init(inputs: inputs, isAll: true, columns: columns, span: union.span))
    return PublicColumns(of: all, isOptional: false, &build).named(
      Dictionary(uniqueKeysWithValues: zip(columns.map(\.id), indices.map { union.columns[$0] })))
  }

  // MARK: Conditions

  /// Notes what rows say that a condition left: which rows of a public relation are still asked for, and which columns
  /// are equal to public ones.
  ///
  /// - Parameter isPublic: Whether a subquery, which stands alone, gives public rows.
  mutating func learn(
    from condition: BoundExpression, isPublic: (BoundExpression.Subquery) -> Bool, _ build: inout RelationBuilder
  ) {
    for part in condition.conjuncts where !part.isVolatile {
      if let origin = origin(of: part) {
        if let side = origin.side {
          sides[side] = .filter(.init(input: sides[side], condition: origin.expression))
        }
        continue
      }
      switch part.kind {
      case .compare(.equal, let left, let right):
        equate(left, with: right)
        equate(right, with: left)
      case .inList(let value, let items, negated: false): restrict(value, to: items, &build)
      case .inRelation(let value, let subquery, negated: false) where isPublic(subquery):
        guard let id = unknownColumn(value), let column = subquery.relation.columns.first else { break }
        sides.append(subquery.relation)
        columns[id] = Origin(side: sides.count - 1, expression: Self.cast(.column(column, at: .none), to: value.type))
      case .literal, .parameter, .column, .call, .arithmetic, .negate, .compare, .logical, .not, .isNull, .isTruth,
        .between, .like, .similar, .inList, .inRelation, .scalarRelation, .exists, .conditional, .cast, .array, .row,
        .element, .field, .trim:
        break
      }
    }
  }

  private mutating func equate(_ left: BoundExpression, with right: BoundExpression) {
    guard let id = unknownColumn(left), var origin = origin(of: right) else { return }
    origin.expression = Self.cast(origin.expression, to: left.type)
    columns[id] = origin
  }

  private mutating func restrict(
    _ value: BoundExpression, to items: [BoundExpression], _ build: inout RelationBuilder
  ) {
    guard let id = unknownColumn(value), items.allSatisfy({ $0.isConstant && !$0.isVolatile }) else { return }
    let values = build.values(
      items.map { [Self.cast($0, to: value.type)] }, [(name: "value", type: value.type)], at: .none)
    sides.append(values)
    columns[id] = Origin(side: sides.count - 1, expression: .column(values.columns[0], at: .none))
  }

  /// The column that the expression is, if it's not public yet.
  private func unknownColumn(_ expression: BoundExpression) -> ColumnID? {
    guard case .column(let id) = expression.kind, columns[id] == nil, expression.type != .userKey else { return nil }
    return id
  }

  private static func cast(_ expression: BoundExpression, to type: SQLType) -> BoundExpression {
    expression.type == type ? expression : BoundExpression(.cast(expression), type: type, at: expression.span)
  }

  // MARK: Groups

  /// Whether each of the expressions is public.
  func contains(_ expressions: [BoundExpression]) -> Bool { expressions.allSatisfy { origin(of: $0) != nil } }

  /// The different values that the expressions have together; nil where one of them is not public.
  ///
  /// - Returns: A relation with a column for each expression.
  func domain(of keys: [BoundExpression], at span: SourceSpan, _ build: inout RelationBuilder) -> Relation? {
    var origins: [Origin] = []
    for key in keys {
      guard let origin = origin(of: key) else { return nil }
      origins.append(origin)
    }
    let needed = Set(origins.compactMap(\.side)).sorted()
    var all: Relation?
    for side in needed.map({ sides[$0] }) {
      all = all.map { .join(.init(kind: .cross, left: $0, right: side, condition: nil)) } ?? side
    }
    let one = build.values([[.number(1, at: span)]], [(name: "one", type: .bigint)], at: span)
    let items = zip(keys, origins).map { key, origin in
      Relation.Project.Item(column: build.column("key", key.type), expression: origin.expression)
    }
    return .aggregate(.init(input: all ?? one, keys: items, calls: [], span: span))
  }

  /// The expression over the columns of one side, or over nothing; nil where it's not public.
  private func origin(of expression: BoundExpression) -> Origin? {
    guard !expression.hasSubquery, !expression.isVolatile else { return nil }
    var side: Int?
    var names: [ColumnID: BoundExpression] = [:]
    for id in expression.columnsInUse {
      guard let origin = columns[id] else { return nil }
      if let own = origin.side {
        guard side == nil || side == own else { return nil }
        side = own
      }
      names[id] = origin.expression
    }
    return Origin(side: side, expression: expression.substituting(names))
  }
}

extension BoundExpression {
  /// Whether no column is part of it.
  var isConstant: Bool { columnsInUse.isEmpty && !hasSubquery }

  /// The expression with others in place of columns.
  fileprivate func substituting(_ names: [ColumnID: BoundExpression]) -> BoundExpression {
    if case .column(let id) = kind, let other = names[id] { return other }
    return mapChildren { $0.substituting(names) }
  }
}

extension Relation {
  /// The rows, and one of nothing but NULL, under new ids.
  fileprivate func withMissingRow(_ build: inout RelationBuilder) -> Relation {
    let none = build.values(
      [columns.map { .null($0.type, at: .none) }], columns.map { (name: $0.name, type: $0.type) }, at: .none)
    let all = columns.map { build.column($0.name, $0.type) }
    return .union(.init(inputs: [self, none], isAll: true, columns: all, span: .none))
  }
}
