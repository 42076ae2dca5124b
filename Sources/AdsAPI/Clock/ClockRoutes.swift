import Base
import CleanRoom

/// `/adyton/clock`: what time it is for the server, and how to make time pass. Only servers have it that were started with
/// a clock which can be moved.
struct ClockRoutes {
  /// nil for a server whose clock nobody moves.
  let clock: ClockService?

  private struct Reading: Encodable {
    let now: String
    let unfinishedJobs: Int

    init(_ reading: ClockService.Reading) {
      now = Timestamp.text(of: reading.now)
      unfinishedJobs = reading.unfinishedJobCount
    }
  }

  func add(to routes: Routes) {
    guard let clock else { return routes.leaveOut("getClock", "setClock") }
    routes.caller("getClock") { try $0.respond(with: Reading(try await clock.reading())) }
    routes.caller("setClock") { request in
      try request.respond(with: Reading(try await Self.move(clock, as: try await request.fields())))
    }
  }

  private static func move(_ clock: ClockService, as body: FieldReader) async throws -> ClockService.Reading {
    var fields = body
    let seconds = try fields.integer("advanceSeconds")
    let time = try fields.time("now")
    try fields.finish()
    switch (seconds, time) {
    case (let seconds?, nil): return try await clock.advance(bySeconds: seconds, field: "advanceSeconds")
    case (nil, let time?): return try await clock.move(to: time, field: "now")
    case (nil, nil):
      throw CleanRoomError.invalidField(name: "advanceSeconds", reason: "is missing; give it or now.")
    case (.some, .some):
      throw CleanRoomError.invalidField(name: "advanceSeconds", reason: "and now are both given; give one of them.")
    }
  }
}
