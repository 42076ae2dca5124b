import TestSupport

/// Writes random measurement queries over the tables of `RandomSignals`.
struct RandomQuery {
  private enum Kind {
    /// A text or a number. `sensitive` ones can't be compared with literals.
    case text(isSensitive: Bool)
    case number

    var isSensitive: Bool { if case .text(true) = self { true } else { false } }
  }

  private struct Column {
    var name: String
    var kind: Kind
  }

  /// A SELECT of users' rows: `user_id`, and the columns.
  private struct Shape {
    var sql: String
    var columns: [Column]
    var texts: [Column] { columns.filter { if case .text = $0.kind { true } else { false } } }
    var numbers: [Column] { columns.filter { if case .number = $0.kind { true } else { false } } }
    var plain: [Column] { columns.filter { !$0.kind.isSensitive } }
  }

  private var random: SeededGenerator
  private var nextName = 0
  /// WITH queries: each used any number of times.
  private var ctes: [(name: String, shape: Shape)] = []

  /// The query that belongs to the seed.
  static func sql(seed: UInt64) -> String {
    var query = RandomQuery(random: SeededGenerator(seed: seed))
    return query.top()
  }

  private init(random: SeededGenerator) { self.random = random }

  // MARK: Dice

  private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
  private mutating func chance(_ one: Int) -> Bool { roll(one) == 0 }
  private mutating func pick<Item>(_ items: [Item]) -> Item? { items.randomElement(using: &random) }
  private mutating func name(_ letter: String) -> String {
    nextName += 1
    return "\(letter)\(nextName)"
  }

  // MARK: The whole

  private mutating func top() -> String {
    if chance(3) { ctes.append((name("w"), users(depth: 1))) }
    let body: String
    switch roll(11) {
    case 8, 9: body = again()
    case 0: body = joined()
    case 1: body = "\(simple().sql) UNION ALL \(simple().sql)"
    case 2:
      let inner = guarded(keyCount: roll(3))
      body =
        "SELECT \(inner.columns.joined(separator: ", ")) FROM (\(inner.sql)) g WHERE \(inner.figure) \(comparison())"
    default: body = guarded(keyCount: roll(3)).sql
    }
    guard !ctes.isEmpty else { return body }
    return "WITH \(ctes.map { "\($0.name) AS (\($0.shape.sql))" }.joined(separator: ", ")) \(body)"
  }

  /// A query over public rows.
  private mutating func again() -> String {
    let inner = simple()
    let (key, figure) = (inner.columns[0], inner.figure)
    switch roll(3) {
    case 0: return "SELECT \(key), \(figure), RANK() OVER (ORDER BY \(figure) DESC) AS place FROM (\(inner.sql)) g"
    case 1: return "SELECT COUNT(*) AS n, SUM(\(figure)) AS s, MAX(\(figure)) AS m FROM (\(inner.sql)) g"
    default:
      return """
        SELECT CASE WHEN \(key) = 'a' THEN 'x' ELSE 'y' END AS k, COUNT(*) AS n, SUM(\(figure)) AS s \
        FROM (\(inner.sql)) g GROUP BY 1
        """
    }
  }

  /// Two aggregations side by side.
  private mutating func joined() -> String {
    let (left, right) = (simple(), simple())
    return """
      SELECT a.\(left.columns[0]) AS k, a.\(left.figure) AS x, b.\(right.figure) AS y \
      FROM (\(left.sql)) a JOIN (\(right.sql)) b ON a.\(left.columns[0]) = b.\(right.columns[0])
      """
  }

  private struct Guarded {
    var sql: String
    var columns: [String]
    var figure: String
  }

  /// One text as the key and one number as the measure.
  private mutating func simple(depth: Int = 1) -> Guarded {
    let input = users(depth: depth)
    let key = pick(input.texts.filter { !$0.kind.isSensitive })?.name
    let (keyName, figureName) = (name("k"), name("f"))
    let number = pick(input.numbers)?.name ?? "1"
    let figures = ["COUNT(*)", "COUNT(DISTINCT user_id)", "SUM(\(number))"] + (depth > 0 ? ["AVG(\(number))"] : [])
    let figure = pick(figures) ?? "COUNT(*)"
    var sql = "SELECT \(key ?? "'a'") AS \(keyName), \(figure) AS \(figureName) FROM (\(input.sql)) q"
    if chance(4) { sql += " WHERE \(predicate(input))" }
    return Guarded(sql: sql + " GROUP BY 1", columns: [keyName, figureName], figure: figureName)
  }

