public import Dialects
import Foundation
public import Logging
public import ObjectStorage

/// The embedded engine: every run has a database of its own in memory, which can open the files of the query and the
/// folder of its result, and nothing else.
public struct DuckDBEngine: QueryEngine {
  /// The resources of every run.
  public let settings: EngineSettings
  private let logger: Logger

  /// An engine of these settings, which begins by removing what ended processes spilled; throws
  /// `InvalidEngineSettings`.
  public init(settings: EngineSettings, logger: Logger = Logger(label: "adyton.engine")) throws(InvalidEngineSettings) {
    if let problem = settings.problem { throw InvalidEngineSettings(message: problem) }
    TemporaryFolders(in: settings.spillFolder).removeAbandoned()
    self.settings = settings
    self.logger = logger
  }

  /// Runs a query; see `QueryEngine`.
  public func run(
    _ query: EmittedQuery, signals: any SignalFiles, output: EngineLocation,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws(EngineError) -> Int {
    try await translating { [settings] in
      let views = try await SourceView.resolve(query.sources, in: signals)
      let access = SessionAccess(files: views.flatMap(\.files), folders: [Self.folder(of: output)])
      return try await EngineSessions.with(settings, access: access) { session in
        for view in views {
          try await session.execute(view.statement)
        }
        progress(0)
        let copy = "COPY (\(query.sql)) TO \(SQLText.string(output.path)) (\(ParquetOptions.results))"
        let rows = try await session.rows(copy, progress: progress)
        progress(1)
        return rows.first?.first?.integer ?? 0
      }
    }
  }

  /// Writes rows of a Parquet file; see `QueryEngine`.
  public func write(
    rows: Range<Int>, of parquet: EngineLocation, to output: EngineLocation, as format: ResultFormat
  ) async throws(EngineError) {
    try await translating { [settings] in
      let access = SessionAccess(files: [parquet], folders: [Self.folder(of: output)])
      let options =
        switch format {
        case .csv(let format): CSVOptions.copy(format)
        case .parquet: ParquetOptions.results
        }
      try await EngineSessions.with(settings, access: access) { session in
        let select = """
          FROM read_parquet(\(SQLText.string(parquet.path)), hive_partitioning = false)
          LIMIT \(rows.count) OFFSET \(rows.lowerBound)
          """
        try await session.execute("COPY (\(select)) TO \(SQLText.string(output.path)) (\(options))")
      }
    }
  }

  /// Finds users who are like those of a seed; see `QueryEngine`.
  public func findLookalikes(
    _ search: LookalikeSearch, progress: @escaping @Sendable (Double) -> Void
  ) async throws(EngineError) -> LookalikeOutcome {
    try await translating { [settings] in
      try await LookalikeWork(settings: settings, search: search).run(progress)
    }
  }

  /// Work that fails does so with an engine error of a code that says which part failed.
  func translating<Result: Sendable>(
    _ work: @Sendable () async throws -> Result
  ) async throws(EngineError) -> Result {
    do {
      return try await work()
    } catch {
      let translated = EngineError(error)
      var metadata: Logger.Metadata = ["code": .string(translated.code.rawValue)]
      metadata["damage"] = translated.damage.map { "\($0.detail)" }
      logger.log(
        level: translated.code == .cancelled ? .debug : .error, "a run ended without a result", metadata: metadata)
      throw translated
    }
  }

  static func folder(of location: EngineLocation) -> URL {
    URL(filePath: location.path).deletingLastPathComponent()
  }
}

extension EngineError {
  /// The engine's error for whatever ended its work.
  init(_ error: any Error) {
    switch error {
    case let error as EngineError: self = error
    case let error as StorageError:
      if let damage = error.damage {
        self.init(damage: damage)
      } else {
        self.init(error.code == .cancelled ? .cancelled : .storage)
      }
    case is CancellationError: self.init(.cancelled)
    default: self.init(.failed)
    }
  }
}
