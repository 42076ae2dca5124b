public import Dialects
import CDuckDB
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
        return try await EngineSession.with(settings, access: access) { session in
          for view in views { try await session.execute(view) }
          try await session.execute(EmittedReport.keyStatement(sketchKey))
          progress(0)
          for stage in report.stages {
            let released = try await session.fill(stage, tables)
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

extension EngineSession {
  /// Fills the tables of a stage and reads the sketches of its groups.
  fileprivate func fill(_ stage: EmittedReport.Stage, _ tables: Set<String>) throws(EngineError) -> ReleasedStage {
    for table in stage.preparation + stage.sides.map(\.table) {
      try makeViews(for: table.rows, tables)
      try execute(table.statement)
    }
    try makeViews(for: stage.groups.rows, tables)
    try execute(stage.groupsStatement)
    var sides: [[ReleasedGroup]] = []
    for side in stage.sides { sides.append(try sketches(of: side)) }
    return ReleasedStage(
      aggregation: stage.aggregation, mayShareRows: stage.mayShareRows, canHide: stage.canHide, sides: sides)
  }

  private func makeViews(for query: EmittedQuery, _ tables: Set<String>) throws(EngineError) {
    for source in query.sources where tables.contains(source.table) { try execute(source.view) }
  }

  /// The sketches of an aggregation's groups, read chunk by chunk, since there can be many.
  private func sketches(of side: EmittedReport.Side) throws(EngineError) -> [ReleasedGroup] {
    try run(side.sketches, progress: { _ in }) { result throws(EngineError) in
      var builder = ReleasedGroupBuilder(
        kinds: side.kinds, usersMin: side.usersMin, equivalentMin: side.equivalentMin)
      while let fetched = duckdb_fetch_chunk(result) {
        var chunk: duckdb_data_chunk? = fetched
        defer { duckdb_destroy_data_chunk(&chunk) }
        let vectors = (0..<2 + 2 * side.kinds.count).map { column in
          duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, UInt64(column)))
        }
        func integer(_ column: Int, _ row: Int) throws(EngineError) -> Int64 {
          guard let data = vectors[column] else { throw EngineError(.failed) }
          return data.assumingMemoryBound(to: Int64.self)[row]
        }
        func double(_ column: Int, _ row: Int) throws(EngineError) -> Double {
          guard let data = vectors[column] else { throw EngineError(.failed) }
          return data.assumingMemoryBound(to: Double.self)[row]
        }
        for row in 0..<Int(duckdb_data_chunk_get_size(chunk)) {
          var checks: [UInt64] = []
          var amounts: [Double] = []
          for kind in side.kinds.indices {
            checks.append(UInt64(bitPattern: try integer(2 + 2 * kind, row)))
            amounts.append(try double(3 + 2 * kind, row))
          }
          builder.add(
            group: Int(try integer(0, row)), bucket: Int(try integer(1, row)), checks: checks, amounts: amounts)
        }
      }
      return builder.finish()
    }
  }
}