  private mutating func guarded(keyCount: Int) -> Guarded {
    let input = users(depth: 2)
    var items: [String] = []
    var names: [String] = []
    for column in input.columns.shuffled(using: &random).prefix(keyCount) {
      let key = chance(2) ? column.name : bucket(column)
      names.append(name("k"))
      items.append("\(key) AS \(names[names.count - 1])")
    }
    let keyed = items.count
    for _ in 0...roll(3) {
      names.append(name("f"))
      items.append("\(figure(input)) AS \(names[names.count - 1])")
    }
    var sql = "SELECT \(items.joined(separator: ", ")) FROM (\(input.sql)) q"
    if chance(4) { sql += " WHERE \(predicate(input))" }
    if keyed > 0 { sql += " GROUP BY \((1...keyed).map(String.init).joined(separator: ", "))" }
    if keyed > 0, chance(5) { sql += " HAVING COUNT(*) > \(roll(4))" }
    return Guarded(sql: sql, columns: names, figure: names[keyed])
  }

  private mutating func bucket(_ column: Column) -> String {
    switch column.kind {
    case .text(true): column.name
    case .text(false): "CASE WHEN \(column.name) = 'a' THEN 'x' WHEN \(column.name) = 'b' THEN 'y' END"
    case .number: "CASE WHEN \(column.name) > \(roll(4)) THEN 'high' ELSE 'low' END"
    }
  }

  private mutating func figure(_ input: Shape) -> String {
    let number = pick(input.numbers)?.name ?? "1"
    let any = pick(input.columns)?.name ?? "user_id"
    switch roll(11) {
    case 0, 1: return "COUNT(*)"
    case 2: return "COUNT(\(any))"
    case 3, 4: return "COUNT(DISTINCT user_id)"
    case 5: return "COUNT(DISTINCT \(any))"
    case 6, 7: return "SUM(\(number))"
    case 8: return "AVG(\(number))"
    case 9: return "\(chance(2) ? "MIN" : "MAX")(\(chance(2) ? number : any))"
    default:
      let condition = predicate(input)
      return chance(2)
        ? "COUNT(*) FILTER (WHERE \(condition))" : "SUM(CASE WHEN \(condition) THEN \(number) ELSE \(roll(2)) END)"
    }
  }

  private mutating func comparison() -> String { "\(pick([">", "<=", "<>"]) ?? ">") \(roll(6))" }

  private mutating func predicate(_ input: Shape) -> String {
    guard let column = pick(input.plain) else { return "user_id IS NOT NULL" }
    let own: String
    switch column.kind {
    case .number: own = "\(column.name) \(comparison())"
    case .text:
      own =
        pick([
          "\(column.name) = 'a'", "\(column.name) IN ('a', 'c')", "\(column.name) <> 'b'", "\(column.name) IS NOT NULL",
          "NOT \(column.name) = 'c'",
        ]) ?? "TRUE"
    }
    switch roll(6) {
    case 0: return "\(own) OR \(predicate(input))"
    case 1: return "\(own) AND \(predicate(input))"
    default: return own
    }
  }

  // MARK: Users' rows

  private mutating func users(depth: Int) -> Shape {
    if depth == 0 { return base() }
    switch roll(12) {
    case 10: return overMany(depth: depth)
    case 11: return besideGroups(depth: depth)
    case 0: return join(depth: depth)
    case 1: return perUser(depth: depth)
    case 2: return union(depth: depth)
    case 3: return window(depth: depth)
    case 4: return exploded()
    case 5: return semijoin(depth: depth)
    case 6: return distinct(depth: depth)
    case 7:
      guard let common = pick(ctes) else { return base() }
      return renamed(common.shape, from: common.name)
    default: return base()
    }
  }

