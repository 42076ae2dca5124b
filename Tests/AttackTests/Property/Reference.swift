import AMCSQL
import Catalog
import Privacy
import TestSupport

/// A slow, plain evaluation of bound queries: row by row, each with all users whose events it was made of.
///
/// It knows nothing about the protection of queries. It evaluates the relations as they were bound, and recounts the
/// users behind each row that aggregates rows of many users.
struct Reference {
  /// The expected treatment of a row.
  enum Verdict: Int, Comparable {
    /// The row must be hidden: too few users are behind it.
    case hide
    /// The row is near the limits, and may be shown or hidden.
    case either
    /// Many users are behind the row: hiding it would be a loss.
    case show

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  struct Row {
    var values: [ColumnID: ReferenceValue] = [:]
    /// The users whose events the row was made of, by the scan that they came from; NULL for an unknown one.
    var sources: [Int: Set<ReferenceValue>] = [:]
    /// nil before users' rows are aggregated.
    var verdict: Verdict?

    /// All known users behind the row.
    var users: Set<ReferenceValue> {
      let all = sources.values.reduce(into: Set<ReferenceValue>()) { $0.formUnion($1) }
      return all.subtracting([.null])
    }

    func joined(with other: Row?) -> Row {
      guard let other else { return self }
      return Row(
        values: values.merging(other.values) { $1 },
        sources: sources.merging(other.sources) { $0.union($1) },
        verdict: [verdict, other.verdict].compactMap { $0 }.min())
    }
  }

  /// A relation or an expression that the reference does not evaluate.
  struct NotKnown: Error {
    var what: String
  }

  /// The result of the query depends on rows that may be shown or hidden.
  struct NotCertain: Error {}

  /// The rows without those that must be hidden. Relations above see public rows only.
  static func certain(_ rows: [Row]) throws -> [Row] {
    if rows.contains(where: { $0.verdict == .either }) { throw NotCertain() }
    return rows.filter { $0.verdict != .hide }
  }

  /// Whether the relation aggregates the rows of many users, so that its remaining rows are public.
  func isPublic(_ relation: Relation) -> Bool {
    switch relation {
    case .scan: false
    case .values: true
    case .project(let project): isPublic(project.input)
    case .filter(let filter): isPublic(filter.input)
    case .window(let window): isPublic(window.input)
    case .explode(let explode): isPublic(explode.input)
    case .join(let join): isPublic(join.left) && isPublic(join.right)
    case .aggregate(let aggregate): !aggregate.keys.contains { $0.column.type == .userKey }
    case .union(let union): union.inputs.allSatisfy(isPublic)
    case .cte(let reference): query.ctes.first { $0.id == reference.id }.map { isPublic($0.relation) } ?? false
    }
  }

  let query: BoundQuery
  let signals: RandomSignals
  let thresholds: Thresholds
  /// The class of each column, as declared or as the highest of its inputs.
  var classes: [ColumnID: AggregationThreshold] = [:]
  /// Columns whose values the query makes.
  var made: Set<ColumnID> = []
  private var nextPath = 0

  init(_ query: BoundQuery, _ signals: RandomSignals, _ thresholds: Thresholds) {
    (self.query, self.signals, self.thresholds) = (query, signals, thresholds)
  }

  /// All rows of the query without protection.
  mutating func rows() throws -> [Row] { try rows(of: query.body) }

  mutating func rows(of relation: Relation) throws -> [Row] {
    switch relation {
    case .scan(let scan): return try self.scan(scan)
    case .values(let values):
      note(values.columns, made: true, .none)
      return try values.rows.map { row in
        try row.enumerated().reduce(into: Row()) { result, item in
          result.values[values.columns[item.offset].id] = try value(of: item.element, in: Row())
        }
      }
    case .project(let project): return try self.project(project)
    case .filter(let filter):
      let rows = try rows(of: filter.input)
      let sets = try subqueries(in: filter.condition)
      return try rows.filter { try value(of: filter.condition, in: $0, sets).truth == true }
    case .join(let join): return try self.join(join)
    case .aggregate(let aggregate): return try self.aggregate(aggregate)
    case .window(let window): return try self.window(window)
    case .union(let union): return try self.union(union)
    case .explode(let explode):
      let rows = try rows(of: explode.input)
      classes[explode.column.id] = threshold(of: explode.array)
      return try rows.flatMap { row -> [Row] in
        guard case .list(let elements) = try value(of: explode.array, in: row) else { return [] }
        return elements.map { element in
          var copy = row
          copy.values[explode.column.id] = element
          return copy
        }
      }
    case .cte(let reference): return try common(reference)
    }
  }

