import Foundation
import TestSupport
import Testing

/// `adyton serve --clock`: a data folder with a clock of its own.
@Suite(.serialized, .hangLimit) struct ClockCommandTests {
  @Test func theClockGoesOnAfterARestart() async throws {
    let server = try ServerProcess(users: 100, days: 2, environment: ["ADYTON_CLOCK_START": "2025-07-01T00:00:00Z"])
    try await server.start()
    let first = try await server.send("GET", "/adyton/clock")
    #expect((first["now"] as? String)?.hasPrefix("2025-07-01T0") == true)
    let body = try JSONSerialization.data(withJSONObject: ["now": "2025-08-01T00:00:00Z"])
    let moved = try await server.send("POST", "/adyton/clock", body: body)
    #expect((moved["now"] as? String)?.hasPrefix("2025-08-01T0") == true)
    #expect(server.stop() == 0)
    try await server.start()
    let second = try await server.send("GET", "/adyton/clock")
    #expect((second["now"] as? String)?.hasPrefix("2025-08-01T0") == true)
    #expect(server.stop() == 0)
    // The machine's time would be another.
    let refused = try Program.run("serve", "--data", server.folder.path(), "--port", "0")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("serve it with --clock"))
  }

  @Test func aStartThatIsNoTimeIsRefused() throws {
    let refused = try Program.run("serve", "--clock-start", "tomorrow")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("--clock-start must be a time"))
  }
}
