import Audiences
import Measurement
import CleanRoom

/// What wakes the runners of a server between their looks.
struct RunnerSignals: Sendable {
  let schedules = WakeSignal()
  let refreshes = WakeSignal()

  /// Rings for refreshes when a job has ended: there is room for the next ones.
  func observing(_ observer: @escaping @Sendable (JobEvent) -> Void) -> @Sendable (JobEvent) -> Void {
    { event in
      observer(event)
      switch event {
      case .finished, .abandoned: refreshes.notify()
      case .started, .requeued, .outdated: break
      }
    }
  }
}

extension ServerComponents {
  /// The routes of the clock, where it can be moved. What a move makes due is in the queue before it is answered.
  static func clockRoutes(
    _ dependencies: Dependencies, gate: Gate, schedules: ScheduleRunner, refreshes: RefreshRunner
  ) -> ClockRoutes? {
    guard let clock = dependencies.movableClock else { return nil }
    let store = dependencies.store
    let service = ClockService(
      clock: clock, store: store,
      afterMove: {
        try await schedules.runDue()
        try await refreshes.runDue()
      },
      waitingCount: {
        try await store.read { try $0.unfinishedJobCount() } + refreshes.dueCount()
      })
    return ClockRoutes(gate: gate, clock: service)
  }
}
