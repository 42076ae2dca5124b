import CleanRoom
import Foundation
package import Jobs
import Synchronization

/// Records the events of a job runner, and lets tests wait for one without looking at a clock.
///
/// A wait ends without its event if its task is cancelled.
package final class JobLog: Sendable {
  private struct State {
    var events: [JobEvent] = []
    var waiters = Waiters<@Sendable (JobEvent) -> Bool>()
    var endCount = 0
    var endWaiters = Waiters<Int>()
  }

  private let state = Mutex(State())

  package init() {}

  /// All events so far, in order.
  package var events: [JobEvent] { state.withLock { $0.events } }

  package func record(_ event: JobEvent) {
    let met = state.withLock { state in
      state.events.append(event)
      var met = state.waiters.remove { $0(event) }
      if event.isEnd {
        state.endCount += 1
        met += state.endWaiters.remove { [count = state.endCount] in $0 <= count }
      }
      return met
    }
    for waiter in met { waiter.resume() }
  }

  /// Returns as soon as such an event has happened, which may be long ago.
  package func wait(for isMet: @escaping @Sendable (JobEvent) -> Bool) async {
    await wait { state, id, continuation in
      if state.events.contains(where: isMet) { return true }
      state.waiters.add(id, isMet, continuation)
      return false
    } removing: {
      $0.waiters.remove($1)
    }
  }

  /// Returns as soon as a job of that subject has finished `times` times.
  package func waitUntilFinished(_ subjectID: String, times: Int = 1) async {
    await wait(times: times) { event in
      if case .finished(subjectID, _) = event { true } else { false }
    }
  }

  /// Returns as soon as that many jobs have finished, whichever they are.
  package func waitUntilFinished(count: Int) async {
    await wait(times: count) { event in
      if case .finished = event { true } else { false }
    }
  }

  /// The number of jobs that have finished or were given up.
  package var endCount: Int { state.withLock { $0.endCount } }

  /// Returns as soon as that many jobs have finished or were given up.
  package func waitUntilEnded(count: Int) async {
    await wait { state, id, continuation in
      if state.endCount >= count { return true }
      state.endWaiters.add(id, count, continuation)
      return false
    } removing: {
      $0.endWaiters.remove($1)
    }
  }

  /// Waits, unless `isMetOrAdd` says that there is no need to, until it is over or the task is cancelled.
  private func wait(
    unless isMetOrAdd: @Sendable (inout State, UUID, CheckedContinuation<Void, Never>) -> Bool,
    removing remove: @escaping @Sendable (inout State, UUID) -> CheckedContinuation<Void, Never>?
  ) async {
    let id = UUID()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isMet = state.withLock { Task.isCancelled || isMetOrAdd(&$0, id, continuation) }
        if isMet { continuation.resume() }
      }
    } onCancel: {
      state.withLock { remove(&$0, id) }?.resume()
    }
  }

  private func wait(times: Int, for isMet: @escaping @Sendable (JobEvent) -> Bool) async {
    let count = Mutex(0)
    await wait { event in
      guard isMet(event) else { return false }
      return count.withLock { count in
        count += 1
        return count >= times
      }
    }
  }
}

extension JobEvent {
  /// Whether nothing more comes of the job.
  fileprivate var isEnd: Bool {
    switch self {
    case .finished, .abandoned: true
    case .started, .requeued, .outdated: false
    }
  }
}

/// Those who wait for something. Cancellation ends the wait of a task, so that no test hangs for ever.
private struct Waiters<Condition> {
  private var waiting: [UUID: (condition: Condition, continuation: CheckedContinuation<Void, Never>)] = [:]

  mutating func add(_ id: UUID, _ condition: Condition, _ continuation: CheckedContinuation<Void, Never>) {
    waiting[id] = (condition, continuation)
  }

  /// Takes those out whose condition is met. Each is asked once: some count.
  mutating func remove(where isMet: (Condition) -> Bool) -> [CheckedContinuation<Void, Never>] {
    let met = waiting.filter { isMet($0.value.condition) }
    for id in met.keys { waiting[id] = nil }
    return met.values.map(\.continuation)
  }

  mutating func remove(_ id: UUID) -> CheckedContinuation<Void, Never>? {
    waiting.removeValue(forKey: id)?.continuation
  }
}

/// A door that stays shut until it is opened, and open from then on.
package final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiters = Waiters<Void>()
  }

  private let state = Mutex(State())

  package init() {}

  package func open() {
    let met = state.withLock { state in
      state.isOpen = true
      return state.waiters.remove { true }
    }
    for waiter in met { waiter.resume() }
  }

  /// Returns when the door is open, or when the task is cancelled.
  package func pass() async {
    let id = UUID()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mayPass = state.withLock { state in
          if state.isOpen || Task.isCancelled { return true }
          state.waiters.add(id, (), continuation)
          return false
        }
        if mayPass { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.remove(id) }?.resume()
    }
  }
}
