import Foundation
import ObjectStorage

/// A session in this process: a database and the thread that it lives on, made for one piece of work.
actor EngineSession: StatementSession {
  nonisolated let control = RunControl()
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let thread = SerialThread(label: "adyton.engine")
  private let settings: EngineSettings
  private let started = ContinuousClock.now
  private var database: EngineDatabase?
  private var spill: StagingArea?
  /// Kept until the end, because it holds the files.
  private var access: SessionAccess?

  init(settings: EngineSettings) {
    self.settings = settings
  }

  func open(_ access: SessionAccess) throws(EngineError) {
    let spill = try settings.makeSpillFolder()
    self.spill = spill
    self.access = access
    database = try EngineDatabase(settings, access: access, spillFolder: spill.folder, control: control)
  }

  func execute(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws(EngineError) {
    try opened.execute(sql, timeLimit: timeLeft, progress: progress)
  }

  func rows(
    _ sql: String, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws(EngineError) -> [[EngineValue]] {
    try opened.rows(sql, timeLimit: timeLeft, progress: progress)
  }

  func stream(
    _ sql: String, _ use: @Sendable ([[EngineValue]]) throws(EngineError) -> Void
  ) throws(EngineError) {
    try opened.stream(sql, timeLimit: timeLeft, progress: { _ in }, use)
  }

  func close() {
    database = nil
    spill?.discard()
    spill = nil
    access = nil
  }

  nonisolated func stop(_ reason: EngineError.Code) { control.stop(reason) }

  private var opened: EngineDatabase {
    get throws(EngineError) {
      guard let database else { throw EngineError(.unavailable) }
      return database
    }
  }

  private var timeLeft: Duration? { settings.timeLimit.map { $0 - started.duration(to: .now) } }
}
