public import AMCSQL
public import Catalog
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

/// The output and the inputs of a query that may run.
public struct QueryCheck: Sendable, Hashable {
  public struct Column: Sendable, Hashable {
    public var name: String
    public var type: SQLType

    public init(name: String, type: SQLType) {
      self.name = name
      self.type = type
    }
  }

  /// Notes for the query's writer.
  public var notes: [Diagnostic]
  /// The columns of its result, in order.
  public var columns: [Column]

  public init(notes: [Diagnostic] = [], columns: [Column] = []) {
    self.notes = notes
    self.columns = columns
  }
}

/// The disclosure queries of a query, for comparison with others.
public struct QueryFingerprint: Sendable, Hashable {
  public struct Source: Sendable, Hashable {
    public var dataSource: String
    /// The days of its window, since 1970-01-01; nil if no window applies.
    public var days: ClosedRange<Int>?

    public init(dataSource: String, days: ClosedRange<Int>?) {
      self.dataSource = dataSource
      self.days = days
    }
  }

  public var sources: [Source]
  /// The number of the query's aggregations over many users.
  public var disclosureQueryCount: Int

  public init(sources: [Source] = [], disclosureQueryCount: Int = 0) {
    self.sources = sources
    self.disclosureQueryCount = disclosureQueryCount
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
/// Both runs stop soon after their task is cancelled, and then throw `cancelled`. Running again with the same
/// `outputPrefix` replaces the output of an earlier try: the effect is that of one run.
///
///     let check = try await queries.check(request)
///     let result = try await queries.runReport(request, outputPrefix: prefix, progress: { _ in })
public protocol QueryService: Sendable {
  /// Checks without running.
  ///
  /// - Throws: `refused` with the diagnostics of an unacceptable query.
  func check(_ request: QueryRequest) async throws(QueryFailure) -> QueryCheck

  /// The fingerprint of a measurement query's disclosure queries.
  func fingerprint(of request: QueryRequest) async throws(QueryFailure) -> QueryFingerprint

  /// Whether the results of both queries, of the same instance, would together reveal fewer users than a row needs.
  ///
  /// - Parameter other: nil to compare the aggregations of the one query with each other.
  func differsByTooFew(_ request: QueryRequest, _ other: QueryRequest?) async throws(QueryFailure) -> Bool

  /// Runs a measurement query; the result's objects are under `outputPrefix`.
  func runReport(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult

  /// Runs an audience query and stores the members' keys under `outputPrefix`, where only activation reads them.
  ///
  /// - Returns: The number of members: each user once, without opt-outs, excluded and non-targetable users.
  func runAudience(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int

  /// Finds users who are like those of an audience query, and stores their keys under `outputPrefix` like those of an
  /// audience. Users of the seed are not among them. Nothing is stored unless the outcome is `members`.
  func runLookalike(
    _ request: LookalikeRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> LookalikeOutcome
}
