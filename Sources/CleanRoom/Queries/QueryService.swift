public import AMCSQL
public import Catalog
public import Privacy

/// A query with all that it needs to be checked and run.
public struct QueryRequest: Sendable, Hashable {
  public var sql: String
  public var instanceID: String
  public var purpose: Purpose
  public var timeWindow: TimeWindow
  public var parameters: [String: ParameterValue]

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
  /// The object that holds the result as CSV with a header.
  public var csvKey: String
  /// The object that holds the same rows as Parquet.
  public var parquetKey: String

  public init(rowCount: Int, csvKey: String, parquetKey: String) {
    self.rowCount = rowCount
    self.csvKey = csvKey
    self.parquetKey = parquetKey
  }
}

/// The one way to a result: parse, bind, protect, emit, run.
///
/// Both runs stop soon after their task is cancelled and then throw `cancelled`. Running again with the same
/// `outputPrefix` replaces what an earlier try left: the effect is that of one run.
public protocol QueryService: Sendable {
  /// Checks without running. Returns notes; throws what makes the query unacceptable.
  func check(_ request: QueryRequest) throws(QueryRefusal) -> [Diagnostic]

  /// Runs a measurement query; the result's objects are under `outputPrefix`.
  func runReport(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult

  /// Runs an audience query and keeps the members' keys under `outputPrefix`, where only activation reads them.
  /// Returns how many there are: each user once, without opt-outs, excluded and non-targetable users.
  func runAudience(
    _ request: QueryRequest, outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int
}
