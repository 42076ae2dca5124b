import AMCSQL
import Catalog
import Dialects
import DifferentialPrivacy
import Foundation
import WarehouseTestSupport

@testable import Privacy
@testable import Warehouse

/// One query over signals and over neighbouring ones: by how much do the sums behind its figures differ, before any
/// noise?
///
/// An aggregation may read the results of others before it. They are the same for both: those of the first signals, as
/// the proof of composition has it.
struct NeighbourTrial {
  var question: BoundQuery
  var signals: any SignalFiles
  var neighbour: any SignalFiles
  /// How many times a person was added or removed between the two: once, or twice where a person's rows changed.
  var distance = 1
  /// A session that sees the files of both, and is the trial's alone.
  var session: OpenSession
  var parameters: NoiseParameters
  var seed: NoiseSeed

  /// The greatest difference of a figure, as a share of what is claimed: at most 1.
  struct Outcome {
    var figures = 0
    var largestShare = 0.0
    var largestGroupShare = 0.0
    /// The ρ of telling the two apart by all figures together: half the sum of the squares of their differences, each
    /// in standard deviations of its noise.
    var rho = 0.0
    var problems: [String] = []
  }

  /// - Throws: `QueryRefusal` if the query is refused.
  func run() async throws -> Outcome {
    let query = try Protection.protect(question, for: .measurement, noise: parameters)
    var build = RelationBuilder(for: question)
    // Columns of the trial's own must not be those of the query.
    for _ in 0..<10_000 { _ = build.column("unused", .bigint) }
    var results: [ColumnID: Relation] = [:]
    var outcome = Outcome()
    for aggregation in query.noisyAggregations {
      try await compare(aggregation, query, results, &outcome)
      if let marker = aggregation.marker, let node = Self.node(marker, in: query) {
        results[marker] = try await constant(node, query, results, &build)
      }
    }
    return outcome
  }

  // MARK: Differences

  private func compare(
    _ aggregation: NoisyAggregation, _ query: ProtectedRelation, _ results: [ColumnID: Relation],
    _ outcome: inout Outcome
  ) async throws {
    let first = try await groups(aggregation.totals, aggregation, query, results, signals)
    let other = try await groups(aggregation.totals, aggregation, query, results, neighbour)
    let keys = Set(first.keys).union(other.keys)
    let name = "aggregation \(aggregation.number)"
    var changed: Set<[ReferenceValue]> = []
    for (index, figure) in aggregation.figures.enumerated() {
      guard case .sum(let range) = figure.mechanism, let total = figure.total,
        let column = aggregation.totals.columns.firstIndex(where: { $0.id == total.id })
      else { continue }
      var squares = 0.0
      for key in keys {
        let difference = Self.value(first[key], column) - Self.value(other[key], column)
        squares += difference * difference
        if difference != 0 { changed.insert(key) }
        if abs(difference) > Double(distance) * Double(range.magnitude) {
          outcome.problems.append("\(name), figure \(index): a part of \(difference) beyond \(range.magnitude)")
        }
      }
      let size = Double(distance) * Double(range.magnitude)
      let claimed = Double(aggregation.groupsPerUser) * size * size
      let plan = query.noise?.aggregations.first { $0.number == aggregation.number }?.figures[index]
      let deviation = (plan?.standardError ?? 0) / range.unit
      outcome.rho += squares == 0 ? 0 : squares / (2 * deviation * deviation)
      if squares > claimed { outcome.problems.append("\(name), figure \(index): \(squares) beyond \(claimed)") }
      outcome.figures += 1
      outcome.largestShare = max(outcome.largestShare, squares / claimed)
    }
    if changed.count > distance * aggregation.groupsPerUser {
      outcome.problems.append("\(name): \(changed.count) groups beyond \(aggregation.groupsPerUser)")
    }
    outcome.largestGroupShare = max(
      outcome.largestGroupShare, Double(changed.count) / Double(aggregation.groupsPerUser))
    // A group that only one of the two has is that of the one user.
    if aggregation.isSelective, let users = aggregation.figures.first?.total,
      let column = aggregation.totals.columns.firstIndex(where: { $0.id == users.id })
    {
      for key in keys where (first[key] == nil) != (other[key] == nil) {
        let count = Self.value(first[key], column) + Self.value(other[key], column)
        if count > 1 { outcome.problems.append("\(name): a new group of \(count) users") }
      }
    }
    try await compareCells(aggregation, query, results, &outcome)
  }

  private func compareCells(
    _ aggregation: NoisyAggregation, _ query: ProtectedRelation, _ results: [ColumnID: Relation],
    _ outcome: inout Outcome
  ) async throws {
    let choices = aggregation.figures.compactMap { figure -> Int? in
      if case .choice(let valuesMax, _) = figure.mechanism { return valuesMax }
      return nil
    }
    for (valuesMax, cells) in zip(choices, aggregation.cellCounts) {
      let first = try await rows(cells, query, results, signals)
      let other = try await rows(cells, query, results, neighbour)
      var counts: [[ReferenceValue]: Double] = [:]
      for row in first { counts[row.dropLast(), default: 0] += row[row.count - 1].number ?? 0 }
      for row in other { counts[row.dropLast(), default: 0] -= row[row.count - 1].number ?? 0 }
      var byGroup: [[ReferenceValue]: Double] = [:]
      for (cell, difference) in counts where difference != 0 { byGroup[cell.dropLast(), default: 0] += abs(difference) }
      let largest = byGroup.values.max() ?? 0
      if largest > Double(distance * valuesMax) {
        outcome.problems.append("\(largest) values in cells beyond \(valuesMax)")
      }
      if byGroup.count > distance * aggregation.groupsPerUser {
        outcome.problems.append("cells in \(byGroup.count) groups beyond \(aggregation.groupsPerUser)")
      }
      outcome.figures += 1
    }
  }

