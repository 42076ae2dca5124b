import Base
import CleanRoom
import Hummingbird

/// `/adyton/clock`: what time it is for the server, and how to make time pass. Only servers have it that were started with a
/// clock which can be moved.
struct ClockRoutes: Sendable {
  let gate: Gate
  let clock: ClockService

  private struct Answer: Encodable {
    let now: String
    let unfinishedJobs: Int

    init(_ reading: ClockService.Reading) {
      now = Timestamp.text(of: reading.now)
      unfinishedJobs = reading.unfinishedJobCount
    }
  }

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/adyton/clock")
      .get { request, _ in
        _ = try await gate.admit(request, to: .getClock)
        return try Response.json(Answer(try await clock.reading()))
      }
      .post { request, _ in
        _ = try await gate.admit(request, to: .setClock)
        return try Response.json(Answer(try await move(request)))
      }
  }

  private func move(_ request: Request) async throws -> ClockService.Reading {
    let data = try await BodyReader.data(of: request)
    var fields = FieldReader(try BodyReader.object(data, of: request))
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
