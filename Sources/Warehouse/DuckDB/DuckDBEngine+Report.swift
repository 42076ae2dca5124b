import Base
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
    let refusal = PassingError()
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
            let released = try await session.fill(stage, tables)
            let hidden = try await refusal.noting { try await review(released) }
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
      throw refusal.error ?? error
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

extension StatementSession {
  /// Fills the tables of a stage and reads the sketches of its groups.
  fileprivate func fill(_ stage: EmittedReport.Stage, _ tables: Set<String>) async throws(EngineError) -> ReleasedStage
  {
    for table in stage.preparation + stage.sides.map(\.table) {
      try await makeViews(for: table.rows, tables)
      try await execute(table.statement)
    }
    try await makeViews(for: stage.groups.rows, tables)
    try await execute(stage.groupsStatement)
    var sides: [[ReleasedGroup]] = []
    for side in stage.sides { sides.append(try await sketches(of: side)) }
    return ReleasedStage(
      aggregation: stage.aggregation, mayShareRows: stage.mayShareRows, canHide: stage.canHide, sides: sides)
  }

  private func makeViews(for query: EmittedQuery, _ tables: Set<String>) async throws(EngineError) {
    for source in query.sources where tables.contains(source.table) { try await execute(source.view) }
  }

  /// The sketches of an aggregation's groups, read some thousand rows at a time, since there can be many.
  private func sketches(of side: EmittedReport.Side) async throws(EngineError) -> [ReleasedGroup] {
    let builder = Mutex(
      ReleasedGroupBuilder(kinds: side.kinds, usersMin: side.usersMin, equivalentMin: side.equivalentMin))
    try await stream(side.sketches) { rows throws(EngineError) in
      try builder.withLock { builder throws(EngineError) in
        for row in rows { try builder.add(row, kindCount: side.kinds.count) }
      }
    }
    return builder.withLock { $0.finish() }
  }
}

extension ReleasedGroupBuilder {
  /// Adds a row of `EmittedReport.Side.sketches`: the group, the bucket, and a check and an amount for each kind.
  fileprivate mutating func add(_ row: [EngineValue], kindCount: Int) throws(EngineError) {
    guard row.count == 2 + 2 * kindCount, let group = row[0].integer, let bucket = row[1].integer else {
      throw EngineError(.failed)
    }
    var checks: [UInt64] = []
    var amounts: [Double] = []
    for kind in 0..<kindCount {
      guard let check = row[2 + 2 * kind].integer, let amount = row[3 + 2 * kind].double else {
        throw EngineError(.failed)
      }
      checks.append(UInt64(bitPattern: Int64(check)))
      amounts.append(amount)
    }
    add(group: group, bucket: bucket, checks: checks, amounts: amounts)
  }
}
