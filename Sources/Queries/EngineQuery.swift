import Base
import Catalog
import Dialects
import DifferentialPrivacy
import ObjectStorage
import Privacy
import Warehouse

/// A query in the form that the engine of an `EngineQueryService` runs.
struct EngineQuery: CompiledQuery {
  let service: EngineQueryService
  let request: QueryRequest
  let compiled: QueryCompiler.Compiled
  /// The noise of the instance; nil in threshold mode, and for queries that show nobody's figures.
  let instanceNoise: PopulationNoise?
  /// The data that a run reads: as they are when they are first looked at.
  let signals: SignalSnapshot

  var check: QueryCheck {
    QueryCheck(
      notes: compiled.notes, columns: compiled.query.columns.map { QueryCheck.Column(name: $0.name, type: $0.type) })
  }

  var fingerprint: QueryFingerprint {
    QueryFingerprint(
      sources: compiled.query.sources.map { QueryFingerprint.Source(dataSource: $0.table, days: $0.days) },
      disclosureQueryCount: compiled.disclosureQueryCount)
  }

  func runReport(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult {
    try await service.translating {
      let query = try seeded(seed) ?? compiled.query
      let answers = try await question().map {
        try NoiseAnswers($0, instanceID: request.instanceID, objects: service.objects)
      }
      return try await report(outputPrefix) { area, output in
        let run = { try await service.engine.run(query, signals: signals, output: output, progress: progress) }
        guard let answers else { return try await run() }
        return try await answers.answer(in: try area.file(Self.resultFile), run: run)
      }
    }
  }

  func runReport(
    outputPrefix: String, review: ResultReview?, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> ReportResult {
    guard let review else { return try await runReport(outputPrefix: outputPrefix, seed: nil, progress: progress) }
    let refusal = PassingError()
    do throws(QueryFailure) {
      return try await service.translating {
        guard try seeded(nil) == nil, let stages = try compiled.report() else {
          return try await runReport(outputPrefix: outputPrefix, seed: nil, progress: progress)
        }
        let key = try await service.signals.sketchKey(instanceID: request.instanceID)
        return try await report(outputPrefix) { _, output in
          try await service.engine.run(
            stages, sketchKey: key, signals: signals, output: output,
            review: { stage in try await refusal.noting { try await review(stage) } }, progress: progress)
        }
      }
    } catch {
      throw refusal.error ?? error
    }
  }

  private static let resultFile = "result.parquet"

  /// Publishes the rows that `run` writes.
  private func report(
    _ outputPrefix: String, run: (StagingArea, EngineLocation) async throws -> Int
  ) async throws -> ReportResult {
    let area = try await service.objects.stage()
    defer { area.discard() }
    let count = try await run(area, try area.location(of: Self.resultFile))
    let files = ResultFiles(
      parquet: try area.file(Self.resultFile), prefix: try ObjectKey(outputPrefix),
      parts: service.fileLimits.parts(rowCount: count), engine: service.engine, objects: service.objects)
    let (csvKeys, parquetKeys) = try await files.publishAll(request.csvFormat)
    return ReportResult(rowCount: count, csvKeys: csvKeys, parquetKeys: parquetKeys)
  }
}
