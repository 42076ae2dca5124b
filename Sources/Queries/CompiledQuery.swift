public import AMCSQL
public import Catalog
public import CleanRoom
public import DifferentialPrivacy
public import Privacy
public import Warehouse

/// A query that may run: compiled once, and run.
///
///     let query = try await queries.compile(request)
///     let result = try await query.runReport(outputPrefix: prefix, review: review) { _ in }
///
/// In noise mode it is charged instead of reviewed:
///
///     if let question = try await query.question() {
///       let seed = …  // from the `PrivacyLedger`, for the question
///       let result = try await query.runReport(outputPrefix: prefix, seed: seed) { _ in }
///     }
public protocol CompiledQuery: Sendable {
  /// The request that it was compiled from.
  var request: QueryRequest { get }

  /// The query's notes and the columns of its result.
  var check: QueryCheck { get }

  /// The user-level data that a measurement query reads, for the budget.
  var fingerprint: QueryFingerprint { get }

  /// The population that the query is charged to; nil if it was compiled for threshold mode.
  var population: String? { get }

  /// The cost and the accuracy of a query in noise mode; nil for a query whose figures have no noise.
  var noise: NoiseReport? { get }

  /// The question that has to be charged before the query runs; nil for a query whose figures have no noise.
  ///
  /// The data that it names are those that this query reads from now on, whatever is loaded in between.
  func question() async throws(QueryFailure) -> NoiseQuestion?

  /// Runs a measurement query; the result's objects are under `outputPrefix`.
  ///
  /// It stops soon after its task is cancelled and then throws `cancelled`. Running again with the same `outputPrefix`
  /// replaces what an earlier try left: the effect is that of one run.
  ///
  /// - Parameter seed: The seed that was charged for the question; nil for a query without noise. A query does not run
  ///   with a seed too many, nor without one that it needs.
  func runReport(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult

  /// Runs a measurement query of threshold mode, whose rows are reviewed before anything is computed from them.
  ///
  /// - Parameter review: decides which rows of each aggregation over many users are left out; nil to leave out none.
  /// - Throws: `QueryFailure`, or `ReviewRefusal`.
  func runReport(
    outputPrefix: String, review: ResultReview?, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> ReportResult

  /// Runs an audience query and stores the members' keys under `outputPrefix`, where only activation reads them.
  ///
  /// - Parameter seed: As for a report.
  /// - Returns: The number of members: each user once, without opt-outs, excluded and non-targetable users. In noise
  ///   mode it has noise, and the exact number is told to nobody.
  func runAudience(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> Int
}

extension CompiledQuery {
  /// Runs a measurement query without noise.
  public func runReport(
    outputPrefix: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> ReportResult {
    try await runReport(outputPrefix: outputPrefix, seed: nil, progress: progress)
  }
}

/// A lookalike audience that can be made.
public protocol CompiledLookalike: Sendable {
  /// The population that the audience is charged to; nil in threshold mode.
  var population: String? { get }

  /// The question that has to be charged before it is made; nil in threshold mode. See `CompiledQuery`.
  func question() async throws(QueryFailure) -> NoiseQuestion?

  /// Finds the members and stores their keys under `outputPrefix` like those of an audience. Nothing is stored unless
  /// the outcome is `members`.
  ///
  /// - Parameter seed: The seed that was charged for the question. With it, the sizes that decide and the number of
  ///   members have noise.
  func run(
    outputPrefix: String, seed: NoiseSeed?, progress: @escaping @Sendable (Double) -> Void
  ) async throws(QueryFailure) -> LookalikeOutcome
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
