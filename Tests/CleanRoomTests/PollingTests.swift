import Base
import Measurement
import Queries
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// Work without a notification is found by checking.
@Suite(.hangLimit)
struct PollingTests {
  @Test func jobsOfOtherProcessesAreFound() async throws {
    let mayLook = Gate()
    let hasLooked = Mutex(false)
    var options = Room.Options()
    options.looksForJobs = true
    options.sleep = { [interval = options.settings.queue.checkInterval] duration in
      let isFirst = hasLooked.withLock { hasLooked in
        defer { hasLooked = true }
        return !hasLooked
      }
      guard duration == interval, isFirst else { return try await Room.Options().sleep(duration) }
      await mayLook.pass()
    }
    let room = try await Room(options)
    var ofCommand = Room.Options()
    ofCommand.identifiers = RandomIdentifierGenerator()
    let command = try await Room(folder: room.folder, ofCommand)
    let id = try await room.running {
      await room.jobs.waitUntilFinished(try await room.createAudience().id)
      let id = try await command.createAudience().id
      mayLook.open()
      await room.jobs.waitUntilFinished(id)
      return id
    }
    #expect(try await room.audience(id).status == .succeeded)
  }

  @Test func concurrentLooksQueueEachTurnOnce() async throws {
    var options = Room.Options()
    options.identifiers = RandomIdentifierGenerator()
    let room = try await Room(options)
    let id = try await room.createAudience().id
    try await room.workflows.create(
      WorkflowDraft(id: "daily", definition: WorkflowDefinition(sqlQuery: "SELECT 1")), in: try await room.instance)
    var schedule = ScheduleDraft(id: "daily", workflowID: "daily", period: .daily)
    schedule.requiresSyntheticData = true
    try await room.schedules.create(schedule, in: try await room.instance)
    try await room.running { await room.jobs.waitUntilFinished(id) }
    room.clock.advance(bySeconds: 21 * 86_400)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...4 {
        group.addTask {
          try await room.refreshRunner.runDue()
          try await room.scheduleRunner.runDue()
        }
      }
      try await group.waitForAll()
    }
    let jobs = try await room.store.read { try $0.jobs(in: .pending, limit: 10) }
    #expect(jobs.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [.audience, .execution])
  }
}
