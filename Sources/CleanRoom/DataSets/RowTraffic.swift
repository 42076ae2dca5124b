import Synchronization

/// Lets those who add rows to an instance work side by side, and one who needs all rows to stay as they are alone. Whoever
/// comes first is let in first.
///
/// Holds within one process, which is the only one that runs the jobs of a data folder.
package final class RowTraffic: Sendable {
  private struct Waiter {
    let id: Int
    let isAlone: Bool
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct Lane {
    var sideBySideCount = 0
    var isTakenAlone = false
    var waiters: [Waiter] = []

    func lets(in isAlone: Bool) -> Bool { !isTakenAlone && (!isAlone || sideBySideCount == 0) }

    mutating func take(_ isAlone: Bool) {
      if isAlone { isTakenAlone = true } else { sideBySideCount += 1 }
    }
  }

  private struct State {
    var lanes: [String: Lane] = [:]
    var nextID = 0
    /// Those whose task was cancelled before they had their place in the queue.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Runs work that others of the instance may run beside. Throws `CancellationError` when cancelled while it waits.
  package func sideBySide<Result>(
    _ instanceID: String, _ work: () async throws -> Result
  ) async throws -> Result {
    try await run(instanceID, isAlone: false, work)
  }

  /// Runs work that no other of the instance runs beside. Throws `CancellationError` when cancelled while it waits.
  package func alone<Result>(_ instanceID: String, _ work: () async throws -> Result) async throws -> Result {
    try await run(instanceID, isAlone: true, work)
  }

  private func run<Result>(
    _ instanceID: String, isAlone: Bool, _ work: () async throws -> Result
  ) async throws -> Result {
    try await enter(instanceID, isAlone: isAlone)
    defer { leave(instanceID, isAlone: isAlone) }
    return try await work()
  }

  private func enter(_ instanceID: String, isAlone: Bool) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    defer { state.withLock { _ = $0.cancelled.remove(id) } }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let outcome = state.withLock { state -> Bool? in
          guard state.cancelled.remove(id) == nil else { return false }
          var lane = state.lanes[instanceID] ?? Lane()
          defer { state.lanes[instanceID] = lane }
          guard lane.waiters.isEmpty, lane.lets(in: isAlone) else {
            lane.waiters.append(Waiter(id: id, isAlone: isAlone, continuation: continuation))
            return nil
          }
          lane.take(isAlone)
          return true
        }
        switch outcome {
        case true?: continuation.resume()
        case false?: continuation.resume(throwing: CancellationError())
        case nil: break
        }
      }
    } onCancel: {
      cancel(id, instanceID)
    }
  }

  private func cancel(_ id: Int, _ instanceID: String) {
    let waiter = state.withLock { state -> Waiter? in
      guard let place = state.lanes[instanceID]?.waiters.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.lanes[instanceID]?.waiters.remove(at: place)
    }
    waiter?.continuation.resume(throwing: CancellationError())
    admitNext(instanceID)
  }

  private func leave(_ instanceID: String, isAlone: Bool) {
    state.withLock { state in
      if isAlone {
        state.lanes[instanceID]?.isTakenAlone = false
      } else {
        state.lanes[instanceID]?.sideBySideCount -= 1
      }
    }
    admitNext(instanceID)
  }

  /// Lets in who is first in the queue, and who is behind it, as long as they may.
  private func admitNext(_ instanceID: String) {
    let admitted = state.withLock { state -> [Waiter] in
      guard var lane = state.lanes[instanceID] else { return [] }
      var admitted: [Waiter] = []
      while let first = lane.waiters.first, lane.lets(in: first.isAlone) {
        lane.take(first.isAlone)
        admitted.append(lane.waiters.removeFirst())
      }
      let isIdle = lane.waiters.isEmpty && !lane.isTakenAlone && lane.sideBySideCount == 0
      state.lanes[instanceID] = isIdle ? nil : lane
      return admitted
    }
    for waiter in admitted { waiter.continuation.resume() }
  }
}
