import Foundation
import Logging
import ObjectStorage
import Testing

@testable import Warehouse

/// Workers of the program that was built beside these tests, and a folder for their work.
final class WorkerFixture: Sendable {
  /// Pairs that take the engine far longer than any test runs.
  static let endless =
    "SELECT count(*) AS n FROM range(20_000_000) a(i), range(20_000_000) b(j) WHERE hash(i, j) = 1"

  let folder: URL
  let workers: EngineWorkers

  init(warmCount: Int = 1) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "adyton-workers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appending(path: "out"), withIntermediateDirectories: true)
    workers = EngineWorkers(
      program: Program.url.path(percentEncoded: false), warmCount: warmCount,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var spillFolder: URL { folder.appending(path: "spill") }
  var outputFolder: URL { folder.appending(path: "out") }

  func settings(memoryMiB: Int = 256, timeLimit: Duration? = nil) -> EngineSettings {
    EngineSettings(
      threads: 2, memoryLimitBytes: memoryMiB << 20, spillFolder: spillFolder, timeLimit: timeLimit, workers: workers)
  }

  /// The outcome of a statement in a new worker.
  func rows(_ sql: String, _ settings: EngineSettings? = nil) async throws -> [[EngineValue]] {
    try await TrustedSession.with(settings ?? self.settings(), folders: [outputFolder]) { session in
      try await session.rows(sql)
    }
  }

  /// The error of a statement in a new worker; nil if it has none.
  func failure(of sql: String, _ settings: EngineSettings? = nil) async throws -> EngineError? {
    do {
      _ = try await rows(sql, settings)
      return nil
    } catch let error as EngineError {
      return error
    }
  }

  /// An open session, for looking at its process.
  func session(_ settings: EngineSettings? = nil) async throws -> WorkerSession {
    let session = WorkerSession(settings: settings ?? self.settings(), workers: workers)
    try await session.open(SessionAccess(folders: [outputFolder]))
    return session
  }
}

/// Processes of this machine.
enum Processes {
  /// Whether there is such a process that has not ended.
  static func isAlive(_ id: Int32) -> Bool {
    guard kill(id, 0) == 0 || errno == EPERM else { return false }
    // One that nobody has asked for yet has ended all the same.
    return field(0, of: id).map { $0 != "Z" && $0 != "X" } ?? true
  }

  /// The children of a process.
  static func children(of parent: Int32) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
      .filter { field(1, of: $0) == String(parent) }
  }

  /// A field of `/proc/ID/stat` behind the name: 0 the state, 1 the parent; nil where there is no such process.
  static func field(_ index: Int, of id: Int32) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.indices.contains(index) ? String(fields[index]) : nil
  }
}
