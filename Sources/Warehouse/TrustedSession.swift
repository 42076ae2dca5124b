package import FirstPartyData
package import Foundation
package import ObjectStorage

/// The door for the project's own statements: loading signals and generating them. Nothing that a client wrote ever
/// becomes part of a statement here; queries go through `QueryEngine`.
///
/// A session has the same walls as a query: it can open the files and folders that it was opened with, and no others.
package struct TrustedSession: Sendable {
  private let session: any StatementSession

  /// Opens a session for the time of `work`. Cancelling the task interrupts it with `engine_cancelled`.
  ///
  /// With `keepsJoinOrder`, joins are made as they are written, with the table on the right held in memory: where each
  /// row has exactly one match there, rows come in the order of the table on the left. With `consent`, statements can
  /// call the functions for records, which decide by that policy.
  package static func with<Result: Sendable>(
    _ settings: EngineSettings, files: [EngineLocation] = [], folders: [URL] = [], keepsJoinOrder: Bool = false,
    consent: ConsentPolicy? = nil, _ work: (TrustedSession) async throws -> Result
  ) async throws -> Result {
    let access = SessionAccess(files: files, folders: folders, keepsJoinOrder: keepsJoinOrder, consent: consent)
    return try await with(settings, access: access, work)
  }

  /// Opens a session in which `HashingFunction` is known.
  static func hashing<Result: Sendable>(
    _ tally: HashingTally, _ settings: EngineSettings, files: [EngineLocation], folders: [URL],
    _ work: (TrustedSession) async throws -> Result
  ) async throws -> Result {
    try await with(settings, access: SessionAccess(files: files, folders: folders, hashing: tally), work)
  }

  private static func with<Result: Sendable>(
    _ settings: EngineSettings, access: SessionAccess, _ work: (TrustedSession) async throws -> Result
  ) async throws -> Result {
    if let problem = settings.problem { throw InvalidEngineSettings(message: problem) }
    var access = access
    access.isTrusted = true
    return try await EngineSessions.with(settings, access: access) { session in
      try await work(TrustedSession(session: session))
    }
  }

  /// Runs statements for their effect.
  package func execute(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws(EngineError) {
    try await session.execute(sql, progress: progress)
  }

  /// Runs statements and returns the rows of the last one, whose columns must be BOOLEAN, BIGINT, DOUBLE or VARCHAR.
  package func rows(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws(EngineError) -> [[EngineValue]] {
    try await session.rows(sql, progress: progress)
  }
}
