import ArgumentParser
import Base
import CleanRoom
import Foundation
import Metadata

/// The clock of a server: the machine's, or one that clients move.
struct ClockOptions: ParsableArguments {
  @Flag(
    help: """
      Have a clock that clients can move forward with POST /adyton/clock. Not for a server that somebody relies on \
      (ADYTON_CLOCK=1).
      """)
  var clock = false

  @Option(
    help: """
      Have such a clock. It shows this time (2025-01-31T00:00:00Z) when the data folder gets it; later it goes on from \
      where it was (ADYTON_CLOCK_START).
      """)
  var clockStart = Setting("ADYTON_CLOCK_START")

  func validate() throws {
    _ = try (isMovable, start)
  }

  private var isMovable: Bool {
    get throws { try Environment.flag("ADYTON_CLOCK") || clock || start != nil }
  }

  private var start: Date? {
    get throws {
      try clockStart.parsed("--clock-start", "a time such as 2025-01-31T00:00:00Z") { Timestamp.date(utc: $0) }
    }
  }

  /// The clock to be moved; nil for the machine's own.
  ///
  /// - Throws: `ExitCode` where the folder has its own clock and the server is to go by the machine's: time would go
  ///   back.
  func clock(of store: MetadataStore) async throws -> MovableClock? {
    if try isMovable { return try await ClockService.clock(of: store, start: start) }
    guard try await store.read({ try $0.clockOffsetMilliseconds() }) == nil else {
      throw CommandFailure.refused("The data folder has its own clock: serve it with --clock.")
    }
    return nil
  }
}
