import AMCSQL
import CleanRoom
import Logging
import ObjectStorage

/// Puts the query service of a server together.
enum QueryServices {
  static func make(
    folder: DataFolder, objects: any ObjectStorage, logger: Logger
  ) throws -> any QueryService {
    NoQueryService()
  }
}

/// Refuses every query: a server whose engine is not built in.
private struct NoQueryService: QueryService {
  private var refusal: QueryRefusal {
    QueryRefusal([
      Diagnostic(.unsupported, "This server has no query engine.", at: SourceSpan(.start, .start))
    ])
  }

  func check(_ request: QueryRequest) throws(QueryRefusal) -> [Diagnostic] { throw refusal }

  func runReport(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult { throw .refused(refusal) }

  func runAudience(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int { throw .refused(refusal) }
}
