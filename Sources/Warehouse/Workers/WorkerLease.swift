import Synchronization

/// A session's hold on its worker: the wish to stop and the time limit, which come from other threads, end it.
final class WorkerLease: Sendable {
  private struct State {
    var stopReason: EngineError.Code?
    var worker: WorkerProcess?
    var timer: Task<Void, Never>?
    var watch: Watch?
  }

  /// The time between two looks at the memory of a worker, in seconds. A worker that fills memory as fast as it can
  /// gets some ten MiB further in that time.
  private static let watchInterval = 0.01

  private let state = Mutex(State())

  /// A lease without a worker yet, whose time begins now.
  init(timeLimit: Duration?) {
    guard let timeLimit else { return }
    let timer = Task { [weak self] in
      guard (try? await Task.sleep(for: timeLimit)) != nil else { return }
      self?.stop(.timeout)
    }
    state.withLock { $0.timer = timer }
  }

  deinit {
    let (timer, watch) = state.withLock { ($0.timer, $0.watch) }
    timer?.cancel()
    watch?.end()
  }

  /// Why the session has to end, if so.
  var stopReason: EngineError.Code? { state.withLock { $0.stopReason } }

  /// The session's worker.
  var worker: WorkerProcess? { state.withLock { $0.worker } }

  /// Makes that the session's worker, in place of one that has ended, and stops the session once the worker holds more
  /// memory than that. Returns false where the session was stopped already.
  func begin(_ worker: WorkerProcess, memoryLimitBytes: UInt64) -> Bool {
    let watch = Watch(every: Self.watchInterval) { [weak self, weak worker] in
      if let worker, worker.measureMemory() > memoryLimitBytes { self?.stop(.outOfMemory) }
    }
    let isStopped = state.withLock { state in
      state.watch?.end()
      state.watch = watch
      state.worker = worker
      return state.stopReason != nil
    }
    if isStopped { worker.kill() }
    return !isStopped
  }

  /// Ends the worker, now or as soon as it has started. The first reason stays.
  func stop(_ reason: EngineError.Code) {
    let worker = state.withLock { state in
      state.stopReason = state.stopReason ?? reason
      return state.worker
    }
    worker?.kill()
  }

  /// Gives the worker up; nil where there is none.
  func end() -> WorkerProcess? {
    state.withLock { state in
      state.timer?.cancel()
      state.timer = nil
      state.watch?.end()
      state.watch = nil
      defer { state.worker = nil }
      return state.worker
    }
  }
}
