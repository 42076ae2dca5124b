package import Logging
import Metadata
import Synchronization

/// The trigger of a repeated check: time, or a notification that there is something to do.
package final class WakeSignal: Sendable {
  private struct State {
    /// Whether there was a notification since the last check.
    var isNotified = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  package init() {}

  /// Triggers a check at once, or right after the present one.
  package func notify() {
    let sleeper = state.withLock { state in
      defer { state.sleeper = nil }
      state.isNotified = state.sleeper == nil
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Checks now, after each `interval`, and at each notification, until the task is cancelled or `sleep` throws. Only
  /// one caller may check. Errors of a check are logged: the next check comes soon, and finds everything that has to be
  /// done.
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

  /// Returns at a notification, or when the task is cancelled.
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
