import AMCSQL
import Catalog

extension Reference {
  mutating func aggregate(_ aggregate: Relation.Aggregate) throws -> [Row] {
    var rows = try Self.certain(rows(of: aggregate.input))
    for key in aggregate.keys {
      classes[key.column.id] = threshold(of: key.expression)
      if isMade(key.expression) { made.insert(key.column.id) }
    }
    for index in rows.indices {
      for key in aggregate.keys {
        rows[index].values[key.column.id] = try value(of: key.expression, in: rows[index])
      }
    }
    return try grouped(
      rows, keys: aggregate.keys.map(\.column), calls: aggregate.calls, isPublic: isPublic(aggregate.input))
  }

  /// One row for each group of rows with equal keys.
  ///
  /// - Parameter isPublic: Whether the rows are public already.
  mutating func grouped(
    _ rows: [Row], keys: [RelationColumn], calls: [Relation.Aggregate.Call], isPublic: Bool
  ) throws -> [Row] {
    for call in calls {
      let highest = call.arguments.map(threshold).max() ?? AggregationThreshold.none
      classes[call.column.id] = call.function.name == "COUNT" ? AggregationThreshold.none : highest
      made.insert(call.column.id)
    }
    let groups = Dictionary(grouping: rows) { row in keys.map { row.values[$0.id] ?? .null } }
    var all = groups.map { ($0.key, $0.value) }
    if keys.isEmpty, all.isEmpty { all = [([], [])] }
    let isUsers = keys.contains { $0.type == .userKey }
    let recount = Recount(self, classes: keys.map { classes[$0.id] ?? .internal }, calls: calls)
    return try all.map { key, members in
      var result = Row()
      for (column, value) in zip(keys, key) { result.values[column.id] = value }
      for member in members { result.sources.merge(member.sources) { $0.union($1) } }
      for call in calls {
        result.values[call.column.id] =
          isUsers || isPublic ? try figure(call, members) : try recount.shown(call, members)
      }
      if isPublic { result.verdict = .show } else if !isUsers { result.verdict = try recount.verdict(members) }
      return result
    }
  }

  /// The input values of an aggregate.
  func inputs(_ call: Relation.Aggregate.Call, _ rows: [Row]) throws -> [ReferenceValue] {
    let filtered = try rows.filter { row in try call.filter.map { try value(of: $0, in: row).truth == true } ?? true }
    guard let argument = call.arguments.first else { return filtered.map { _ in .integer(1) } }
    return try filtered.map { try value(of: argument, in: $0) }.filter { !$0.isNull }
  }

  func figure(_ call: Relation.Aggregate.Call, _ rows: [Row]) throws -> ReferenceValue {
    var values = try inputs(call, rows)
    if call.isDistinct { values = Array(Set(values)) }
    switch call.function.name {
    case "COUNT": return .integer(values.count)
    case "SUM": return Self.sum(values)
    case "AVG": return values.isEmpty ? .null : .double(values.compactMap(\.number).reduce(0, +) / Double(values.count))
    case "MIN": return values.min(by: ReferenceValue.precedes) ?? .null
    case "MAX": return values.max(by: ReferenceValue.precedes) ?? .null
    default: throw NotKnown(what: call.function.name)
    }
  }

  private static func sum(_ values: [ReferenceValue]) -> ReferenceValue {
    if values.isEmpty { return .null }
    let whole = values.compactMap { value -> Int? in if case .integer(let number) = value { number } else { nil } }
    return whole.count == values.count
      ? .integer(whole.reduce(0, +)) : .double(values.compactMap(\.number).reduce(0, +))
  }

  // MARK: Windows

  mutating func window(_ window: Relation.Window) throws -> [Row] {
    var rows = try Self.certain(rows(of: window.input))
    let isPublic = isPublic(window.input)
    for call in window.calls { note([call.column], made: true, call.arguments.map(threshold).max() ?? .none) }
    for call in window.calls {
      let partitions = try Dictionary(grouping: rows.indices) { index in
        try call.partitionBy.map { try value(of: $0, in: rows[index]) }
      }
      for indices in partitions.values {
        let keys = try indices.map { index in try call.orderBy.map { try value(of: $0.expression, in: rows[index]) } }
        let input = indices.map { rows[$0] }
        let isOverMany = !isPublic && !call.partitionBy.contains { $0.type == .userKey }
        let group = isOverMany ? try overMany(call, input) : nil
        for (number, index) in indices.enumerated() {
          rows[index].values[call.column.id] = try group ?? windowed(call, number, input, keys)
        }
      }
    }
    return rows
  }

  /// A measure over the rows of many users. It exists only if an aggregation would show it.
  private func overMany(_ call: Relation.Window.Call, _ rows: [Row]) throws -> ReferenceValue {
    let own = Self.aggregate(call)
    let recount = Recount(self, classes: call.partitionBy.map(threshold), calls: [own])
    switch try recount.verdict(rows) {
    case .hide: return .null
    case .either: throw NotCertain()
    case .show: return try recount.shown(own, rows)
    }
  }

  private static func aggregate(_ call: Relation.Window.Call) -> Relation.Aggregate.Call {
    .init(
      column: call.column, function: call.function, arguments: call.arguments, isDistinct: call.isDistinct,
      filter: call.filter, span: call.span)
  }

  private func windowed(
    _ call: Relation.Window.Call, _ index: Int, _ rows: [Row], _ keys: [[ReferenceValue]]
  ) throws -> ReferenceValue {
    let isBefore = keys.map { Self.precedes($0, keys[index], call.orderBy) }
    switch call.function.name {
    case "RANK": return .integer(isBefore.count { $0 } + 1)
    case "DENSE_RANK":
      return .integer(Set(zip(keys, isBefore).filter(\.1).map(\.0)).count + 1)
    default: break
    }
    // With an order the frame ends with the rows that are equal to this one.
    let frame = zip(rows, zip(keys, isBefore)).filter { $1.1 || $1.0 == keys[index] || call.orderBy.isEmpty }.map(\.0)
    return try figure(Self.aggregate(call), frame)
  }

  private static func precedes(
    _ left: [ReferenceValue], _ right: [ReferenceValue], _ order: [Relation.Window.Order]
  ) -> Bool {
    for (index, item) in order.enumerated() where left[index] != right[index] {
      let isFirst = ReferenceValue.precedes(left[index], right[index])
      return item.isDescending ? !isFirst : isFirst
    }
    return false
  }
}
