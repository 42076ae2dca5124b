import CConfinement
import Foundation
import Logging
import ObjectStorage

/// A session whose database is in a worker. The worker is killed when the session is stopped, its time is over, or its
/// work is done.
actor WorkerSession: StatementSession {
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let thread = SerialThread(label: "adyton.engine.session")
  private let settings: EngineSettings
  private let workers: EngineWorkers
  private let lease: WorkerLease
  private var spill: StagingArea?
  /// Kept until the end, because it holds the files.
  private var access: SessionAccess?
  /// The code of the last failure.
  private var outcome: EngineError.Code?

  init(settings: EngineSettings, workers: EngineWorkers) {
    self.settings = settings
    self.workers = workers
    lease = WorkerLease(timeLimit: settings.timeLimit)
  }

  /// The process of the session's worker; nil before it is opened and after it is closed.
  nonisolated var processID: Int32? { lease.worker?.processID }

  func open(_ access: SessionAccess) async throws(EngineError) {
    // What counts values is an object of this process, and for commands only.
    guard access.hashing == nil, spill == nil else { throw EngineError(.unavailable) }
    let spill = try settings.makeSpillFolder()
    self.spill = spill
    self.access = access
    workers.count { $0.running += 1 }
    guard let order = try? WorkerFrame(.order, json: WorkerOrder(settings, access: access, spillFolder: spill.folder))
    else { throw EngineError(.failed) }
    for attempt in 1...EngineWorkers.attemptLimit {
      let worker = try await workers.take()
      guard lease.begin(worker, memoryLimitBytes: WorkerLimits(settings).memoryBytes) else {
        throw ended(by: lease.stopReason ?? .cancelled)
      }
      switch worker.channel.ask(order) {
      case .done: return
      case .failed(let code): throw ended(by: code)
      case .refused(let error): throw error
      case .closed:
        // One that had ended while it waited says nothing about the work.
        if lease.stopReason == nil, attempt < EngineWorkers.attemptLimit { continue }
        throw failure(of: worker)
      }
    }
  }

  func execute(_ sql: String, progress: @escaping @Sendable (Double) -> Void) throws(EngineError) {
    try answer(to: WorkerFrame(.statement, text: sql), progress) { _ in }
  }

  func rows(_ sql: String, progress: @escaping @Sendable (Double) -> Void) throws(EngineError) -> [[EngineValue]] {
    var rows: [[EngineValue]] = []
    var valueCount = 0
    try answer(to: WorkerFrame(.query, text: sql), progress) { more throws(EngineError) in
      rows += more
      valueCount += more.reduce(0) { $0 + $1.count }
      guard valueCount <= RowCoding.valueLimit else { throw EngineError(.failed) }
    }
    return rows
  }

  func stream(
    _ sql: String, _ use: @Sendable ([[EngineValue]]) throws(EngineError) -> Void
  ) throws(EngineError) {
    try answer(to: WorkerFrame(.query, text: sql), { _ in }, use)
  }

  nonisolated func stop(_ reason: EngineError.Code) { lease.stop(reason) }

  func close() {
    guard let spill else { return }
    if let worker = lease.end() {
      workers.count { $0.peakBytes = max($0.peakBytes, worker.peakBytes) }
      // An idle worker writes nothing any more; one that was stopped at work may, until it is gone.
      if lease.stopReason == nil { worker.retire() } else { worker.finish() }
    }
    workers.count { [outcome] figures in
      figures.running -= 1
      figures.served += 1
      switch outcome {
      case .timeout: figures.timedOut += 1
      case .outOfMemory: figures.outOfMemory += 1
      case .workerEnded: figures.ended += 1
      default: break
      }
    }
    spill.discard()
    self.spill = nil
    access = nil
  }

  private func answer(
    to frame: WorkerFrame, _ progress: (Double) -> Void, _ use: ([[EngineValue]]) throws(EngineError) -> Void
  ) throws(EngineError) {
    if let reason = lease.stopReason { throw ended(by: reason) }
    guard spill != nil, let worker = lease.worker else { throw EngineError(.unavailable) }
    switch worker.channel.ask(frame, progress: progress, rows: use) {
    case .done: return
    case .failed(let code): throw ended(by: code)
    case .refused(let error):
      // The worker still has rows to tell, so that it can't be asked anything else.
      lease.stop(error.code)
      throw error
    case .closed: throw failure(of: worker)
    }
  }

  /// The reason for which a worker said nothing more.
  private func failure(of worker: WorkerProcess) -> EngineError {
    let end = worker.finish()
    let peakBytes = worker.peakBytes
    let limit = WorkerLimits(settings).memoryBytes
    let code = lease.stopReason ?? end.code(peakBytes: peakBytes, memoryLimitBytes: limit)
    if code != .cancelled {
      workers.logger.error(
        "A worker of the engine ended before its work was done.",
        metadata: [
          "code": "\(code.rawValue)", "process": "\(worker.processID)", "signal": "\(end.signal)",
          "exitCode": "\(end.exitCode)", "peakMiB": "\(peakBytes >> 20)",
        ])
    }
    return ended(by: code)
  }

  /// The error of that code, which counts as the outcome of the session.
  private func ended(by code: EngineError.Code) -> EngineError {
    outcome = code
    return EngineError(code)
  }
}

extension WorkerProcess.End {
  /// The part of its memory limit from which a worker that was killed is taken to have been killed for it.
  private static let fullShare = 0.85

  /// The meaning of that end for the work, where the server did not want it.
  ///
  /// - Parameters:
  ///   - peakBytes: The most memory that the worker was seen to hold.
  ///   - memoryLimitBytes: The memory that it could hold.
  func code(peakBytes: UInt64, memoryLimitBytes: UInt64) -> EngineError.Code {
    if exitCode == ADYTON_OUT_OF_MEMORY_EXIT { return .outOfMemory }
    if signal == SIGXCPU { return .timeout }
    if signal != 0, Double(peakBytes) >= Self.fullShare * Double(memoryLimitBytes) { return .outOfMemory }
    return .workerEnded
  }
}

/// The outcome of a message to a worker.
enum WorkerAnswer: Equatable {
  case done
  case failed(EngineError.Code)
  /// The rows were not what was asked for.
  case refused(EngineError)
  /// The worker has ended, or said what none of ours says.
  case closed
}

extension WorkerChannel {
  /// Sends a message and waits for all that it is answered by.
  func ask(
    _ frame: WorkerFrame, progress: (Double) -> Void = { _ in },
    rows use: ([[EngineValue]]) throws(EngineError) -> Void = { _ in }
  ) -> WorkerAnswer {
    adyton_block_sigpipe()
    do throws(Closed) {
      try send(frame)
      while true {
        let answer = try receive()
        switch answer.kind {
        case .ready: continue
        case .opened, .done: return .done
        case .failed: return .failed(EngineError.Code(rawValue: answer.text) ?? .failed)
        case .progress:
          guard let fraction = answer.fraction else { return .closed }
          progress(fraction)
        case .rows:
          guard let rows = try? RowCoding.rows(answer.payload) else { return .closed }
          if let refusal = Self.refusal(of: rows, use) { return .refused(refusal) }
        case .order, .statement, .query, .probe, .walls: return .closed
        }
      }
    } catch {
      return .closed
    }
  }

  private static func refusal(
    of rows: [[EngineValue]], _ use: ([[EngineValue]]) throws(EngineError) -> Void
  ) -> EngineError? {
    do throws(EngineError) {
      try use(rows)
      return nil
    } catch {
      return error
    }
  }
}
