import Synchronization

/// Wakes one waiter before its time. A notification without a waiter is kept for the next wait.
package final class WakeSignal: Sendable {
  private struct State {
    /// Whether it was notified since the last wait.
    var isNotified = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  package init() {}

  /// Wakes the waiter, or lets the next wait return at once.
  package func notify() {
    let sleeper = state.withLock { state in
      defer { state.sleeper = nil }
      state.isNotified = state.sleeper == nil
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Returns when it is notified, or at once if that was since the last wait, or when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          let isOver = state.isNotified || Task.isCancelled
          if isOver { state.isNotified = false } else { state.sleeper = continuation }
          return isOver
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        defer { state.sleeper = nil }
        return state.sleeper
      }
      sleeper?.resume()
    }
  }
}
