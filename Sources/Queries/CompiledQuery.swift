public import AMCSQL
public import Catalog

/// A query that may run: compiled once, then compared with earlier ones and run.
///
///     let query = try await queries.compile(request)
///     let isolation = try await query.isolation(from: earlier)
///     let result = try await query.runReport(outputPrefix: prefix) { _ in }
public protocol CompiledQuery: Sendable {
  /// The request that it was compiled from.
  var request: QueryRequest { get }

  /// The query's notes and the columns of its result.
  var check: QueryCheck { get }

  /// The user-level data that a measurement query reads, for the comparison with others.
  var fingerprint: QueryFingerprint { get }

  /// How much of its result would tell somebody who has the results of both queries, of the same instance, of fewer
  /// users than a row needs.
  ///
  /// - Parameter earlier: nil for the aggregations of the one query among each other.
  /// - Throws: `refused` where `earlier` can't be compiled any more.
  func isolation(from earlier: QueryRequest?) async throws(QueryFailure) -> Isolation

  /// The query without the rows that isolate somebody beside these earlier ones.
  ///
  /// - Parameter earlier: nil stands for the aggregations of the query among each other.
  func hidingRows(isolatedFrom earlier: [QueryRequest?]) -> any CompiledQuery

  /// Runs a measurement query; the result's objects are under `outputPrefix`.
  ///
  /// It stops soon after its task is cancelled and then throws `cancelled`. Running again with the same `outputPrefix`
  /// replaces what an earlier try left: the effect is that of one run.
  func runReport(
    outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult
}

/// How much of a query's result would isolate somebody beside another result.
public enum Isolation: Sendable, Hashable {
  case nothing
  /// Rows that can be left out.
  case rows
  /// All of it, or something that no row can be left out for.
  case everything
}

/// The notes of a query that may run, and its columns.
public struct QueryCheck: Sendable, Hashable {
  public struct Column: Sendable, Hashable {
    public var name: String
    public var type: SQLType

    public init(name: String, type: SQLType) {
      self.name = name
      self.type = type
    }
  }

  /// Hints for the query's writer.
  public var notes: [Diagnostic]
  /// The columns of its result, in order.
  public var columns: [Column]

  public init(notes: [Diagnostic] = [], columns: [Column] = []) {
    self.notes = notes
    self.columns = columns
  }
}

/// The user-level data that a query reads, for the comparison with others.
public struct QueryFingerprint: Sendable, Hashable {
  public struct Source: Sendable, Hashable {
    public var dataSource: String
    /// The days that its window touches, since 1970-01-01; nil where no window applies.
    public var days: ClosedRange<Int>?

    public init(dataSource: String, days: ClosedRange<Int>?) {
      self.dataSource = dataSource
      self.days = days
    }
  }

  public var sources: [Source]
  /// How many aggregations over many users the query has.
  public var disclosureQueryCount: Int

  public init(sources: [Source] = [], disclosureQueryCount: Int = 0) {
    self.sources = sources
    self.disclosureQueryCount = disclosureQueryCount
  }
}
