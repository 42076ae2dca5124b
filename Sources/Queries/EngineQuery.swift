import Dialects
import ObjectStorage
import Warehouse

/// A query in the form that the engine of an `EngineQueryService` runs.
struct EngineQuery: CompiledQuery {
  let service: EngineQueryService
  let request: QueryRequest
  let compiled: QueryCompiler.Compiled

  var check: QueryCheck {
    QueryCheck(
      notes: compiled.notes, columns: compiled.query.columns.map { QueryCheck.Column(name: $0.name, type: $0.type) })
  }

  var fingerprint: QueryFingerprint {
    QueryFingerprint(
      sources: compiled.query.sources.map { QueryFingerprint.Source(dataSource: $0.table, days: $0.days) },
      disclosureQueryCount: compiled.disclosureQueries.count)
  }

  func differsByTooFew(from earlier: QueryRequest?) async throws(QueryFailure) -> Bool {
    try await service.translating {
      let own = compiled.disclosureQueries
      let others = if let earlier { try await service.compiled(earlier).disclosureQueries } else { own }
      for (index, disclosureQuery) in own.enumerated() {
        for other in earlier == nil ? others.dropFirst(index + 1) : others[...] {
          guard let difference = try Emission.duckDBDifference(disclosureQuery, other) else { continue }
          if try await rowCount(of: difference) > 0 { return true }
        }
      }
      return false
    }
  }

  private func rowCount(of difference: EmittedQuery) async throws -> Int {
    let area = try await service.objects.stage()
    defer { area.discard() }
    return try await service.engine.run(
      difference, signals: service.signals.snapshot(instanceID: request.instanceID),
      output: try area.location(of: "difference.parquet"), progress: { _ in })
  }

  func runReport(
    outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult {
    try await service.translating {
      let area = try await service.objects.stage()
      defer { area.discard() }
      let parquet = try area.file("result.parquet")
      let count = try await service.engine.run(
        compiled.query, signals: service.signals.snapshot(instanceID: request.instanceID),
        output: try area.location(of: "result.parquet"), progress: progress)
      let files = ResultFiles(
        parquet: parquet, prefix: try ObjectKey(outputPrefix), parts: service.fileLimits.parts(rowCount: count),
        engine: service.engine, objects: service.objects)
      return ReportResult(
        rowCount: count, csvKeys: try await files.publish(as: .csv(request.csvFormat)).map(\.value),
        parquetKeys: try await files.publish(as: .parquet).map(\.value))
    }
  }
}
