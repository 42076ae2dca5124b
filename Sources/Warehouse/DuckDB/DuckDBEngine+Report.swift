public import Dialects
public import ObjectStorage
public import Privacy
import Synchronization

extension DuckDBEngine {
  /// Runs a query in stages; see `QueryEngine`.
  public func run(
    _ report: EmittedReport, sketchKey: Int64, signals: any SignalFiles, output: EngineLocation,
    review: @escaping @Sendable (ReleasedStage) async throws -> Set<Int>,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> Int {
    let refusal = Mutex<(any Error)?>(nil)
    do throws(EngineError) {
      return try await translating { [settings] in
        let tables = report.tableNames
        var files: [EngineLocation] = []
        var views: [String] = []
        for query in report.queries {
          let stored = try await SourceView.resolve(query.sources.filter { !tables.contains($0.table) }, in: signals)
          files += stored.flatMap(\.files)
          views += stored.map(\.statement)
        }
        let access = SessionAccess(files: files, folders: [Self.folder(of: output)])
        return try await EngineSessions.with(settings, access: access) { session in
          for view in views { try await session.execute(view) }
          try await session.execute(EmittedReport.keyStatement(sketchKey))
          progress(0)
          for stage in report.stages {
            let released = try await Self.fill(stage, tables, session)
            let hidden: Set<Int>
            do {
              hidden = try await review(released)
            } catch {
              refusal.withLock { $0 = error }
              throw error
            }
            if !hidden.isEmpty { try await session.execute(stage.hidingStatement(hidden)) }
          }
          for source in report.result.sources where tables.contains(source.table) {
            try await session.execute(source.view)
          }
          let copy = "COPY (\(report.result.sql)) TO \(SQLText.string(output.path)) (\(ParquetOptions.results))"
          let rows = try await session.rows(copy, progress: progress)
          progress(1)
          return rows.first?.first?.integer ?? 0
        }
      }
    } catch {
      throw refusal.withLock { $0 } ?? error
    }
  }
}

extension EmittedSource {
  /// The view by which a query reads a table that an earlier stage filled.
  fileprivate var view: String {
    let columns = self.columns.map { SQLText.name($0.name) }.joined(separator: ", ")
    return "CREATE VIEW \(SQLText.name(name)) AS SELECT \(columns) FROM \(SQLText.name(table))"
  }
}

extension DuckDBEngine {
  /// Fills the tables of a stage and reads the sketches of its groups.
  private static func fill(
    _ stage: EmittedReport.Stage, _ tables: Set<String>, _ session: any StatementSession
  ) async throws -> ReleasedStage {
    for table in stage.preparation + stage.sides.map(\.table) {
      try await makeViews(for: table.rows, tables, session)
      try await session.execute(table.statement)
    }
    try await makeViews(for: stage.groups.rows, tables, session)
    try await session.execute(stage.groupsStatement)
    var sides: [[ReleasedGroup]] = []
    for side in stage.sides { sides.append(try await sketches(of: side, session)) }
    return ReleasedStage(
      aggregation: stage.aggregation, mayShareRows: stage.mayShareRows, canHide: stage.canHide, sides: sides)
  }

  private static func makeViews(
    for query: EmittedQuery, _ tables: Set<String>, _ session: any StatementSession
  ) async throws {
    for source in query.sources where tables.contains(source.table) { try await session.execute(source.view) }
  }

  /// How many values of sketches are read at once.
  private static let valuesPerRead = 1 << 20

  /// The sketches of an aggregation's groups, some groups at a time, since there can be many.
  private static func sketches(
    of side: EmittedReport.Side, _ session: any StatementSession
  ) async throws -> [ReleasedGroup] {
    try await session.execute(side.sketchStatement)
    let last = try await session.rows(side.lastGroup).first?.first?.integer ?? 0
    var builder = ReleasedGroupBuilder(kinds: side.kinds, usersMin: side.usersMin, equivalentMin: side.equivalentMin)
    let columnCount = 2 + 2 * side.kinds.count
    let step = max(valuesPerRead / (columnCount * (GroupSketch.finestBucketCount + 1)), 1)
    for first in stride(from: 1, through: last, by: step) {
      for row in try await session.rows(side.sketches(of: first...first + step - 1)) {
        guard row.count == columnCount, let group = row[0].integer, let bucket = row[1].integer else {
          throw EngineError(.failed)
        }
        let checks = side.kinds.indices.map { UInt64(clamping: row[2 + 2 * $0].integer ?? 0) }
        let amounts = side.kinds.indices.map { row[3 + 2 * $0].double ?? 0 }
        builder.add(group: group, bucket: bucket, checks: checks, amounts: amounts)
      }
    }
    return builder.finish()
  }
}
