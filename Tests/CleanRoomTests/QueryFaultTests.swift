import CleanRoom
import Jobs
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

@testable import Metadata

/// Queries that the machine fails, by a full disk or a service that does not answer, wait until it is well again.
@Suite(.hangLimit)
struct QueryFaultTests {
  private static let query = "SELECT COUNT(*) AS faulty FROM dsp_impressions"

  /// A room whose rests end at once.
  private static func room(failing count: Int, _ code: String) async throws -> Room {
    var options = Room.Options()
    let settings = options.settings.queue
    options.sleep = { duration in
      guard duration <= settings.longestRest, duration != settings.drainLimit else {
        return try await Room.Options().sleep(duration)
      }
    }
    let room = try await Room(options)
    let left = Mutex(count)
    room.queries.answer { request in
      guard request.sql.contains("faulty") else { return nil }
      let fails = left.withLock { left in
        left -= 1
        return left >= 0
      }
      return fails ? .engineFailure(code: code, message: "No.") : nil
    }
    return room
  }

  @Test(arguments: ["storage_full", "storage_unreachable", "engine_storage", "engine_unavailable"])
  func aQueryThatTheMachineFailsRunsAgain(_ code: String) async throws {
    let room = try await Self.room(failing: 4, code)
    let id = try await room.createExecution(Fixtures.executionDraft(query: Self.query)).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(try await room.execution(id).status == .succeeded)
    let job = try #require(try await room.store.read { try $0.jobs(subjectID: id) }.first)
    #expect(job.attempt > 1 && job.failureCount == 0)
  }

  /// It is not tried for ever, and says why.
  @Test func aQueryThatTheMachineAlwaysFailsHasItsReason() async throws {
    let room = try await Self.room(failing: .max, "storage_full")
    let id = try await room.createExecution(Fixtures.executionDraft(query: Self.query)).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let execution = try await room.execution(id)
    #expect(execution.status == .failed)
    #expect(execution.statusReason?.contains("storage_full") == true)
    let job = try #require(try await room.store.read { try $0.jobs(subjectID: id) }.first)
    #expect(job.attempt == QueueSettings.maximumTransientAttempts)
  }

  /// What the query itself does wrong is not tried again.
  @Test func aQueryThatFailsByItselfRunsOnce() async throws {
    let room = try await Self.room(failing: .max, "engine_invalid_value")
    let id = try await room.createExecution(Fixtures.executionDraft(query: Self.query)).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(try await room.execution(id).status == .failed)
    let job = try #require(try await room.store.read { try $0.jobs(subjectID: id) }.first)
    #expect(job.attempt == 1)
  }
}
