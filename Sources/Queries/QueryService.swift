public import AMCSQL
public import Catalog
public import Privacy
public import Warehouse

public import struct Foundation.Date

/// A query with all that it needs to be checked and run.
public struct QueryRequest: Sendable, Hashable {
  public var sql: String
  public var instanceID: String
  public var purpose: Purpose
  public var timeWindow: TimeWindow
  public var parameters: [String: ParameterValue]
  /// The declared types of parameters; then the query may name no others. nil where nothing is declared.
  public var parameterTypes: [String: SQLType]?
  /// Whether a `CUSTOM_PARAMETER` without a value is an error; not so where a workflow is checked before it runs.
  public var needsAllParameters = true
  /// What becomes of rows that fail the thresholds.
  public var controls = AggregationControls()
  /// The advertisers whose signals are read; nil for all of the instance.
  public var advertisers: [AdvertiserIdentifier]?
  /// How a report's CSV is written.
  public var csvFormat = CSVFormat()
  /// The time that CURRENT_DATE and the like stand for, and whose uploads are read; nil for the time of the call.
  public var asOf: Date?

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

/// Why a query that was accepted did not finish.
public enum QueryFailure: Error, Sendable, Hashable {
  /// The query itself: text, names, types or privacy.
  case refused(QueryRefusal)
  /// It was asked to stop.
  case cancelled
  /// The engine could not finish; the text is safe to show.
  case engine(code: String, message: String)
}

/// What a report came to.
public struct ReportResult: Sendable, Hashable {
  public var rowCount: Int
  /// The objects that hold the result as CSV, each with a header; more than one for a large result.
  public var csvKeys: [String]
  /// The objects that hold the same rows as Parquet.
  public var parquetKeys: [String]

  public init(rowCount: Int, csvKeys: [String], parquetKeys: [String]) {
    self.rowCount = rowCount
    self.csvKeys = csvKeys
    self.parquetKeys = parquetKeys
  }
}

/// The one way to a result: parse, bind, protect, emit, run.
///
/// All runs stop soon after their task is cancelled and then throw `cancelled`. Running again with the same
/// `outputPrefix` replaces what an earlier try left: the effect is that of one run.
public protocol QueryService: Sendable {
  /// Compiles a query; throws `refused` with what makes it unacceptable.
  func compile(_ request: QueryRequest) async throws(QueryFailure) -> any CompiledQuery

  /// Runs an audience query and keeps the members' keys under `outputPrefix`, where only activation reads them.
  /// Returns how many there are: each user once, without opt-outs, excluded and non-targetable users.
  func runAudience(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int

  /// Finds users who are like those of an audience query, and keeps their keys under `outputPrefix` like those of an
  /// audience. Users of the seed are none of them. Nothing is kept unless the outcome is `members`.
  func runLookalike(
    _ request: LookalikeRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> LookalikeOutcome
}
