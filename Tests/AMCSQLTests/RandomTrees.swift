@testable import AMCSQL
import TestSupport

/// Random queries, grammatical but mostly without meaning.
struct RandomTrees {
  private var random: SeededGenerator
  private static let nowhere = SourceSpan(.start, .start)

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: 0..<items.count, using: &random)] }
  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
  private mutating func list<Item>(_ range: ClosedRange<Int>, _ make: (inout Self) -> Item) -> [Item] {
    (0..<Int.random(in: range, using: &random)).map { _ in make(&self) }
  }

  private mutating func name() -> Identifier {
    if chance(4) { return Identifier(pick(["select", "a b", "q\"q", "Ä", "x"]), isQuoted: true, span: Self.nowhere) }
    return Identifier(pick(["a", "b", "campaign", "user_id", "date", "row", "first", "_x"]), span: Self.nowhere)
  }

  private func at(_ kind: Expression.Kind) -> Expression { Expression(kind, at: Self.nowhere) }

  mutating func query(depth: Int) -> Query {
    let with =
      chance(4) && depth > 0
      ? list(1...2) {
        CommonTableExpression(name: $0.name(), columns: $0.list(0...2) { $0.name() }, query: $0.query(depth: depth - 1))
      } : []
    let orderBy =
      chance(4)
      ? list(1...2) {
        OrderItem(expression: $0.expression(1), isDescending: $0.chance(2), nullsFirst: $0.pick([nil, true, false]))
      } : []
    return Query(with: with, body: body(depth), orderBy: orderBy, span: Self.nowhere)
  }

  private mutating func body(_ depth: Int) -> QueryBody {
    if chance(8) {
      return .values(list(1...3) { random in random.list(2...2) { $0.expression(1) } }, span: Self.nowhere)
    }
    guard depth > 0, chance(4) else { return .select(select(depth)) }
    let rest = list(1...3) { UnionBranch(isAll: $0.chance(2), body: .select($0.select(depth - 1))) }
    return .union(first: .select(select(depth - 1)), rest: rest, span: Self.nowhere)
  }

  private mutating func select(_ depth: Int) -> Select {
    let items = list(1...3) { trees -> SelectItem in
      if trees.chance(10) { return .allColumns(of: trees.name(), span: Self.nowhere) }
      return .expression(trees.expression(depth), alias: trees.chance(2) ? trees.name() : nil)
    }
    let hasFrom = chance(2)
    return Select(
      isDistinct: chance(5), items: items, from: hasFrom ? list(1...2) { $0.table(depth) } : [],
      filter: chance(2) ? expression(depth) : nil, groupBy: chance(3) ? list(1...2) { $0.expression(1) } : [],
      having: chance(5) ? expression(depth) : nil,
      windows: chance(6) ? [NamedWindow(name: name(), specification: window(1))] : [], span: Self.nowhere)
  }

  private mutating func table(_ depth: Int) -> TableExpression {
    let alias = chance(2) ? TableAlias(name: name(), columns: list(0...2) { $0.name() }) : nil
    switch Int.random(in: 0..<(depth > 0 ? 6 : 2), using: &random) {
    case 0, 1: return .table(QualifiedName([name()]), alias: alias)
    case 2:
      return .extendedTimeWindow(
        ExtendedTimeWindow(
          table: Identifier("t", isQuoted: true, span: Self.nowhere), before: "P1D", after: "PT2H",
          beforeSpan: Self.nowhere, afterSpan: Self.nowhere, span: Self.nowhere), alias: alias)
    case 3: return .subquery(query(depth: depth - 1), alias: alias, span: Self.nowhere)
    case 4: return .nested(table(depth - 1), span: Self.nowhere)
    default:
      let kind = pick([Join.Kind.inner, .left, .full, .cross])
      let condition: Join.Condition? =
        kind == .cross ? nil : chance(2) ? .on(expression(depth - 1)) : .using(list(1...2) { $0.name() })
      // The right side of a join is a table or stands in parentheses.
      return .join(
        Join(
          kind: kind, left: table(depth - 1), right: .table(QualifiedName([name()]), alias: nil), condition: condition))
    }
  }

  private mutating func window(_ depth: Int) -> WindowSpecification {
    let frames: [WindowFrame?] = [
      nil, WindowFrame(unit: .rows, start: .unboundedPreceding, end: .currentRow),
      WindowFrame(unit: .range, start: .preceding(at(.literal(.number("2")))), end: .unboundedFollowing),
    ]
    return WindowSpecification(
      partitionBy: list(0...2) { $0.expression(depth - 1) },
      orderBy: list(0...2) {
        OrderItem(
          expression: $0.expression(depth - 1), isDescending: $0.chance(2), nullsFirst: $0.pick([nil, true, false]))
      }, frame: pick(frames), span: Self.nowhere)
  }

  private mutating func leaf() -> Expression {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return at(.literal(.null))
    case 1: return at(.literal(.boolean(chance(2))))
    case 2: return at(.literal(.number(pick(["1", "0.5", "1e6", "-3", "007"]))))
    case 3: return at(.literal(.string(pick(["", "it's", "--", "/*", "ä\n"]))))
    case 4: return at(.literal(pick([.date("2025-01-31"), .timestamp("x")])))
    default: return at(.name(QualifiedName(list(1...3) { $0.name() })))
    }
  }

  mutating func expression(_ depth: Int) -> Expression {
    guard depth > 0 else { return leaf() }
    switch Int.random(in: 0..<18, using: &random) {
    case 0: return at(.unary(pick([.not, .plus]), expression(depth - 1)))
    case 1, 2: return at(.binary(pick(BinaryOperator.allCases), expression(depth - 1), expression(depth - 1)))
    case 3: return at(.logical(pick([.and, .or]), list(2...4) { $0.expression(depth - 1) }))
    case 4: return at(.isNull(expression(depth - 1), negated: chance(2)))
    case 5: return at(.isTruth(expression(depth - 1), chance(2), negated: chance(2)))
    case 6:
      return at(
        .between(expression(depth - 1), low: expression(depth - 1), high: expression(depth - 1), negated: chance(2)))
    case 7:
      let escape = chance(2) ? at(.literal(.string("!"))) : nil
      return at(.like(expression(depth - 1), pattern: expression(depth - 1), escape: escape, negated: chance(2)))
    case 8: return at(.similar(expression(depth - 1), pattern: expression(depth - 1), negated: chance(2)))
    case 9: return at(.inList(expression(depth - 1), list(1...3) { $0.expression(depth - 1) }, negated: chance(2)))
    case 10: return at(.inQuery(expression(depth - 1), query(depth: depth - 1), negated: chance(2)))
    case 11: return at(chance(2) ? .exists(query(depth: depth - 1)) : .scalarQuery(query(depth: depth - 1)))
    case 12:
      let branches = list(1...2) { CaseBranch(condition: $0.expression(depth - 1), result: $0.expression(depth - 1)) }
      return at(
        .case(
          operand: chance(2) ? expression(depth - 1) : nil, branches: branches,
          otherwise: chance(2) ? expression(depth - 1) : nil))
    case 13: return at(.cast(expression(depth - 1), type(2)))
    case 14: return at(.array(list(0...3) { $0.expression(depth - 1) }))
    case 15: return at(.element(expression(depth - 1), index: expression(depth - 1)))
    case 16: return at(.field(at(.array([expression(depth - 1)])), name()))
    default: return at(.call(call(depth)))
    }
  }

  private mutating func type(_ depth: Int) -> TypeName {
    if depth > 0, chance(3) {
      return TypeName(name: Identifier("ARRAY", span: Self.nowhere), numbers: [], arguments: [type(depth - 1)])
    }
    if depth > 0, chance(4) {
      return TypeName(
        name: Identifier("STRUCT", span: Self.nowhere), numbers: [], arguments: [type(depth - 1), type(depth - 1)],
        fields: [name(), name()])
    }
    let isDecimal = chance(2)
    return TypeName(
      name: Identifier(isDecimal ? "DECIMAL" : "BIGINT", span: Self.nowhere), numbers: isDecimal ? [10, 2] : [],
      arguments: [])
  }

  private mutating func call(_ depth: Int) -> FunctionCall {
    var call = FunctionCall(
      name: Identifier(pick(["COUNT", "f", "Left", "COALESCE"]), span: Self.nowhere),
      arguments: list(0...3) { $0.expression(depth - 1) })
    if call.arguments.isEmpty { call.isStar = chance(2) } else { call.quantifier = pick([nil, .distinct, .all]) }
    if chance(3) { call.filter = expression(depth - 1) }
    if chance(3) { call.over = chance(2) ? .named(name()) : .inline(window(depth)) }
    return call
  }
}