  private static func value(_ row: [ReferenceValue]?, _ column: Int) -> Double { row?[column].number ?? 0 }

  private func groups(
    _ relation: Relation, _ aggregation: NoisyAggregation, _ query: ProtectedRelation,
    _ results: [ColumnID: Relation], _ signals: any SignalFiles
  ) async throws -> [[ReferenceValue]: [ReferenceValue]] {
    let totals = Set(aggregation.figures.compactMap { $0.total?.id })
    let keys = relation.columns.indices.filter { !totals.contains(relation.columns[$0].id) }
    let all = try await rows(relation, query, results, signals)
    return Dictionary(all.map { row in (keys.map { row[$0] }, row) }) { first, _ in first }
  }

  // MARK: Running parts of the query

  private func rows(
    _ relation: Relation, _ query: ProtectedRelation, _ results: [ColumnID: Relation], _ signals: any SignalFiles
  ) async throws -> [[ReferenceValue]] {
    // Percentiles alone have no sums.
    guard !relation.columns.isEmpty else { return [] }
    var ctes = query.ctes
    for index in ctes.indices { ctes[index].relation = Self.replaced(ctes[index].relation, results) }
    // Columns are read by their names, so that no two may have the same.
    let items = relation.columns.enumerated().map { index, column in
      Relation.Project.Item(
        column: RelationColumn(id: column.id, name: "column \(index)", type: column.type),
        expression: .column(column, at: .none))
    }
    let body = Relation.project(.init(input: Self.replaced(relation, results), items: items))
    let part = ProtectedRelation(ctes: ctes, body: body, purpose: .measurement, noise: query.noise)
    let emitted = try Emission.duckDB(part, seed: seed)
    for view in try await SourceView.resolve(emitted.sources, in: signals) {
      try await session.execute(view.statement.replacing("CREATE VIEW", with: "CREATE OR REPLACE VIEW"))
    }
    return try await ResultFile.rows(of: emitted, in: "(\(emitted.sql))", session)
  }

  /// The relation with the results of aggregations in place of the aggregations.
  private static func replaced(_ relation: Relation, _ results: [ColumnID: Relation]) -> Relation {
    relation.map { node in
      guard case .project(let project) = node,
        let result = project.items.lazy.compactMap({ item in
          if case .column = item.expression.kind { return nil as Relation? }
          return results[item.column.id]
        }).first
      else { return node }
      return result
    }
  }

  /// The node that gives an aggregation its noise.
  private static func node(_ marker: ColumnID, in query: ProtectedRelation) -> Relation? {
    var found: Relation?
    for relation in query.ctes.map(\.relation) + [query.body] {
      RelationWalk.visit(relation) { node in
        if case .project(let project) = node,
          project.items.contains(where: { item in
            if case .call = item.expression.kind { return item.column.id == marker }
            return false
          })
        {
          found = node
        }
      }
    }
    return found
  }

  /// The rows of a relation as constants, under the same columns.
  private func constant(
    _ relation: Relation, _ query: ProtectedRelation, _ results: [ColumnID: Relation], _ build: inout RelationBuilder
  ) async throws -> Relation {
    let rows = try await rows(relation, query, results, signals)
    let columns = relation.columns
    func literal(_ value: ReferenceValue, _ type: SQLType) -> BoundExpression {
      let text = BoundExpression(.literal(.string(value.plainText)), type: .string, at: .none)
      return value.isNull ? .null(type, at: .none) : BoundExpression(.cast(text), type: type, at: .none)
    }
    let none = [columns.map { BoundExpression.null($0.type, at: .none) }]
    let values = build.values(
      rows.isEmpty ? none : rows.map { row in zip(row, columns).map { literal($0, $1.type) } },
      columns.map { (name: $0.name, type: $0.type) }, at: .none)
    let items = zip(columns, values.columns).map { column, value in
      Relation.Project.Item(column: column, expression: .column(value, at: .none))
    }
    let input =
      rows.isEmpty ? Relation.filter(.init(input: values, condition: .truth(false, at: .none))) : values
    return .project(.init(input: input, items: items))
  }
}

extension ReferenceValue {
  /// The value as a text that can be cast back.
  fileprivate var plainText: String {
    switch self {
    case .null: ""
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .double(let value): String(value)
    case .text(let value): value
    case .list(let values): values.map(\.plainText).joined(separator: ",")
    }
  }
}

extension RandomSignals {
  /// The same signals without the rows of one user.
  func without(user: Int, settings: EngineSettings) async throws -> RandomSignals {
    var tables = tables
    for name in tables.keys { tables[name]?.rows.removeAll { $0["user_id"] == .integer(user) } }
    return try await RandomSignals(tables: tables, settings: settings)
  }
}
