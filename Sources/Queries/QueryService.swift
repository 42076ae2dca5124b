public import AMCSQL
import Base
public import Catalog
import ObjectStorage
public import Privacy
public import Warehouse

public import struct Foundation.Date

/// A request to check or run a query.
public struct QueryRequest: Sendable, Hashable {
  public var sql: String
  public var instanceID: String
  public var purpose: Purpose
  public var timeWindow: TimeWindow
  public var parameters: [String: ParameterValue]
  /// The declared types of parameters, which are then the only ones; nil if nothing is declared.
  public var parameterTypes: [String: SQLType]?
  /// Whether a `CUSTOM_PARAMETER` without a value is an error. It is none when a workflow is checked before it runs.
  public var needsAllParameters = true
  /// The treatment of rows that fail the thresholds.
  public var controls = AggregationControls()
  /// The advertisers whose signals are read; nil for all of the instance.
  public var advertisers: [AdvertiserIdentifier]?
  /// The form of a report's CSV.
  public var csvFormat = CSVFormat()
  /// The time for CURRENT_DATE and the like, and for uploads; nil for the time of the call.
  public var asOf: Date?
  /// The end of the signals that have arrived; nil if all have. Uploads of advertisers are not concerned.
  public var signalsEnd: Date?

  public init(
    sql: String, instanceID: String, purpose: Purpose, timeWindow: TimeWindow,
    parameters: [String: ParameterValue] = [:]
  ) {
    self.sql = sql
    self.instanceID = instanceID
    self.purpose = purpose
    self.timeWindow = timeWindow
    self.parameters = parameters
  }
}

/// The reason why an accepted query did not finish.
public enum QueryFailure: Error, Sendable, Hashable {
  /// The query itself was refused: text, names, types or privacy.
  case refused(QueryRefusal)
  /// The query was stopped.
  case cancelled
  /// The engine could not finish; the text is safe to show.
  case engine(code: String, message: String)
}

extension QueryFailure {
  /// The code of the failure, for statistics and the log.
  package var stableCode: String {
    switch self {
    case .refused: "query_refused"
    case .cancelled: "engine_cancelled"
    case .engine(let code, _): code
    }
  }
}

extension QueryFailure: ProcessEndingError {
  package var hasEndedItsProcess: Bool {
    switch self {
    case .engine(let code, _): code == EngineError.Code.workerEnded.rawValue
    case .refused, .cancelled: false
    }
  }
}

extension QueryFailure: TransientError {
  /// A query that found no room for its result, or no worker, can succeed when the machine is well again.
  package var isTransient: Bool {
    switch self {
    case .engine(let code, _):
      if let code = EngineError.Code(rawValue: code) { return EngineError(code).isTransient }
      return StorageError.Code(rawValue: code).map { StorageError($0).isTransient } ?? false
    case .refused, .cancelled: return false
    }
  }
}

/// The result of a report.
public struct ReportResult: Sendable, Hashable {
  public var rowCount: Int
  /// The objects with the result as CSV, each with a header; several for a large result.
  public var csvKeys: [String]
  /// The objects with the same rows as Parquet.
  public var parquetKeys: [String]

  public init(rowCount: Int, csvKeys: [String], parquetKeys: [String]) {
    self.rowCount = rowCount
    self.csvKeys = csvKeys
    self.parquetKeys = parquetKeys
  }
}

/// The only way to a result: parse, bind, protect, emit, run.
///
/// Every run stops soon after its task is cancelled, and then throws `cancelled`. Running again with the same
/// `outputPrefix` replaces the output of an earlier try: the effect is that of one run.
public protocol QueryService: Sendable {
  /// Compiles a query.
  ///
  /// - Throws: `refused` with the diagnostics of an unacceptable query.
  func compile(_ request: QueryRequest) async throws(QueryFailure) -> any CompiledQuery

  /// Compiles the query of a lookalike's seed, and those for features: the users who are like those of the seed, and
  /// are not among them.
  ///
  /// - Throws: `refused` with the diagnostics of an unacceptable query.
  func compile(_ request: LookalikeRequest) async throws(QueryFailure) -> any CompiledLookalike
}

extension QueryService {
  /// Compiles and runs an audience query in threshold mode.
  public func runAudience(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int {
    try await compile(request).runAudience(outputPrefix: outputPrefix, seed: nil, progress: progress)
  }

  /// Compiles and makes a lookalike audience in threshold mode.
  public func runLookalike(
    _ request: LookalikeRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> LookalikeOutcome {
    try await compile(request).run(outputPrefix: outputPrefix, seed: nil, progress: progress)
  }
}
