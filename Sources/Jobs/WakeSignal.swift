package import Logging
import Metadata
import Synchronization

/// What wakes one who looks at something again and again: time, or somebody who knows that there is something to see.
package final class WakeSignal: Sendable {
  private struct State {
    /// It has rung and nobody has notified it yet.
    var isNotified = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  package init() {}

  /// Wakes at once, or right after the look that is under way.
  package func notify() {
    let sleeper = state.withLock { state in
      defer { state.sleeper = nil }
      state.isNotified = state.sleeper == nil
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Looks now, after each `interval`, and whenever it is notified, until the task is cancelled or `sleep` throws. One at a time
  /// may look. What a look throws is logged: the next one comes soon, and finds all that there is to do.
  package func run(
    every interval: Duration, sleep: @escaping JobRunner.Sleep, logger: Logger, onFailure message: Logger.Message,
    _ look: () async throws -> Void
  ) async {
    while !Task.isCancelled {
      do {
        try await look()
      } catch {
        logger.error(message, metadata: ["error": "\(MetadataError.code(of: error))"])
      }
      let goesOn = await withTaskGroup(of: Bool.self) { group in
        group.addTask { (try? await sleep(interval)) != nil }
        group.addTask {
          await self.notified()
          return true
        }
        defer { group.cancelAll() }
        return await group.next() ?? false
      }
      guard goesOn else { return }
    }
  }

  /// Returns when it is notified, or when the task is cancelled.
  private func notified() async {
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
