import AMCSQL
import Catalog

/// The places of rows of several users in the order of a window. Each user has one row in each partition.
///
/// A value that many users share is one place, as in SQL. A user alone in a place would show through the ranks of all
/// behind it: one of others who share a place would be 2, and 1 if that user came later. So
///
/// - values that fewer than `usersMin` users share count row by row, whichever user has which; the number of rows
///   before another one then follows from the number of rows alone;
/// - such rows have places of their own only where `usersMin` users and more come after each other in this way, between
///   values that are shared. Fewer have the place of the shared value behind them, or before them at the end.
struct Places {
  var build: RelationBuilder
  private(set) var relation: Relation
  let key: RelationColumn
  let partition: [BoundExpression]
  let order: [Relation.Window.Order]
  let usersMin: Int
  let span: SourceSpan

  /// The number of the row in its partition, from 1.
  let position: RelationColumn
  /// How many rows and how many known users the partition has.
  private let rowCount: RelationColumn
  private let userCount: RelationColumn
  /// The places of the row; nil as long as nobody asked for them.
  private var blocks: Blocks?

  /// The rows that have a place together, or that come after each other with places of their own.
  private struct Blocks {
    /// 1 where each row has its own place, and 0 where all have the same.
    var isRun: RelationColumn
    /// The positions of the first and the last of the rows.
    var start: RelationColumn
    var end: RelationColumn
  }

  /// - Parameter call: A call with the window.
  init(
    of call: Relation.Window.Call, over input: Relation, key: RelationColumn, usersMin: Int, _ build: RelationBuilder
  ) {
    self.build = build
    self.key = key
    self.usersMin = usersMin
    (partition, order, span) = (call.partitionBy, call.orderBy, call.span)
    position = self.build.column("position", .bigint)
    rowCount = self.build.column("rows", .bigint)
    userCount = self.build.column("users", .bigint)
    relation = input
    relation = .window(
      .init(
        input: input,
        calls: [
          ranking("ROW_NUMBER", as: position), counting(nil, as: rowCount, by: partition),
          counting(.column(key, at: span), as: userCount, by: partition),
        ]))
  }

  // MARK: What functions give

  /// The value of a ranking function; NULL in partitions with fewer than `usersMin` users.
  mutating func value(of call: Relation.Window.Call) -> BoundExpression {
    let rank: BoundExpression
    switch call.function.name {
    case "NTILE":
      let tile = build.column("tile", .bigint)
      var numbered = ranking("NTILE", as: tile)
      numbered.arguments = call.arguments
      relation = .window(.init(input: relation, calls: [numbered]))
      let least = BoundExpression.number((call.arguments.first?.tileCount ?? 1) * usersMin, at: span)
      return choose(.column(userCount, at: span), atLeast: least, .column(tile, at: span), .bigint)
    case "ROW_NUMBER": rank = .column(position, at: span)
    case "DENSE_RANK": rank = denseRank()
    case "PERCENT_RANK":
      let place = place()
      rank = quotient(minusOne(place.first), minusOne(.column(rowCount, at: span)))
    case "CUME_DIST": rank = quotient(place().last, .column(rowCount, at: span))
    default: rank = place().first
    }
    return choose(.column(userCount, at: span), atLeast: .number(usersMin, at: span), rank, rank.type)
  }

  /// The position of the first row of the row's group of at least `usersMin` users: those who share its place, or those
  /// around it. NULL in partitions with fewer users.
  mutating func groupStart() -> BoundExpression {
    let blocks = madeBlocks()
    let start = BoundExpression.column(blocks.start, at: span)
    let width = BoundExpression.number(usersMin, at: span)
    func whole(_ rows: BoundExpression) -> BoundExpression {
      let groups = BoundExpression(
        .call(RelationBuilder.function("FLOOR"), [quotient(rows, width)]), type: .double, at: span)
      return BoundExpression(.cast(groups), type: .bigint, at: span)
    }
    let before = BoundExpression.column(position, at: span).computed(.subtract, start, as: .bigint)
    let all = BoundExpression.column(blocks.end, at: span).computed(.subtract, start, as: .bigint).computed(
      .add, .number(1, at: span), as: .bigint)
    let number = BoundExpression(
      .call(RelationBuilder.function("LEAST"), [whole(before), minusOne(whole(all))]), type: .bigint, at: span)
    let inRun = start.computed(.add, width.computed(.multiply, number, as: .bigint), as: .bigint)
    let own = BoundExpression(
      .conditional([.init(condition: isOne(blocks.isRun), result: inRun)], otherwise: start), type: .bigint, at: span)
    return choose(.column(userCount, at: span), atLeast: .number(usersMin, at: span), own, .bigint)
  }

  // MARK: Places

  /// The positions of the first and the last row in the row's place.
  private mutating func place() -> (first: BoundExpression, last: BoundExpression) {
    let blocks = madeBlocks()
    func own(_ column: RelationColumn) -> BoundExpression {
      BoundExpression(
        .conditional(
          [.init(condition: isOne(blocks.isRun), result: .column(position, at: span))],
          otherwise: .column(column, at: span)), type: .bigint, at: span)
    }
    return (own(blocks.start), own(blocks.end))
  }

