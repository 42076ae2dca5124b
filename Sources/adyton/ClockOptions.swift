import Base
import ArgumentParser
import CleanRoom
import Foundation
import Metadata

/// What the machine's clock can be replaced by.
struct ClockOptions: ParsableArguments {
  @Flag(
    help: """
      Have a clock that clients can move forward with POST /adyton/clock. Not for a server that somebody relies on \
      (ADYTON_CLOCK=1).
      """)
  var clock = false

  @Option(
    help: """
      Have such a clock, which shows this time (2025-01-31T00:00:00Z) when the data folder gets it; later it goes on from \
      where it was (ADYTON_CLOCK_START).
      """)
  var clockStart = Environment.text("ADYTON_CLOCK_START") ?? ""

  private var isMovable: Bool { clock || Environment.text("ADYTON_CLOCK") == "1" || !clockStart.isEmpty }

  func validate() throws {
    if !clockStart.isEmpty, Timestamp.date(utc: clockStart) == nil {
      throw ValidationError("--clock-start must be a time such as 2025-01-31T00:00:00Z.")
    }
  }

  /// The clock to be moved; nil for the machine's own.
  ///
  /// - Throws: `CommandFailure` where the folder has a clock of its own and the server is to go by the machine's: time would
  ///   go back.
  func clock(of store: MetadataStore) async throws -> MovableClock? {
    if isMovable {
      return try await ClockService.clock(of: store, start: Timestamp.date(utc: clockStart))
    }
    guard try await store.read({ try $0.clockOffsetMilliseconds() }) == nil else {
      throw CommandFailure.refused("The data folder has a clock of its own: serve it with --clock.")
    }
    return nil
  }
}
