package import Foundation
package import ObjectStorage
package import Warehouse

/// A trusted session that is open as long as this is.
///
/// Opening an engine takes longer than most statements of tests: a test that has many opens one session for them.
///
/// ```swift
/// let session = try await OpenSession(settings, folders: [folder])
/// let rows = try await session.rows("SELECT count(*) FROM read_parquet('\(file)')")
/// ```
package final class OpenSession: Sendable {
  private let session: TrustedSession
  private let isOver: AsyncStream<Never>.Continuation

  /// Opens a session that can see these files and folders.
  package init(_ settings: EngineSettings, files: [EngineLocation] = [], folders: [URL] = []) async throws {
    let (sessions, opened) = AsyncThrowingStream.makeStream(of: TrustedSession.self)
    let (end, isOver) = AsyncStream.makeStream(of: Never.self)
    Task {
      do {
        try await TrustedSession.with(settings, files: files, folders: folders) { session in
          opened.yield(session)
          for await _ in end {}
        }
        opened.finish()
      } catch {
        opened.finish(throwing: error)
      }
    }
    guard let session = try await sessions.first(where: { _ in true }) else { throw EngineError(.unavailable) }
    (self.session, self.isOver) = (session, isOver)
  }

  deinit { isOver.finish() }

  /// Runs statements for their effect.
  package func execute(_ sql: String) async throws(EngineError) { try await session.execute(sql) }

  /// Runs statements and returns the rows of the last one, whose columns must be BOOLEAN, BIGINT, DOUBLE or VARCHAR.
  package func rows(_ sql: String) async throws(EngineError) -> [[EngineValue]] { try await session.rows(sql) }
}