  private mutating func base() -> Shape {
    let table = pick(RandomSignals.columns.keys.sorted()) ?? "dsp_impressions"
    let own = RandomSignals.columns[table] ?? []
    var columns: [Column] = []
    var items = ["user_id"]
    for (source, kind) in own.shuffled(using: &random).prefix(4) {
      switch kind {
      case .key, .list: continue
      case .text: columns.append(Column(name: name("t"), kind: .text(isSensitive: source == "city_name")))
      case .number: columns.append(Column(name: name("n"), kind: .number))
      }
      items.append("\(source) AS \(columns[columns.count - 1].name)")
    }
    var shape = Shape(sql: "SELECT \(items.joined(separator: ", ")) FROM \(table)", columns: columns)
    if chance(3) { shape = Shape(sql: "SELECT * FROM (\(shape.sql)) b WHERE \(predicate(shape))", columns: columns) }
    return explicit(shape)
  }

  /// AMC has no `SELECT *` over a table expression, so the columns are named.
  private func explicit(_ shape: Shape) -> Shape {
    let names = (["user_id"] + shape.columns.map(\.name)).joined(separator: ", ")
    var result = shape
    result.sql = shape.sql.replacing("SELECT * FROM", with: "SELECT \(names) FROM")
    return result
  }

  private mutating func renamed(_ shape: Shape, from table: String) -> Shape {
    var items = ["user_id"]
    var columns: [Column] = []
    for column in shape.columns {
      columns.append(Column(name: name("c"), kind: column.kind))
      items.append("\(column.name) AS \(columns[columns.count - 1].name)")
    }
    return Shape(sql: "SELECT \(items.joined(separator: ", ")) FROM \(table)", columns: columns)
  }

  private mutating func join(depth: Int) -> Shape {
    let (left, right) = (users(depth: depth - 1), users(depth: depth - 1))
    let kind = pick(["JOIN", "LEFT JOIN", "FULL OUTER JOIN"]) ?? "JOIN"
    let key = kind == "FULL OUTER JOIN" ? "COALESCE(a.user_id, b.user_id) AS user_id" : "a.user_id"
    var condition = "a.user_id = b.user_id"
    if chance(3), let x = pick(left.texts.filter { !$0.kind.isSensitive }),
      let y = pick(right.texts.filter { !$0.kind.isSensitive })
    {
      condition += " AND a.\(x.name) = b.\(y.name)"
    }
    let items = [key] + left.columns.map { "a.\($0.name)" } + right.columns.map { "b.\($0.name)" }
    return Shape(
      sql: "SELECT \(items.joined(separator: ", ")) FROM (\(left.sql)) a \(kind) (\(right.sql)) b ON \(condition)",
      columns: left.columns + right.columns)
  }

  private mutating func perUser(depth: Int) -> Shape {
    let input = users(depth: depth - 1)
    var columns: [Column] = []
    var items = ["user_id"]
    var keys = 1
    if chance(3), let key = pick(input.columns) {
      columns.append(Column(name: name("t"), kind: key.kind))
      items.append("\(key.name) AS \(columns[0].name)")
      keys = 2
    }
    for _ in 0...roll(2) {
      columns.append(Column(name: name("n"), kind: .number))
      let number = pick(input.numbers)?.name ?? "1"
      let call = pick(["COUNT(*)", "SUM(\(number))", "MAX(\(number))", "MIN(\(number))", "COUNT(DISTINCT \(number))"])
      items.append("\(call ?? "COUNT(*)") AS \(columns[columns.count - 1].name)")
    }
    let groups = (1...keys).map(String.init).joined(separator: ", ")
    return Shape(
      sql: "SELECT \(items.joined(separator: ", ")) FROM (\(input.sql)) p GROUP BY \(groups)", columns: columns)
  }

  private mutating func union(depth: Int) -> Shape {
    let (left, right) = (users(depth: depth - 1), users(depth: depth - 1))
    let (text, number) = (name("t"), name("n"))
    func branch(_ shape: Shape, _ text: String, _ number: String) -> String {
      let own = shape.texts.first { !$0.kind.isSensitive }?.name ?? "'a'"
      return "SELECT user_id, \(own) AS \(text), \(shape.numbers.first?.name ?? "1") AS \(number) FROM (\(shape.sql)) u"
    }
    let all = chance(3) ? "UNION" : "UNION ALL"
    return Shape(
      sql: "\(branch(left, text, number)) \(all) \(branch(right, text, number))",
      columns: [Column(name: text, kind: .text(isSensitive: false)), Column(name: number, kind: .number)])
  }

