public import AMCSQL
import Catalog
public import Privacy

/// A measurement query in stages, in the words of one engine. Each stage's tables are there for those behind it.
///
/// The engine fills the tables of a stage, reads the sketches of its groups, is told which of them may not be shown,
/// and goes on without these.
public struct EmittedReport: Sendable {
  /// A table to fill, by the rows of a SELECT.
  public struct Table: Sendable {
    public let name: String
    public let rows: EmittedQuery

    /// The statement that fills the table.
    public var statement: String { "CREATE TEMP TABLE \(SQLText.name(name)) AS \(rows.sql)" }
  }

  /// An aggregation by group and bucket of users: a table with the values of the aggregation, and sketches.
  public struct Side: Sendable {
    public let table: Table
    public let kinds: [GroupSketch.Kind]
    public let usersMin: Int
    public let equivalentMin: Int
    /// A SELECT of the number of each group, in order; a bucket, or -1 for rows without a user; and for each kind the
    /// check and the sum of the parts.
    public let sketches: String
  }

  public struct Stage: Sendable {
    /// The number of the aggregation in its query.
    public let aggregation: Int
    /// Whether its groups are compared with each other.
    public let mayShareRows: Bool
    /// The tables to fill first.
    public let preparation: [Table]
    public let sides: [Side]
    /// The groups that meet the thresholds.
    public let groups: Table
    /// Whether groups can be left out of what follows.
    public let canHide: Bool
    let keys: [String]

    /// The statement that fills the table of groups and numbers them, from 1.
    public var groupsStatement: String {
      let order = keys.isEmpty ? "" : "ORDER BY \(keys.map(SQLText.name).joined(separator: ", "))"
      return """
        CREATE TEMP TABLE \(SQLText.name(groups.name)) AS \
        SELECT row_number() OVER (\(order)) AS number, * FROM (\(groups.rows.sql))
        """
    }

    /// The statement that takes groups out of the table.
    public func hidingStatement(_ numbers: Set<Int>) -> String {
      let list = numbers.sorted().map(String.init).joined(separator: ", ")
      return "DELETE FROM \(SQLText.name(groups.name)) WHERE number IN (\(list))"
    }
  }

  /// The statement that tells the engine the secret of sketches. Only sketches of the same secret can be compared.
  public static func keyStatement(_ key: Int64) -> String {
    "CREATE TEMP MACRO \(SketchStatement.keyMacro)() AS (\(key))::BIGINT"
  }

  public let stages: [Stage]
  /// The query itself.
  public let result: EmittedQuery

  /// The names of all tables that stages fill. Sources of this report's queries that are called so are no signals.
  public var tableNames: Set<String> {
    Set(
      stages.flatMap { stage in
        stage.preparation.map(\.name) + stage.sides.map(\.table.name) + [stage.groups.name]
      })
  }

  /// All queries, in the order in which they run.
  public var queries: [EmittedQuery] {
    stages.flatMap { stage in
      stage.preparation.map(\.rows) + stage.sides.map(\.table.rows) + [stage.groups.rows]
    } + [result]
  }
}

extension Emission {
  /// A query in stages in DuckDB's SQL; nil where it aggregates over nobody.
  ///
  /// - Throws: `unsupported` where a function has no counterpart in the engine.
  public static func duckDBReport(_ query: ProtectedRelation) throws(QueryRefusal) -> EmittedReport? {
    let staged: StagedQuery
    do throws(Diagnostic) {
      guard let own = try query.staged() else { return nil }
      staged = own
    } catch {
      throw QueryRefusal([error])
    }
    var stages: [EmittedReport.Stage] = []
    for stage in staged.stages {
      let prefix = "stage_\(stage.aggregation)"
      var preparation: [EmittedReport.Table] = []
      for (index, own) in stage.preparation.enumerated() {
        preparation.append(try table(own, "\(prefix)_rows_\(index)_"))
      }
      var sides: [EmittedReport.Side] = []
      for (index, side) in stage.sides.enumerated() {
        let statement = SketchStatement(of: side, groups: stage.groups)
        sides.append(
          EmittedReport.Side(
            table: .init(name: side.name, rows: try statement.rows(sourcePrefix: "\(prefix)_users_\(index)_")),
            kinds: side.query.parts.map(\.kind), usersMin: side.query.usersMin,
            equivalentMin: side.query.equivalentMin, sketches: statement.sketches))
      }
      let groups = try table(stage.groups, "\(prefix)_groups_")
      stages.append(
        EmittedReport.Stage(
          aggregation: stage.aggregation, mayShareRows: stage.sides.contains { $0.query.mayShareRows },
          preparation: preparation, sides: sides, groups: groups, canHide: stage.canHide,
          keys: stage.sides[0].groupKeys))
    }
    return EmittedReport(stages: stages, result: try duckDB(staged.result))
  }

  private static func table(
    _ table: StagedQuery.Table, _ sourcePrefix: String
  ) throws(QueryRefusal) -> EmittedReport.Table {
    EmittedReport.Table(name: table.name, rows: try duckDB(table.rows, sourcePrefix: sourcePrefix))
  }
}
