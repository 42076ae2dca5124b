import Catalog
import Dialects
import ObjectStorage
import Privacy
import Synchronization
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
      disclosureQueryCount: compiled.disclosureQueryCount)
  }

  func runReport(
    outputPrefix: String, review: ResultReview?, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> ReportResult {
    let refusal = RefusalBox()
    do throws(QueryFailure) {
      return try await service.translating {
        let area = try await service.objects.stage()
        defer { area.discard() }
        let parquet = try area.file("result.parquet")
        let output = try area.location(of: "result.parquet")
        let count = try await run(to: output, review: review, refusal, progress)
        let files = ResultFiles(
          parquet: parquet, prefix: try ObjectKey(outputPrefix), parts: service.fileLimits.parts(rowCount: count),
          engine: service.engine, objects: service.objects)
        return ReportResult(
          rowCount: count, csvKeys: try await files.publish(as: .csv(request.csvFormat)).map(\.value),
          parquetKeys: try await files.publish(as: .parquet).map(\.value))
      }
    } catch {
      throw refusal.error ?? error
    }
  }

  private func run(
    to output: EngineLocation, review: ResultReview?, _ refusal: RefusalBox,
    _ progress: @escaping @Sendable (Double) -> Void
  ) async throws -> Int {
    let signals = service.signals.snapshot(instanceID: request.instanceID)
    guard let review, let report = try compiled.report() else {
      return try await service.engine.run(compiled.query, signals: signals, output: output, progress: progress)
    }
    return try await service.engine.run(
      report, sketchKey: try await service.signals.sketchKey(instanceID: request.instanceID), signals: signals, output: output,
      review: { stage in
        do {
          return try await review(stage)
        } catch {
          refusal.note(error)
          throw error
        }
      }, progress: progress)
  }
}

/// The error of a review, which is thrown as it is.
private final class RefusalBox: Sendable {
  private let noted = Mutex<(any Error)?>(nil)

  var error: (any Error)? { noted.withLock { $0 } }

  func note(_ error: any Error) { noted.withLock { $0 = error } }
}