  mutating func note(_ columns: [RelationColumn], made isMade: Bool, _ threshold: AggregationThreshold) {
    for column in columns {
      classes[column.id] = threshold
      if isMade { made.insert(column.id) }
    }
  }

  private mutating func scan(_ scan: Relation.Scan) throws -> [Row] {
    guard let table = signals.tables[scan.source.baseName] else { throw NotKnown(what: scan.source.name) }
    let path = nextPath
    nextPath += 1
    for column in scan.columns { classes[column.id] = scan.source.column(named: column.name)?.threshold }
    let inWindow = table.rows.filter { row in
      if case .integer(let day) = row[RandomSignals.timeName] { (0..<10).contains(day) } else { false }
    }
    return inWindow.map { event in
      var row = Row(sources: [path: [event["user_id"] ?? .null]])
      for column in scan.columns { row.values[column.id] = event[column.name] ?? .null }
      return row
    }
  }

  private mutating func project(_ project: Relation.Project) throws -> [Row] {
    let rows = try rows(of: project.input)
    var sets: [Int: [ReferenceValue]] = [:]
    for item in project.items {
      sets.merge(try subqueries(in: item.expression)) { $1 }
      classes[item.column.id] = threshold(of: item.expression)
      if isMade(item.expression) { made.insert(item.column.id) }
    }
    return try rows.map { row in
      var result = row
      result.values = [:]
      for item in project.items { result.values[item.column.id] = try value(of: item.expression, in: row, sets) }
      return result
    }
  }

  private mutating func join(_ join: Relation.JoinRelation) throws -> [Row] {
    var (left, right) = (try rows(of: join.left), try rows(of: join.right))
    let isPublic = [join.left, join.right].map(isPublic)
    if isPublic[0] != isPublic[1] {
      // Public rows add no users to a user's row.
      if isPublic[0] { left = try Self.certain(left).map { Row(values: $0.values) } }
      if isPublic[1] { right = try Self.certain(right).map { Row(values: $0.values) } }
    } else if isPublic[0], join.kind != .inner, join.kind != .cross {
      (left, right) = (try Self.certain(left), try Self.certain(right))
    }
    var result: [Row] = []
    var matched: Set<Int> = []
    for row in left {
      var isAlone = true
      for (index, other) in right.enumerated() {
        let both = row.joined(with: other)
        if let condition = join.condition, try value(of: condition, in: both).truth != true { continue }
        isAlone = false
        matched.insert(index)
        result.append(both)
      }
      if isAlone, join.kind == .left || join.kind == .full { result.append(Self.padded(row, join.right.columns)) }
    }
    if join.kind == .full {
      for (index, row) in right.enumerated() where !matched.contains(index) {
        result.append(Self.padded(row, join.left.columns))
      }
    }
    return result
  }

  private static func padded(_ row: Row, _ columns: [RelationColumn]) -> Row {
    var result = row
    for column in columns { result.values[column.id] = .null }
    return result
  }

  private mutating func union(_ union: Relation.Union) throws -> [Row] {
    var result: [Row] = []
    for input in union.inputs {
      let rows = try rows(of: input)
      for (column, own) in zip(union.columns, input.columns) {
        classes[column.id] = max(classes[column.id] ?? .none, classes[own.id] ?? .none)
        if made.contains(own.id) { made.insert(column.id) }
      }
      result += rows.map { row in
        var copy = row
        copy.values = [:]
        for (column, own) in zip(union.columns, input.columns) { copy.values[column.id] = row.values[own.id] ?? .null }
        return copy
      }
    }
    guard !union.isAll else { return result }
    return try grouped(result, keys: union.columns, calls: [], isPublic: isPublic(.union(union)))
  }

  private mutating func common(_ reference: Relation.CTEReference) throws -> [Row] {
    guard let common = query.ctes.first(where: { $0.id == reference.id }) else { throw NotKnown(what: "WITH") }
    let rows = try rows(of: common.relation)
    for (column, original) in zip(reference.columns, reference.originals) {
      classes[column.id] = classes[original]
      if made.contains(original) { made.insert(column.id) }
    }
    return rows.map { row in
      var copy = row
      copy.values = [:]
      for (column, original) in zip(reference.columns, reference.originals) {
        copy.values[column.id] = row.values[original] ?? .null
      }
      return copy
    }
  }
}
