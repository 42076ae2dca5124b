package import Base
package import Metadata

package import struct Foundation.Date

/// Moves the clock of a server that is there to test integrations with.
///
/// How far it was moved is on record before it counts, so that a restart does not go back in time.
package struct ClockService: Sendable {
  /// The furthest that a clock can be moved at once, in days: ten years. A slip of the keyboard should not end a server's days.
  package static let longestAdvanceDays = 3_650

  /// The clock, for whoever needs the time.
  package let clock: MovableClock
  private let store: MetadataStore
  private let afterMove: @Sendable () async throws -> Void
  private let waitingCount: @Sendable () async throws -> Int

  /// - Parameters:
  ///   - afterMove: Does at once what the new time has made due.
  ///   - waitingCount: How much is due or under way.
  package init(
    clock: MovableClock, store: MetadataStore, afterMove: @escaping @Sendable () async throws -> Void,
    waitingCount: @escaping @Sendable () async throws -> Int
  ) {
    self.clock = clock
    self.store = store
    self.afterMove = afterMove
    self.waitingCount = waitingCount
  }

  /// What the clock shows.
  package struct Reading: Sendable, Hashable {
    package var now: Date
    /// How much is due or under way: 0 when all that the time asks for is done.
    package var unfinishedJobCount: Int
  }

  /// The clock that a store has, or that it gets now.
  ///
  /// - Parameters:
  ///   - start: What it shows, where the store has none yet; nil for the machine's time.
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
  /// - Throws: `CleanRoomError.invalidField` with the name of the field for a time that is past, or too far.
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

  /// Moves to the offset that `newOffset` makes of the present one, which no other move can change meanwhile.
  private func move(field: String, _ newOffset: @escaping @Sendable (Double) -> Double) async throws -> Reading {
    let present = clock.offset
    let offset = try await store.write { transaction in
      let old = try transaction.clockOffsetMilliseconds().map { Double($0) / 1000 } ?? present
      let offset = newOffset(old)
      // What is rounded away where the offset is stored is no step back.
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
