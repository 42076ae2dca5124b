public import AMCSQL
public import Catalog
public import Privacy

/// A query that may run: compiled once, and run.
///
///     let query = try await queries.compile(request)
///     let result = try await query.runReport(outputPrefix: prefix, review: review) { _ in }
public protocol CompiledQuery: Sendable {
  /// The request that it was compiled from.
  var request: QueryRequest { get }

  /// The query's notes and the columns of its result.
  var check: QueryCheck { get }

  /// The user-level data that a measurement query reads, for the budget.
  var fingerprint: QueryFingerprint { get }

  /// Runs a measurement query; the result's objects are under `outputPrefix`.
  ///
  /// It stops soon after its task is cancelled and then throws `cancelled`. Running again with the same `outputPrefix`
  /// replaces what an earlier try left: the effect is that of one run.
  ///
  /// - Parameter review: decides which rows of each aggregation over many users are left out, before anything is
  ///   computed from them; nil to leave out none.
  /// - Throws: `QueryFailure`, or `ReviewRefusal`.
  func runReport(
    outputPrefix: String, review: ResultReview?, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> ReportResult
}

/// Decides which rows of an aggregation are left out of a result, by their numbers. It throws `ReviewRefusal` where the
/// whole result must not be shown.
public typealias ResultReview = @Sendable (ReleasedStage) async throws -> Set<Int>

/// A result that must not be shown, with the reason for its reader.
public struct ReviewRefusal: Error, Sendable, Hashable {
  public var reason: String

  public init(reason: String) {
    self.reason = reason
  }
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

/// The user-level data that a query reads, for the budget.
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
