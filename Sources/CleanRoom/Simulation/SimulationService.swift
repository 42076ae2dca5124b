package import Jobs
package import Metadata
import Synchronization

package import struct Foundation.Date

/// The simulation of a server, which clients may change while it runs. It is not stored: a restart begins with that of
/// the file.
package final class SimulationService: Sendable {
  /// A fault that a request meets although nothing is wrong with it.
  package enum Fault: Sendable, Hashable {
    case throttled
    case failed
    case unavailable
  }

  private struct State {
    var simulation: Simulation
    var draws: Draws
  }

  private let state: Mutex<State>

  package init(_ simulation: Simulation = Simulation()) {
    state = Mutex(State(simulation: simulation, draws: Draws(seed: simulation.seed)))
  }

  package var simulation: Simulation { state.withLock { $0.simulation } }

  /// Replaces the simulation. The draws of faults begin again with its seed; jobs that wait follow it at once.
  package func replace(with simulation: Simulation) {
    state.withLock { $0 = State(simulation: simulation, draws: Draws(seed: simulation.seed)) }
  }

  /// The fault of the next request; nil if it has none.
  package func nextFault() -> Fault? {
    state.withLock { state in
      let faults = state.simulation.faults
      guard faults != Simulation.Faults() else { return nil }
      let draw = state.draws.nextShare()
      if draw < faults.throttled { return .throttled }
      if draw < faults.throttled + faults.failed { return .failed }
      return draw < faults.throttled + faults.failed + faults.unavailable ? .unavailable : nil
    }
  }

  /// The end of the signals that have arrived; nil if all have.
  package func signalsEnd(at now: Date) -> Date? {
    let seconds = simulation.signalDelaySeconds
    return seconds > 0 ? now.addingTimeInterval(-Double(seconds)) : nil
  }
}

extension SimulationService: JobPacing {
  package var holdsJobs: Bool {
    let simulation = simulation
    return simulation.executions != nil || simulation.audiences != nil
  }

  package func phase(of job: JobRecord, at now: Date) -> JobPhase {
    let simulation = simulation
    let pace: Simulation.Pace?
    switch job.kind {
    case .execution: pace = simulation.executions
    case .audience: pace = simulation.audiences
    case .upload, .userDeletion, .audienceRecords, .audienceExport, .instanceCreation, .instanceRemoval,
      .advertiserUpdate, .sandboxRenewal:
      pace = nil
    }
    guard let pace else { return .due }
    // The same job always draws the same times, whatever else happens.
    var draws = Draws(seed: simulation.seed, subject: "\(job.subjectID) \(job.id ?? 0)")
    let pending = Double(draws.next(in: pace.pendingSeconds))
    let running = Double(draws.next(in: pace.runningSeconds))
    let age = now.timeIntervalSince(job.createdAt)
    if age >= pending + running { return .due }
    return age >= pending ? .shownAsRunning : .waiting
  }
}

/// Random numbers that are the same for the same seed (SplitMix64).
struct Draws: Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// The numbers of one subject (FNV-1a of its name).
  init(seed: UInt64, subject: String) {
    state = subject.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, 1.
  mutating func nextShare() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number within a range.
  mutating func next(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int((nextShare() * Double(range.count)).rounded(.down))
  }
}
