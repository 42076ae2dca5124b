package import CleanRoom
import Synchronization

/// Keeps the events of a job runner and lets tests wait for one, without looking at a clock.
package final class JobLog: Sendable {
  private struct Waiter {
    let isMet: @Sendable (JobEvent) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var events: [JobEvent] = []
    var waiters: [Waiter] = []
    var endCount = 0
    var endWaiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// All events so far, in order.
  package var events: [JobEvent] { state.withLock { $0.events } }

  package func record(_ event: JobEvent) {
    let met = state.withLock { state in
      state.events.append(event)
      // Each waiter is asked once: some count.
      var met: [Waiter] = []
      state.waiters.removeAll { waiter in
        guard waiter.isMet(event) else { return false }
        met.append(waiter)
        return true
      }
      return met
    }
    for waiter in met { waiter.continuation.resume() }
    if event.isEnd { recordEnd() }
  }

  private func recordEnd() {
    let met = state.withLock { state in
      state.endCount += 1
      let (met, others) = (
        state.endWaiters.filter { $0.count <= state.endCount }, state.endWaiters.filter { $0.count > state.endCount }
      )
      state.endWaiters = others
      return met
    }
    for waiter in met { waiter.continuation.resume() }
  }

  /// Returns as soon as such an event has happened, which may be long ago.
  package func wait(for isMet: @escaping @Sendable (JobEvent) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isAlreadyMet = state.withLock { state in
        if state.events.contains(where: isMet) { return true }
        state.waiters.append(Waiter(isMet: isMet, continuation: continuation))
        return false
      }
      if isAlreadyMet { continuation.resume() }
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

  /// How many jobs have finished or were given up.
  package var endCount: Int { state.withLock { $0.endCount } }

  /// Returns as soon as that many jobs have finished or were given up.
  package func waitUntilEnded(count: Int) async {
    await withCheckedContinuation { continuation in
      let isAlreadyMet = state.withLock { state in
        if state.endCount < count { state.endWaiters.append((count, continuation)) }
        return state.endCount >= count
      }
      if isAlreadyMet { continuation.resume() }
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

/// A door that stays shut until it is opened, and open from then on.
package final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  package init() {}

  package func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  package func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiters.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}
