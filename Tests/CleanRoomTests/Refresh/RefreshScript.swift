import CleanRoom
import Foundation
import ServerTestSupport
import Synchronization
import Testing

/// The outcomes of queries in a simulation: the engine's side of the story.
final class RefreshScript: Sendable {
  /// A run that counts.
  struct Run: Sendable {
    var audienceID: String
    var start: Date
    var end: Date
    var windowStart: Date
    /// nil where it came to nothing.
    var count: Int?
  }

  private struct State {
    var room: Room?
    /// Shut between the times in which jobs may run: the runner may look at the queue whenever it likes.
    var gate = Gate()
    /// The audiences whose queries fail, and whether all do.
    var broken: Set<String> = []
    var isDown = false
    /// The duration of some audiences' queries, in seconds.
    var durations: [String: Double] = [:]
    var runCount = 0
    var runs: [Run] = []
    var startedRun: Run?
    /// The number of runs until the process ends; nil if it does not.
    var runsUntilCrash: Int?
    var crash: (folder: TemporaryFolder, time: Date)?
  }

  private let state = Mutex(State())

  func set(broken: Set<String>, isDown: Bool, durations: [String: Double]) {
    state.withLock {
      $0.broken = broken
      $0.isDown = isDown
      $0.durations = durations
    }
  }

  /// From now on the process is that room's, which ends after so many runs, or not at all.
  func begin(_ room: Room, runsUntilCrash: Int?) {
    let gate = state.withLock {
      $0.room = room
      $0.runs = []
      $0.crash = nil
      $0.runsUntilCrash = runsUntilCrash
      return $0.gate
    }
    gate.open()
  }

  /// The runs that ended before the process did, and the state that it left.
  func end() -> (runs: [Run], crash: (folder: TemporaryFolder, time: Date)?) {
    state.withLock {
      $0.gate = Gate()
      return ($0.runs, $0.crash)
    }
  }

  /// Lets go of the room, whose folder would stay otherwise.
  func close() {
    state.withLock {
      $0.room = nil
      $0.crash = nil
    }
  }

  /// A query is at work; time passes.
  func work(_ run: FakeQueryService.Run) async {
    await state.withLock { $0.gate }.pass()
    state.withLock { state in
      guard let room = state.room, state.crash == nil else { return }
      let id = Self.audienceID(of: run)
      state.startedRun = Run(
        audienceID: id, start: room.clock.now, end: room.clock.now, windowStart: run.request.timeWindow.start,
        count: nil)
      if let left = state.runsUntilCrash {
        state.runsUntilCrash = left - 1
        if left == 0 {
          do { state.crash = (try room.copyAsAfterACrash(), room.clock.now) } catch { Issue.record(error) }
        }
      }
      if let seconds = state.durations[id] { room.clock.advance(bySeconds: seconds) }
    }
  }

  /// The outcome of the running query.
  func answer() -> FakeQueryService.Answer {
    state.withLock { state in
      guard var run = state.startedRun, let room = state.room, state.crash == nil else { return .count(2_000) }
      state.runCount += 1
      run.end = room.clock.now
      let fails = state.isDown || state.broken.contains(run.audienceID)
      run.count = fails ? nil : 2_000 + state.runCount
      state.runs.append(run)
      guard let count = run.count else {
        return state.runCount.isMultiple(of: 2) ? .count(1_999) : .engineFailure(code: "engine_failed", message: "No.")
      }
      return .count(count)
    }
  }

  private static func audienceID(of run: FakeQueryService.Run) -> String {
    let parts = run.outputPrefix.split(separator: "/")
    return parts.count == 5 ? String(parts[3]) : ""
  }
}
