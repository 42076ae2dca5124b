import AMCSQL
import Catalog
import Privacy

/// The users behind a row that was aggregated from the rows of many users, counted again.
struct Recount {
  /// The margin above the thresholds from which a row has to be shown.
  static let margin = 3

  private let reference: Reference
  private let calls: [Relation.Aggregate.Call]
  /// The numbers of users that a row needs, and of contributing users that a measure needs.
  private let standard: Int
  private let effective: Int
  private let equivalent: Double
  private let thresholds: Thresholds

  /// - Parameter classes: Those of the group keys.
  init(_ reference: Reference, classes: [AggregationThreshold], calls: [Relation.Aggregate.Call]) {
    self.reference = reference
    self.calls = calls
    let highest = (classes + calls.map { reference.classes[$0.column.id] ?? .internal }).max() ?? .none
    let own = reference.thresholds
    (standard, effective) =
      switch highest {
      case .none: (2, 2)
      case .low: (max(2, own.low), max(2, own.effectiveLow))
      case .medium: (own.medium, own.effectiveMedium)
      case .high, .veryHigh, .internal: (own.high, own.effectiveHigh)
      }
    equivalent = Double(own.equivalent)
    thresholds = own
  }

  func verdict(_ rows: [Reference.Row]) throws -> Reference.Verdict {
    var verdict = Reference.Verdict.show
    func atLeast(_ count: Int, _ least: Int) {
      verdict = min(verdict, count < least ? .hide : count < least * Self.margin ? .either : .show)
    }
    // A row of several users before any aggregation would be a fault of the rules for joins.
    if rows.contains(where: { $0.users.count > 1 || $0.verdict != nil }) { throw Reference.NotKnown(what: "row") }
    let sources = rows.reduce(into: [:]) { $0.merge($1.sources) { $0.union($1) } }
    let users = rows.reduce(into: Set()) { $0.formUnion($1.users) }.count
    atLeast(users, standard)
    // One side of a join with too few users may hide the figures that hang on it, and not the row.
    let fewest = sources.values.map { $0.subtracting([.null]).count }.filter { $0 > 0 }.min() ?? 0
    if users >= standard, fewest < standard * Self.margin, sources.count > 1, calls.contains(where: Self.isSteady) {
      throw Reference.NotCertain()
    }
    for users in sources.values {
      let known = users.subtracting([.null]).count
      // No known user is behind it, so nobody is counted.
      if known == 0 { verdict = min(verdict, .either) } else { atLeast(known, standard) }
    }
    let byUser = Dictionary(grouping: rows) { $0.users.first ?? .null }
    for call in calls { verdict = min(verdict, try self.verdict(of: call, byUser)) }
    return verdict
  }

  /// Whether a figure may be the same without one side of a join.
  private static func isSteady(_ call: Relation.Aggregate.Call) -> Bool {
    ["MIN", "MAX"].contains(call.function.name) || (call.isDistinct && call.arguments.first?.type == .userKey)
  }

  /// The visible part of a measure: an extreme among the values that enough users have; of different values, those that
  /// users share, and those of single users if many users have such.
  func shown(_ call: Relation.Aggregate.Call, _ rows: [Reference.Row]) throws -> ReferenceValue {
    let byUser = Dictionary(grouping: rows) { $0.users.first ?? .null }
    switch (call.function.name, call.isDistinct) {
    case ("MIN", _), ("MAX", _): return try sharedExtreme(call, byUser)
    case ("COUNT", true) where call.arguments.first?.type != .userKey: return .integer(try different(call, byUser))
    case ("SUM", false):
      let sum = try reference.figure(call, rows)
      // Zeros of few users look like no values at all.
      let known = try byUser.filter { $0.key != .null }.values.count { try !reference.inputs(call, $0).isEmpty }
      return sum.number == 0 && known < max(effective, thresholds.equivalent) ? .null : sum
    default: return try reference.figure(call, rows)
    }
  }

