import CDuckDB
import Dialects
import Foundation

/// One database in memory and its connection, locked to the files of one piece of work before the first statement
/// runs. Not thread-safe: it lives on one thread.
final class EngineDatabase {
  private let connection: DuckDBConnection
  private let control: RunControl

  /// Opens a database that spills into that folder, and locks it to these files for good.
  init(
    _ settings: EngineSettings, access: SessionAccess, spillFolder: URL, control: RunControl
  ) throws(EngineError) {
    self.control = control
    connection = try DuckDBConnection(options: Self.options(settings, spillFolder: spillFolder))
    if let handle = connection.connection {
      for function in Self.functions(access, control) { try function.register(on: handle) }
    }
    try connection.query(Self.lockStatements(settings, access)) { _ in }
  }

  /// Runs statements for their effect.
  func execute(
    _ sql: String, timeLimit: Duration?, progress: @escaping @Sendable (Double) -> Void
  ) throws(EngineError) {
    try run(sql, timeLimit: timeLimit, progress: progress) { _ throws(EngineError) in }
  }

  /// Runs statements and returns the rows of the last one; meant for few rows.
  func rows(
    _ sql: String, timeLimit: Duration?, progress: @escaping @Sendable (Double) -> Void
  ) throws(EngineError) -> [[EngineValue]] {
    try run(sql, timeLimit: timeLimit, progress: progress) { result throws(EngineError) in
      try RowReader.rows(of: &result)
    }
  }

  /// Runs statements and hands the rows of the last one to `use`, chunk by chunk.
  func stream(
    _ sql: String, timeLimit: Duration?, progress: @escaping @Sendable (Double) -> Void,
    _ use: ([[EngineValue]]) throws(EngineError) -> Void
  ) throws(EngineError) {
    try run(sql, timeLimit: timeLimit, progress: progress) { result throws(EngineError) in
      try RowReader.forEachChunk(of: &result, use)
    }
  }

  private func run<Result>(
    _ sql: String, timeLimit: Duration?, progress: @escaping @Sendable (Double) -> Void,
    _ read: (inout duckdb_result) throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    guard let handle = connection.connection else { throw EngineError(.unavailable) }
    do throws(EngineError) {
      return try control.watching(handle, timeLimit: timeLimit, progress: progress) { () throws(EngineError) in
        if let reason = control.stopReason { throw EngineError(reason) }
        return try connection.query(sql, read)
      }
    } catch {
      // What is stopped ends with the reason for it, whatever the engine made of it.
      throw control.stopReason.map(EngineError.init) ?? error
    }
  }

  /// The functions that statements can call.
  private static func functions(_ access: SessionAccess, _ control: RunControl) -> [ScalarFunction] {
    var functions = RegularExpressionFunctions.functions { control.stopReason != nil }
    functions += NoiseFunctions.functions
    if access.isTrusted { functions += KeyedHashFunctions.functions + [RecordFunctions.countryFunction] }
    if let consent = access.consent { functions += RecordFunctions.functions(consent) }
    if let tally = access.hashing { functions.append(HashingFunction.function(tally)) }
    return functions
  }

  private static func options(_ settings: EngineSettings, spillFolder: URL) -> [(name: String, value: String)] {
    [
      ("threads", String(settings.threads)),
      ("memory_limit", "\(settings.memoryLimitBytes)B"),
      ("temp_directory", spillFolder.path(percentEncoded: false)),
      ("autoinstall_known_extensions", "false"),
      ("autoload_known_extensions", "false"),
      ("allow_community_extensions", "false"),
      ("allow_persistent_secrets", "false"),
    ]
  }

  /// The order matters: what may be opened can no longer be said once access is off. The limit for spilling is here, as
  /// the engine shows but does not heed one that is given while the database opens.
  private static func lockStatements(_ settings: EngineSettings, _ access: SessionAccess) -> String {
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
