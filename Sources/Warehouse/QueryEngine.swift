public import Catalog
public import Dialects
public import ObjectStorage
public import Privacy

/// An engine that runs queries. Results are Parquet files, whichever engine wrote them.
///
/// A task that is cancelled ends within a second with `engine_cancelled`, and what it wrote is to be thrown away.
public protocol QueryEngine: Sendable {
  /// Runs a query and writes its rows as one Parquet file.
  ///
  /// - Parameters:
  ///   - query: the query, which only a dialect can make.
  ///   - signals: the files behind the tables that it reads.
  ///   - output: the file to write, in place of what is there.
  ///   - progress: called on any thread with 0 when the query begins to run, rising fractions, and 1 at its end.
  /// - Returns: the number of rows.
  func run(
    _ query: EmittedQuery, signals: any SignalFiles, output: EngineLocation,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws(EngineError) -> Int

  /// Runs a query in stages and writes its rows as one Parquet file. The rows of each stage are reviewed before
  /// anything is computed from them.
  ///
  /// - Parameters:
  ///   - sketchKey: the secret of sketches; see `EmittedReport.keyStatement`.
  ///   - review: gives the numbers of the rows to leave out. An error ends the run and is thrown as it is.
  /// - Returns: the number of rows.
  /// - Throws: `EngineError`, or the error of `review`.
  func run(
    _ report: EmittedReport, sketchKey: Int64, signals: any SignalFiles, output: EngineLocation,
    review: @escaping @Sendable (ReleasedStage) async throws -> Set<Int>,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> Int

  /// Writes rows of a Parquet file, in their order, as a file of their own, in place of what is there.
  ///
  /// - Parameter rows: which rows, counted from 0.
  func write(
    rows: Range<Int>, of parquet: EngineLocation, to output: EngineLocation, as format: ResultFormat
  ) async throws(EngineError)

  /// Finds users who are like those of a seed and writes their keys as one Parquet file. Where the outcome is another
  /// than `members`, there is no such file. What else it writes is in the search's area.
  ///
  /// - Parameter progress: called on any thread with rising fractions.
  func findLookalikes(
    _ search: LookalikeSearch, progress: @escaping @Sendable (Double) -> Void
  ) async throws(EngineError) -> LookalikeOutcome
}

extension QueryEngine {
  /// Runs a query without watching its progress.
  public func run(
    _ query: EmittedQuery, signals: any SignalFiles, output: EngineLocation
  ) async throws(EngineError) -> Int {
    try await run(query, signals: signals, output: output) { _ in }
  }
}

/// The Parquet files of the tables that a query may read: those of one instance, as they stood at one moment.
public protocol SignalFiles: Sendable {
  /// The files that can hold rows of these days (days since 1970-01-01, both ends included), or of any day where
  /// `days` is nil. An unknown table has none.
  func files(of table: String, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation]

  /// The same for rows that are not in a signals table. A folder that does not exist has none.
  func files(of rows: StoredRows, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation]
}

extension SignalFiles {
  /// None: for signals beside which nothing else is stored.
  public func files(of rows: StoredRows, days: ClosedRange<Int>?) async throws(StorageError) -> [EngineLocation] { [] }
}
