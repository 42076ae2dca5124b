import ObjectStorage

/// A database of the engine for one piece of work, in this process or in a worker. All work of the engine goes through
/// one: statements go in, rows and files come out.
protocol StatementSession: Sendable {
  /// Opens the database, and locks it to these files for good.
  func open(_ access: SessionAccess) async throws(EngineError)

  /// Runs statements for their effect.
  ///
  /// - Parameter progress: called on any thread with rising fractions from 0 to 1.
  func execute(_ sql: String, progress: @escaping @Sendable (Double) -> Void) async throws(EngineError)

  /// Runs statements and returns the rows of the last one; meant for few rows.
  func rows(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void
  ) async throws(EngineError) -> [[EngineValue]]

  /// Runs statements and hands the rows of the last one to `use`, some thousand at a time: for more than a few.
  func stream(
    _ sql: String, _ use: @Sendable ([[EngineValue]]) throws(EngineError) -> Void
  ) async throws(EngineError)

  /// Closes the database and removes what it spilled.
  func close() async

  /// Ends what runs, and all that would run later, with this code. The first reason stays.
  func stop(_ reason: EngineError.Code)
}

extension StatementSession {
  /// Runs statements without watching their progress.
  func execute(_ sql: String) async throws(EngineError) {
    try await execute(sql, progress: { _ in })
  }

  /// Rows of statements, without watching their progress.
  func rows(_ sql: String) async throws(EngineError) -> [[EngineValue]] {
    try await rows(sql, progress: { _ in })
  }
}

/// The one place where sessions are opened.
enum EngineSessions {
  /// Opens a session where the settings say, does the work, and closes it again. A cancelled task ends the work.
  static func with<Result: Sendable>(
    _ settings: EngineSettings, access: SessionAccess,
    _ work: (any StatementSession) async throws -> Result
  ) async throws -> Result {
    let session: any StatementSession =
      if let workers = settings.workers {
        WorkerSession(settings: settings, workers: workers)
      } else {
        EngineSession(settings: settings)
      }
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
      session.stop(.cancelled)
    }
  }
}

extension EngineSettings {
  /// A folder for what one session alone spills.
  func makeSpillFolder() throws(EngineError) -> StagingArea {
    do throws(StorageError) {
      return try TemporaryFolders(in: spillFolder).make()
    } catch {
      throw EngineError(.storage)
    }
  }
}
