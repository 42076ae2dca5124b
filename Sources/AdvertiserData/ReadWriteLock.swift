import Synchronization

/// A lock for each instance: work that adds rows runs side by side, and work that needs all rows unchanged runs alone.
/// Waiting work is admitted in the order of its arrival.
///
/// It holds within one process, which is the only one that runs the jobs of a data folder.
package final class ReadWriteLock: Sendable {
  private struct Waiter {
    let id: Int
    let exclusive: Bool
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct Lane {
    var sharedCount = 0
    var isExclusive = false
    var waiters: [Waiter] = []

    func lets(in exclusive: Bool) -> Bool { !isExclusive && (!exclusive || sharedCount == 0) }

    mutating func take(_ exclusive: Bool) {
      if exclusive { isExclusive = true } else { sharedCount += 1 }
    }
  }

  private struct State {
    var lanes: [String: Lane] = [:]
    var nextID = 0
    /// Work whose task was cancelled before it was queued.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Runs work beside other shared work of the instance.
  ///
  /// - Throws: `CancellationError` if it is cancelled while it waits.
  package func shared<Result>(
    _ instanceID: String, _ work: () async throws -> Result
  ) async throws -> Result {
    try await run(instanceID, exclusive: false, work)
  }

  /// Runs work alone in the instance.
  ///
  /// - Throws: `CancellationError` if it is cancelled while it waits.
  package func exclusive<Result>(_ instanceID: String, _ work: () async throws -> Result) async throws -> Result {
    try await run(instanceID, exclusive: true, work)
  }

  private func run<Result>(
    _ instanceID: String, exclusive: Bool, _ work: () async throws -> Result
  ) async throws -> Result {
    try await enter(instanceID, exclusive: exclusive)
    defer { leave(instanceID, exclusive: exclusive) }
    return try await work()
  }

  private func enter(_ instanceID: String, exclusive: Bool) async throws {
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
          guard lane.waiters.isEmpty, lane.lets(in: exclusive) else {
            lane.waiters.append(Waiter(id: id, exclusive: exclusive, continuation: continuation))
            return nil
          }
          lane.take(exclusive)
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
      guard let index = state.lanes[instanceID]?.waiters.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.lanes[instanceID]?.waiters.remove(at: index)
    }
    waiter?.continuation.resume(throwing: CancellationError())
    admitNext(instanceID)
  }

  private func leave(_ instanceID: String, exclusive: Bool) {
    state.withLock { state in
      if exclusive {
        state.lanes[instanceID]?.isExclusive = false
      } else {
        state.lanes[instanceID]?.sharedCount -= 1
      }
    }
    admitNext(instanceID)
  }

  /// Admits the first in the queue, and those behind it, as far as possible.
  private func admitNext(_ instanceID: String) {
    let admitted = state.withLock { state -> [Waiter] in
      guard var lane = state.lanes[instanceID] else { return [] }
      var admitted: [Waiter] = []
      while let first = lane.waiters.first, lane.lets(in: first.exclusive) {
        lane.take(first.exclusive)
        admitted.append(lane.waiters.removeFirst())
      }
      let isIdle = lane.waiters.isEmpty && !lane.isExclusive && lane.sharedCount == 0
      state.lanes[instanceID] = isIdle ? nil : lane
      return admitted
    }
    for waiter in admitted { waiter.continuation.resume() }
  }
}
