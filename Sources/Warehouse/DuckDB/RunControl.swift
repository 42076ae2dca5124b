import CDuckDB
import Synchronization

import typealias Foundation.TimeInterval

/// Watches a connection from outside of the thread that it works on: stops what runs, and reports how far it is.
///
/// An interruption that arrives while nothing runs is lost in the engine. So the wish to stop is kept here as well: it
/// is looked at before every statement, and the interruption is repeated until the statement ends.
final class RunControl: Sendable {
  /// The time between two looks at progress, time limit and the wish to stop, in seconds.
  static let watchInterval: TimeInterval = 0.05

  private struct State {
    var stopReason: EngineError.Code?
    var connection: Handle?
  }

  /// A connection that other threads may interrupt and ask for progress, and nothing else.
  private struct Handle: @unchecked Sendable {
    let connection: duckdb_connection
  }

  private let state = Mutex(State())

  /// Why to stop, if so.
  var stopReason: EngineError.Code? { state.withLock { $0.stopReason } }

  /// Asks what runs, now or later, to end with this code. The first reason stays.
  func stop(_ reason: EngineError.Code) {
    state.withLock { state in
      state.stopReason = state.stopReason ?? reason
      if let handle = state.connection { duckdb_interrupt(handle.connection) }
    }
  }

  /// Runs `work`, which blocks on the connection, and watches it meanwhile.
  func watching<Result>(
    _ connection: duckdb_connection, timeLimit: Duration?, progress: @escaping @Sendable (Double) -> Void,
    _ work: () throws(EngineError) -> Result
  ) throws(EngineError) -> Result {
    state.withLock { $0.connection = Handle(connection: connection) }
    let deadline = timeLimit.map { ContinuousClock.now + $0 }
    let latest = Mutex(0.0)
    let watch = Watch(every: Self.watchInterval) { [self] in
      if let deadline, ContinuousClock.now > deadline { stop(.timeout) }
      guard let fraction = look() else { return }
      latest.withLock { latest in
        guard fraction > latest else { return }
        latest = fraction
        progress(fraction)
      }
    }
    defer {
      watch.end()
      // From here on the connection may be closed; no other thread may touch it.
      state.withLock { $0.connection = nil }
    }
    return try work()
  }

  /// Interrupts again where that is wanted; otherwise says how far the statement is, from 0 to 1.
  private func look() -> Double? {
    state.withLock { state in
      guard let handle = state.connection else { return nil }
      guard state.stopReason == nil else {
        duckdb_interrupt(handle.connection)
        return nil
      }
      let percentage = duckdb_query_progress(handle.connection).percentage
      return percentage > 0 ? min(percentage / 100, 1) : nil
    }
  }
}