  /// How many places there are up to the row's own.
  private mutating func denseRank() -> BoundExpression {
    let blocks = madeBlocks()
    let isFirst = BoundExpression.column(position, at: span).compared(.equal, .column(blocks.start, at: span))
    let begins = add(mark(where: .any([isOne(blocks.isRun), isFirst], at: span)), "begins")
    let dense = build.column("dense_rank", .bigint)
    relation = .window(.init(input: relation, calls: [running(begins, as: dense)]))
    return .column(dense, at: span)
  }

  private mutating func madeBlocks() -> Blocks {
    if let blocks { return blocks }
    let sharers = build.column("sharers", .bigint)
    let first = build.column("first", .bigint)
    let values = partition + order.map(\.expression)
    relation = .window(
      .init(
        input: relation,
        calls: [
          counting(.column(key, at: span), as: sharers, by: values),
          .init(column: first, "MIN", of: .column(position, at: span), by: values, at: span),
        ]))
    let isShared = BoundExpression.column(sharers, at: span).compared(.greaterOrEqual, .number(usersMin, at: span))
    let isFirst = BoundExpression.column(position, at: span).compared(.equal, .column(first, at: span))
    let shares = add(mark(where: isShared), "shares")
    let opens = add(mark(where: .all([isShared, isFirst], at: span)), "opens")
    // Shared values have numbers; rows between two of them have that of the one before.
    let number = build.column("number", .bigint)
    let last = build.column("last", .bigint)
    relation = .window(
      .init(
        input: relation,
        calls: [running(opens, as: number), counting(.column(opens, at: span), as: last, by: partition)]))
    let run = partition + [.column(shares, at: span), .column(number, at: span)]
    let users = build.column("users", .bigint)
    relation = .window(.init(input: relation, calls: [counting(.column(key, at: span), as: users, by: run)]))
    let isShort = BoundExpression.column(users, at: span).compared(.less, .number(usersMin, at: span))
    let isSingle = BoundExpression(.isNull(.column(shares, at: span), negated: false), type: .boolean, at: span)
    let isRun = add(
      mark(where: .all([isSingle, BoundExpression(.not(isShort), type: .boolean, at: span)], at: span)), "run")
    let own = BoundExpression.column(number, at: span)
    let joins = BoundExpression.all([isSingle, isShort, own.compared(.less, .column(last, at: span))], at: span)
    let next = own.computed(.add, .number(1, at: span), as: .bigint)
    let block = add(
      BoundExpression(.conditional([.init(condition: joins, result: next)], otherwise: own), type: .bigint, at: span),
      "block")
    let (start, end) = (build.column("start", .bigint), build.column("end", .bigint))
    let keys = partition + [.column(isRun, at: span), .column(block, at: span)]
    relation = .window(
      .init(
        input: relation,
        calls: [
          .init(column: start, "MIN", of: .column(position, at: span), by: keys, at: span),
          .init(column: end, "MAX", of: .column(position, at: span), by: keys, at: span),
        ]))
    let made = Blocks(isRun: isRun, start: start, end: end)
    blocks = made
    return made
  }

  // MARK: Parts

  /// A ranking function over the partition. Rows that ORDER BY does not tell apart come in an order that nobody knows,
  /// and always in the same.
  private func ranking(_ name: String, as column: RelationColumn) -> Relation.Window.Call {
    let last = Relation.Window.Order(.column(key, at: span), isDescending: false, nullsFirst: false)
    return .init(
      column: column, function: RelationBuilder.function(name), partitionBy: partition, orderBy: order + [last],
      span: span)
  }

  private func counting(
    _ value: BoundExpression?, as column: RelationColumn, by keys: [BoundExpression]
  ) -> Relation.Window.Call {
    guard let value else {
      return .init(
        column: column, function: RelationBuilder.function("COUNT"), partitionBy: keys, orderBy: [], span: span)
    }
    return .init(column: column, "COUNT", of: value, by: keys, at: span)
  }

  /// How many rows up to this one have a value.
  private func running(_ value: RelationColumn, as column: RelationColumn) -> Relation.Window.Call {
    var call = counting(.column(value, at: span), as: column, by: partition)
    call.orderBy = [.init(.column(position, at: span), isDescending: false, nullsFirst: false)]
    return call
  }

  private mutating func add(_ value: BoundExpression, _ name: String) -> RelationColumn {
    let column = build.column(name, value.type)
    relation = .project(
      .init(
        input: relation,
        items: relation.columns.map(ThresholdRewriter.kept) + [.init(column: column, expression: value)]))
    return column
  }

  /// 1 where the condition holds, and NULL elsewhere.
  private func mark(where condition: BoundExpression) -> BoundExpression {
    BoundExpression(
      .conditional([.init(condition: condition, result: .number(1, at: span))], otherwise: nil), type: .bigint, at: span
    )
  }

  private func isOne(_ column: RelationColumn) -> BoundExpression {
    BoundExpression(.isNull(.column(column, at: span), negated: true), type: .boolean, at: span)
  }

  private func choose(
    _ count: BoundExpression, atLeast least: BoundExpression, _ value: BoundExpression, _ type: SQLType
  ) -> BoundExpression {
    BoundExpression(
      .conditional([.init(condition: count.compared(.greaterOrEqual, least), result: value)], otherwise: nil),
      type: type, at: span)
  }

  private func minusOne(_ value: BoundExpression) -> BoundExpression {
    value.computed(.subtract, .number(1, at: span), as: .bigint)
  }

  private func quotient(_ part: BoundExpression, _ whole: BoundExpression) -> BoundExpression {
    part.asDouble().computed(.divide, whole.asDouble(), as: .double)
  }
}