  private mutating func window(depth: Int) -> Shape {
    let input = users(depth: depth - 1)
    let column = Column(name: name("n"), kind: .number)
    let number = pick(input.numbers)?.name ?? "1"
    let order = pick(input.numbers)?.name ?? "user_id"
    let call =
      pick([
        "RANK() OVER (PARTITION BY user_id ORDER BY \(order))",
        "DENSE_RANK() OVER (PARTITION BY user_id ORDER BY \(order) DESC)",
        "SUM(\(number)) OVER (PARTITION BY user_id)", "COUNT(*) OVER (PARTITION BY user_id ORDER BY \(order))",
      ]) ?? ""
    let items = ["user_id"] + input.columns.map(\.name) + ["\(call) AS \(column.name)"]
    return Shape(
      sql: "SELECT \(items.joined(separator: ", ")) FROM (\(input.sql)) w", columns: input.columns + [column])
  }

  /// A measure over the rows of many users, beside each row.
  private mutating func overMany(depth: Int) -> Shape {
    let input = users(depth: depth - 1)
    let column = Column(name: name("n"), kind: .number)
    let number = pick(input.numbers)?.name ?? "1"
    let key = pick(input.texts.filter { !$0.kind.isSensitive }).map { "PARTITION BY \($0.name)" } ?? ""
    let call = pick(["SUM(\(number))", "COUNT(*)", "MAX(\(number))"]) ?? "COUNT(*)"
    let items = ["user_id"] + input.columns.map(\.name) + ["\(call) OVER (\(key)) AS \(column.name)"]
    return Shape(
      sql: "SELECT \(items.joined(separator: ", ")) FROM (\(input.sql)) m", columns: input.columns + [column])
  }

  /// Users' rows beside public groups.
  private mutating func besideGroups(depth: Int) -> Shape {
    let (input, groups) = (users(depth: depth - 1), simple(depth: 0))
    guard let key = pick(input.texts.filter { !$0.kind.isSensitive }) else { return input }
    let column = Column(name: name("n"), kind: .number)
    let items =
      ["u.user_id"] + input.columns.map { "u.\($0.name)" } + ["CAST(g.\(groups.figure) AS BIGINT) AS \(column.name)"]
    return Shape(
      sql: """
        SELECT \(items.joined(separator: ", ")) FROM (\(input.sql)) u \
        \(chance(2) ? "JOIN" : "LEFT JOIN") (\(groups.sql)) g ON u.\(key.name) = g.\(groups.columns[0])
        """, columns: input.columns + [column])
  }

  private mutating func exploded() -> Shape {
    let columns = [Column(name: name("t"), kind: .text(isSensitive: false)), Column(name: name("n"), kind: .number)]
    return Shape(
      sql: """
        SELECT user_id, campaign AS \(columns[0].name), EXPLODE(matched_behavior_segment_ids) AS \(columns[1].name) \
        FROM dsp_impressions
        """, columns: columns)
  }

  private mutating func semijoin(depth: Int) -> Shape {
    let (outer, inner) = (users(depth: depth - 1), users(depth: 0))
    let word = chance(3) ? "NOT IN" : "IN"
    return explicit(
      Shape(
        sql: """
          SELECT * FROM (\(outer.sql)) s WHERE user_id \(word) \
          (SELECT user_id FROM (\(inner.sql)) i WHERE user_id IS NOT NULL)
          """, columns: outer.columns))
  }

  private mutating func distinct(depth: Int) -> Shape {
    let input = users(depth: depth - 1)
    let columns = Array(input.columns.prefix(2))
    let names = (["user_id"] + columns.map(\.name)).joined(separator: ", ")
    return Shape(sql: "SELECT DISTINCT \(names) FROM (\(input.sql)) d", columns: columns)
  }
}
