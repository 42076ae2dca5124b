import Base
import CleanRoom

/// The server's clock, which clients can read and move: `/adyton/clock`. Only servers that were started with a movable
/// clock have it.
struct ClockRoutes {
  /// nil for a server whose clock can't be moved.
  let clock: ClockService?

  private static func shown(_ reading: ClockService.Reading) -> JSONObject {
    [
      "now": Timestamp.text(of: reading.now),
      "unfinishedJobs": reading.unfinishedJobCount,
    ]
  }

  func add(to routes: Routes) {
    guard let clock else { return routes.leaveOut("getClock", "setClock") }
    routes.caller("getClock") { try $0.respond(object: Self.shown(try await clock.reading())) }
    routes.caller("setClock") { request in
      try request.respond(object: Self.shown(try await Self.move(clock, as: try await request.fields())))
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
