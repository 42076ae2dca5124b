import Dialects
import CDuckDB
import Foundation
import ObjectStorage

/// One database in memory, its connection and the thread that they live on. Made for one piece of work, locked to the
/// files of that work before the first statement runs.
actor EngineSession {
  nonisolated let control = RunControl()
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let thread = SerialThread(label: "adyton.engine")
  private let settings: EngineSettings
  private let started = ContinuousClock.now
  private var opened: DuckDBConnection?
  private var spill: StagingArea?
  /// Kept until the end, because it holds the files.
  private var access: SessionAccess?

  init(settings: EngineSettings) {
    self.settings = settings
  }

  /// Opens the database, and locks it to these files for good.
  func open(_ access: SessionAccess) throws(EngineError) {
    let spill: StagingArea
    do throws(StorageError) {
      spill = try TemporaryFolders(in: settings.spillFolder).make()
    } catch {
      throw EngineError(.storage)
    }
    self.spill = spill
    self.access = access
    let connection = try DuckDBConnection(options: options(spill: spill.folder))
    opened = connection
    if let handle = connection.connection {
      for function in functions(access) { try function.register(on: handle) }
    }
    try connection.query(lockStatements(access)) { _ in }
  }

  /// The functions that statements of this session can call.
  private func functions(_ access: SessionAccess) -> [ScalarFunction] {
    var functions = RegularExpressionFunctions.functions { [control] in control.stopReason != nil }
    functions += NoiseFunctions.functions
    if access.isTrusted { functions += KeyedHashFunctions.functions + [RecordFunctions.countryFunction] }
    if let consent = access.consent { functions += RecordFunctions.functions(consent) }
    if let tally = access.hashing { functions.append(HashingFunction.function(tally)) }
    return functions
  }

  /// Runs statements for their effect.
  func execute(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws(EngineError) {
    try run(sql, progress: progress) { _ throws(EngineError) in }
  }

  /// Runs statements and returns the rows of the last one; meant for few rows.
  func rows(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws(EngineError) -> [[EngineValue]] {
    try run(sql, progress: progress) { result throws(EngineError) in try RowReader.rows(of: &result) }
  }

  /// Closes the database and removes what it spilled.
  func close() {
    opened = nil
    spill?.discard()
    spill = nil
    access = nil
  }

  /// Runs statements and hands the result of the last one to `read`.
  func run<Result>(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void,
    _ read: (inout duckdb_result) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    guard let opened, let connection = opened.connection else { throw EngineError(.unavailable) }
    let timeLimit = settings.timeLimit.map { $0 - started.duration(to: .now) }
    do throws(EngineError) {
      return try control.watching(connection, timeLimit: timeLimit, progress: progress) { () throws(EngineError) in
        if let reason = control.stopReason { throw EngineError(reason) }
        return try opened.query(sql, read)
      }
    } catch {
      // What is stopped ends with the reason for it, whatever the engine made of it.
      throw control.stopReason.map(EngineError.init) ?? error
    }
  }

  private func options(spill: URL) -> [(name: String, value: String)] {
    [
      ("threads", String(settings.threads)),
      ("memory_limit", "\(settings.memoryLimitBytes)B"),
      ("temp_directory", spill.path(percentEncoded: false)),
      ("autoinstall_known_extensions", "false"),
      ("autoload_known_extensions", "false"),
      ("allow_community_extensions", "false"),
      ("allow_persistent_secrets", "false"),
    ]
  }

  /// The order matters: what may be opened can no longer be said once access is off. The limit for spilling is here, as
  /// the engine shows but does not heed one that is given while the database opens.
  private func lockStatements(_ access: SessionAccess) -> String {
    let files = access.files.map(\.path)
    let folders = access.folders.map { $0.path(percentEncoded: false) }
    let optimizers = access.keepsJoinOrder ? "join_order,build_side_probe_side" : ""
    return """
      SET disabled_optimizers = '\(optimizers)';
      SET max_temp_directory_size = '\(settings.spillLimitBytes)B';
      SET partitioned_write_flush_threshold = \(ParquetOptions.partitionFlushRows);
      SET TimeZone = 'UTC';
      SET enable_progress_bar = true;
      SET enable_progress_bar_print = false;
      SET progress_bar_time = 0;
      SET allowed_paths = \(SQLText.list(files));
      SET allowed_directories = \(SQLText.list(folders));
      SET enable_external_access = false;
      SET lock_configuration = true;
      """
  }
}

extension EngineSession {
  /// Opens a session, does the work, and closes it again. A cancelled task interrupts the work.
  static func with<Result: Sendable>(
    _ settings: EngineSettings, access: SessionAccess,
    _ work: (EngineSession) async throws -> Result
  ) async throws -> Result {
    let session = EngineSession(settings: settings)
    return try await withTaskCancellationHandler {
      do {
        try await session.open(access)
        let result = try await work(session)
        await session.close()
        return result
      } catch {
        await session.close()
        throw error
      }
    } onCancel: {
      session.control.stop(.cancelled)
    }
  }
}