  private func sharedExtreme(
    _ call: Relation.Aggregate.Call, _ byUser: [ReferenceValue: [Reference.Row]]
  ) throws -> ReferenceValue {
    let own = try byUser.filter { $0.key != .null }.values.map { try reference.figure(call, $0) }
    let counts = Dictionary(own.map { ($0, 1) }, uniquingKeysWith: +)
    // A HIGH value must be that of as many users as a row with it needs.
    let isHigh = (reference.classes[call.column.id] ?? .internal) >= .high
    let least = isHigh ? max(thresholds.high, thresholds.equivalent) : thresholds.equivalent
    let shared = counts.filter { !$0.key.isNull && $0.value >= least }.map(\.key)
    let isMinimum = call.function.name == "MIN"
    return shared.min { isMinimum == ReferenceValue.precedes($0, $1) && $0 != $1 } ?? .null
  }

  private func different(
    _ call: Relation.Aggregate.Call, _ byUser: [ReferenceValue: [Reference.Row]]
  ) throws -> Int {
    var owners: [ReferenceValue: Set<ReferenceValue>] = [:]
    for (user, rows) in byUser {
      for value in try reference.inputs(call, rows) { owners[value, default: []].insert(user) }
    }
    let known = owners.values.map { $0.subtracting([.null]) }
    let single = Dictionary(known.filter { $0.count == 1 }.compactMap { $0.first.map { ($0, 1) } }, uniquingKeysWith: +)
    let owned = single.values.reduce(0, +)
    let isEnough = single.count >= max(effective, 2) && Double(owned) >= equivalent * Double(single.values.max() ?? 0)
    let shared = known.count { $0.count > 1 }
    return isEnough ? shared + owned + known.count { $0.isEmpty } : shared
  }

  private func verdict(
    of call: Relation.Aggregate.Call, _ byUser: [ReferenceValue: [Reference.Row]]
  ) throws -> Reference.Verdict {
    let isNear = call.filter != nil || call.arguments.contains { reference.isMade($0) }
    let own: Reference.Verdict
    switch (call.function.name, call.isDistinct) {
    case ("MIN", _), ("MAX", _): own = try extreme(call, byUser)
    case ("COUNT", true) where call.arguments.first?.type != .userKey: own = .show
    case ("AVG", _):
      let sums = try parts(byUser) { try reference.inputs(call, $0).compactMap(\.number).reduce(0, +) }
      let counts = try parts(byUser) { Double(try reference.inputs(call, $0).count) }
      own = min(additive(sums), additive(counts))
    case ("SUM", _):
      own = additive(try parts(byUser) { try reference.inputs(call, $0).compactMap(\.number).reduce(0, +) })
    case ("COUNT", true):
      own = additive(try parts(byUser) { try reference.inputs(call, $0).isEmpty ? 0 : 1 })
    default:
      own = additive(try parts(byUser) { Double(try reference.inputs(call, $0).count) })
    }
    // Conditions split a measure into branches that are counted separately; that is decided elsewhere.
    return isNear ? min(own, .either) : own
  }

  private func parts(
    _ byUser: [ReferenceValue: [Reference.Row]], _ part: ([Reference.Row]) throws -> Double
  ) rethrows -> [ReferenceValue: Double] {
    try byUser.mapValues(part)
  }

  /// A measure that adds up contributions of users: enough of them, and none too large.
  private func additive(_ parts: [ReferenceValue: Double]) -> Reference.Verdict {
    let known = parts.filter { $0.key != .null && $0.value != 0 }.map(\.value)
    let unknown = parts[.null] ?? 0
    if known.isEmpty { return unknown == 0 ? .either : .hide }
    let largest = known.map(abs).max() ?? 0
    let total = abs(known.reduce(0, +))
    if known.count < effective || total < equivalent * largest { return .hide }
    let isComfortable =
      known.count >= effective * Self.margin && total >= Double(Self.margin) * equivalent * max(largest, abs(unknown))
    return isComfortable ? .show : .either
  }

  /// A value of one row: enough users must have one.
  private func extreme(
    _ call: Relation.Aggregate.Call, _ byUser: [ReferenceValue: [Reference.Row]]
  ) throws -> Reference.Verdict {
    var known: [ReferenceValue] = []
    for (user, rows) in byUser where user != .null {
      let own = try reference.figure(call, rows)
      if !own.isNull { known.append(own) }
    }
    let isSomething = byUser[.null].map { try? reference.figure(call, $0).isNull } == false
    if known.isEmpty { return isSomething ? .hide : .either }
    if known.count < effective { return .hide }
    return known.count >= effective * Self.margin ? .show : .either
  }
}
