package import Base
package import Metadata

package import struct Foundation.Date

/// Moves the clock of a server for tests of integrations.
///
/// The offset is stored before it takes effect, so a restart does not go back in time.
package struct ClockService: Sendable {
  /// The largest advance of a clock at once, in days: ten years. A typing error should not ruin a server.
  package static let longestAdvanceDays = 3_650

  /// The clock, for services that need the time.
  package let clock: MovableClock
  private let store: MetadataStore
  private let afterMove: @Sendable () async throws -> Void
  private let waitingCount: @Sendable () async throws -> Int

  /// - Parameters:
  ///   - afterMove: Queues the work that has become due.
  ///   - waitingCount: The number of jobs that are due or running.
  package init(
    clock: MovableClock, store: MetadataStore, afterMove: @escaping @Sendable () async throws -> Void,
    waitingCount: @escaping @Sendable () async throws -> Int
  ) {
    self.clock = clock
    self.store = store
    self.afterMove = afterMove
    self.waitingCount = waitingCount
  }

  /// The state of the clock.
  package struct Reading: Sendable, Hashable {
    package var now: Date
    /// The number of jobs that are due or running: 0 when everything due is done.
    package var unfinishedJobCount: Int
  }

  /// The store's clock, which is made if there is none yet.
  ///
  /// - Parameters:
  ///   - start: The time of a new clock; nil for the machine's time.
  ///   - base: The machine's clock.
  package static func clock(
    of store: MetadataStore, start: Date?, base: any WallClock = SystemClock()
  ) async throws -> MovableClock {
    let offset = start.map { $0.timeIntervalSince(base.now) } ?? 0
    let milliseconds = try await store.write { transaction in
      if let known = try transaction.clockOffsetMilliseconds() { return known }
      let new = Int64((offset * 1000).rounded())
      try transaction.setClockOffset(milliseconds: new)
      return new
    }
    return MovableClock(base: base, offsetSeconds: Double(milliseconds) / 1000)
  }

  package func reading() async throws -> Reading {
    Reading(now: clock.now, unfinishedJobCount: try await waitingCount())
  }

  /// Moves the clock to `time`.
  ///
  /// - Throws: `CleanRoomError.invalidField` with the name of the field for a time in the past, or too far in the
  ///   future.
  package func move(to time: Date, field: String) async throws -> Reading {
    let clock = clock
    return try await move(field: field) { _ in clock.offset(toShow: time) }
  }

  /// Moves the clock forward.
  ///
  /// - Throws: `CleanRoomError.invalidField` with the name of the field for less than 0 seconds, or for too many.
  package func advance(bySeconds seconds: Int, field: String) async throws -> Reading {
    try await move(field: field) { $0 + Double(seconds) }
  }

  /// Moves to the offset that `newOffset` makes of the present one. No other move can change that meanwhile.
  private func move(field: String, _ newOffset: @escaping @Sendable (Double) -> Double) async throws -> Reading {
    let present = clock.offset
    let offset = try await store.write { transaction in
      // Budgets refill with time: a client must not be able to make it pass.
      guard try !transaction.hasPeopleWithBudget() else { throw CleanRoomError.clockFixed }
      let old = try transaction.clockOffsetMilliseconds().map { Double($0) / 1000 } ?? present
      let offset = newOffset(old)
      // Rounding of the stored offset is no step back.
      guard offset >= old - 0.001 else {
        throw CleanRoomError.invalidField(name: field, reason: "must not move the clock backwards.")
      }
      guard offset - old <= Double(Self.longestAdvanceDays) * 86_400 else {
        throw CleanRoomError.invalidField(
          name: field, reason: "must not move the clock by more than \(Self.longestAdvanceDays) days.")
      }
      try transaction.setClockOffset(milliseconds: Int64((max(offset, old) * 1000).rounded()))
      return offset
    }
    clock.move(toOffset: offset)
    try await afterMove()
    return try await reading()
  }
}

extension CleanRoomError {
  /// An instance in noise mode has the signals of real people, whose budget would refill early.
  package static let clockFixed = CleanRoomError(
    "clock_fixed", .forbidden,
    "The clock can't be moved: an instance in noise mode has a privacy budget, which refills with time.")
}
