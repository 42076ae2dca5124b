import AMCSQL
import Catalog

/// Ranks, tiles and running figures among the rows of several users.
///
/// There are two ways. *Places*: each user has one row, rows are ranked by their places (`Places`), and all of them are
/// then aggregated by their ranks (`UserRows.Ranks`). *Groups*: a rank says how many rows are in groups that enough
/// users have and that come before; everybody may see such groups, so rows with such a rank may be used in any way.
/// Places are nearer to what was asked for, and come first.
extension ThresholdRewriter {
  /// How many users a place, a tile and a group of ranked rows need.
  var placeUsersMin: Int { max(thresholds.effectiveHigh, thresholds.equivalent) }

  /// Whether the call is taken from places.
  ///
  /// - Throws: `unsupported` where it must be, and the rows have no places.
  mutating func isPlaced(_ call: Relation.Window.Call, among rows: UserRows) throws(Diagnostic) -> Bool {
    guard !isForAudience, noise == nil else { return false }
    let keys = call.partitionBy.compactMap { key -> ColumnID? in
      if case .column(let id) = key.kind { id } else { nil }
    }
    // Each further row of a user would move all behind it, and so tell how many rows the user has.
    let isOnePerUser = rows.uniqueBy?.isSubset(of: keys) ?? false
    switch call.function.name {
    case "ROW_NUMBER", "NTILE":
      guard isOnePerUser else {
        throw Self.unsupported(
          "\(call.function.name) over rows of several users needs one row for each user.", at: call.span,
          hint: "Aggregate by `user_id` in a subquery first, and PARTITION BY its other keys.")
      }
      return true
    case "AVG": guard !call.isDistinct else { return false }
    default: guard call.function.argumentFlow == .rank || call.addsUp else { return false }
    }
    guard isOnePerUser, !call.orderBy.isEmpty, call.frame == nil else { return false }
    guard !ranksByGroups else { return false }
    hasPlacedByChoice = true
    return true
  }

  // MARK: Places

  /// Ranks and running figures by the places of rows.
  ///
  /// - Parameter shared: Windows that were computed before. Their values are shared by all rows that are ranked
  ///   together where their PARTITION BY has no other columns.
  mutating func place(
    _ calls: [Relation.Window.Call], _ input: Relation, _ rows: inout UserRows, beside shared: [Relation.Window.Call]
  ) throws(Diagnostic) -> Relation {
    let first = calls[0]
    if let other = calls.first(where: { $0.partitionBy != first.partitionBy || $0.orderBy != first.orderBy }) {
      throw Self.unsupported(
        "Ranks among several users by different windows can't stand side by side.", at: other.span,
        hint: "Rank by one of them, and aggregate by it.")
    }
    var places = Places(of: first, over: input, key: rows.key, usersMin: placeUsersMin, build)
    var ranks = UserRows.Ranks(columns: Set(calls.map(\.column.id)), shared: [], order: [], summed: [])
    var items = input.columns.map(Self.kept)
    for call in calls where call.function.argumentFlow == .rank {
      items.append(.init(column: call.column, expression: places.value(of: call)))
    }
    let running = calls.filter { $0.function.argumentFlow != .rank }
    let group = running.isEmpty ? nil : places.groupStart()
    build = places.build
    let start = build.column("group", .bigint)
    sensitivities[start.id] = .plain
    if let group { items.append(.init(column: start, expression: group)) }
    for order in first.orderBy {
      ranks.order.append(add(order.expression, "order", to: &items))
    }
    for call in running { ranks.summed.append(add(Self.summand(of: call), "summand", to: &items)) }
    var result = Relation.project(.init(input: places.relation, items: items))
    for call in running { result = try runningByPlaces(call, start, result, rows) }
    for key in first.partitionBy {
      if case .column(let id) = key.kind { ranks.shared.insert(id) }
    }
    for call in shared where call.partitionBy.allSatisfy(first.partitionBy.contains) {
      ranks.shared.insert(call.column.id)
    }
    rows.filteredBy = max(rows.filteredBy, classRanking(first))
    rows.ranks = ranks
    return result
  }

  private mutating func add(
    _ value: BoundExpression, _ name: String, to items: inout [Relation.Project.Item]
  ) -> RelationColumn {
    let column = build.column(name, value.type)
    sensitivities[column.id] = value.columnsInUse.map { sensitivities[$0] ?? .literal }.combined
    items.append(.init(column: column, expression: value))
    return column
  }

  /// The number that a row adds to a running figure.
  private static func summand(of call: Relation.Window.Call) -> BoundExpression {
    let one = BoundExpression.number(1, at: call.span).asDouble()
    var conditions = call.filter.map { [$0] } ?? []
    var value = one
    if let argument = call.arguments.first {
      if call.function.name != "COUNT", argument.type.isNumeric { value = argument.asDouble() }
      conditions.append(BoundExpression(.isNull(argument, negated: true), type: .boolean, at: call.span))
    }
    guard !conditions.isEmpty else { return value }
    return BoundExpression(
      .conditional([.init(condition: .all(conditions, at: call.span), result: value)], otherwise: nil), type: .double,
      at: call.span)
  }

  /// A running figure, computed from groups of rows that come after each other. Each has enough users and holds rule 4.
  private mutating func runningByPlaces(
    _ call: Relation.Window.Call, _ start: RelationColumn, _ input: Relation, _ rows: UserRows
  ) throws(Diagnostic) -> Relation {
    let average = call.function.name == "AVG" ? runningAverage(call) : nil
    // Which rows are in a group changes with everybody's place. So groups are not compared with those of other queries;
    // all rows together are (`RowGuard.notePopulation`).
    let noted = disclosureQueries.count
    var result = input
    for var part in average?.calls ?? [call] {
      part.orderBy = [.init(.column(start, at: call.span), isDescending: false, nullsFirst: false)]
      result = try joiningGroups(part, result, rows, rowsMax: 1, usersMin: placeUsersMin)
    }
    disclosureQueries.removeSubrange(noted...)
    guard let average else { return result }
    return .project(.init(input: result, items: result.columns.map(Self.kept) + [average.item]))
  }

  /// The class of the values that a rank follows from. Rows that are chosen by the rank need the users of that class.
  private func classRanking(_ call: Relation.Window.Call) -> AggregationThreshold {
    let order = call.orderBy.flatMap(\.expression.columnsInUse).map { sensitivities[$0]?.threshold ?? .internal }
    let partition = call.partitionBy.map(classFiltering)
    return max(min(order.max() ?? .none, .high), partition.max() ?? .none)
  }

  // MARK: Groups

  /// `RANK() OVER (PARTITION BY k ORDER BY o)` from the numbers of rows by k and o that enough users have: one more
  /// than there are rows in such groups before. Rows in other groups have no rank.
  mutating func ranked(
    _ call: Relation.Window.Call, _ input: Relation, _ rows: UserRows, rowsMax: Double
  ) throws(Diagnostic) -> Relation {
    var counting = call
    counting.column = build.column("rows", .bigint)
    counting.function = RelationBuilder.function("COUNT")
    sensitivities[counting.column.id] = .plain
    return try joining(counting, input, rows, rowsMax: rowsMax, usersMin: placeUsersMin) { rewriter, groups, keys in
      rewriter.rank(call, by: counting.column, groups, keys)
    }
  }

  private mutating func rank(
    _ call: Relation.Window.Call, by count: RelationColumn, _ groups: Relation, _ keys: [RelationColumn]
  ) -> Relation {
    let span = call.span
    func double(_ column: RelationColumn) -> BoundExpression { BoundExpression.column(column, at: span).asDouble() }
    let columns = ["up_to", "all", "number"].map { build.column($0, .bigint) }
    var upTo = Relation.Window.Call(column: columns[0], "SUM", of: .column(count, at: span), by: [], at: span)
    (upTo.partitionBy, upTo.orderBy) = call.keyed(by: keys)
    var all = upTo
    (all.column, all.orderBy) = (columns[1], [])
    let number = Relation.Window.Call(
      column: columns[2], function: RelationBuilder.function("ROW_NUMBER"), partitionBy: upTo.partitionBy,
      orderBy: upTo.orderBy, span: span)
    let before = double(columns[0]).computed(.subtract, double(count), as: .double)
    let one = BoundExpression.number(1, at: span).asDouble()
    let value: BoundExpression =
      switch call.function.name {
      case "DENSE_RANK": .column(columns[2], at: span)
      case "PERCENT_RANK":
        before.computed(.divide, double(columns[1]).computed(.subtract, one, as: .double), as: .double)
      case "CUME_DIST": double(columns[0]).computed(.divide, double(columns[1]), as: .double)
      default: BoundExpression(.cast(before.computed(.add, one, as: .double)), type: .bigint, at: span)
      }
    let items = keys.map(Self.kept) + [Relation.Project.Item(column: call.column, expression: value)]
    return .project(.init(input: .window(.init(input: groups, calls: [upTo, all, number])), items: items))
  }
}
