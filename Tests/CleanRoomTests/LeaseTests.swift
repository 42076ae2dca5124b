import Base
import Measurement
import Queries
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// Two servers on one store, each with its own connection to it.
@Suite(.hangLimit)
struct LeaseTests {
  /// The machine's time, which both have.
  private let machineClock = ManualClock(Fixtures.now)

  private func options(_ whileRunning: @escaping @Sendable (FakeQueryService.Run) async -> Void = { _ in })
    -> Room.Options
  {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    options.isAlone = false
    options.machineClock = machineClock
    options.identifiers = RandomIdentifierGenerator()
    options.whileRunning = whileRunning
    return options
  }

  /// A server whose queries stay at work until they may finish.
  private final class Held: Sendable {
    let isRunning = Gate()
    let mayFinish = Gate()

    func pass() async {
      isRunning.open()
      await mayFinish.pass()
    }
  }

  @Test func twoServersShareTheJobs() async throws {
    let (here, there) = (Held(), Held())
    let first = try await Room(options { _ in await here.pass() })
    let second = try await Room(folder: first.folder, options { _ in await there.pass() })
    var ids: Set<String> = []
    for _ in 1...20 { ids.insert(try await first.createAudience().id) }
    try await first.running { [ids] in
      try await second.running {
        // Both are at work at the same time.
        await here.isRunning.pass()
        await there.isRunning.pass()
        here.mayFinish.open()
        there.mayFinish.open()
        while try await first.store.read({ try $0.unfinishedJobCount() }) > 0 {
          try Task.checkCancellation()
          for id in ids where try await first.audience(id).status != .succeeded {
            await Self.waitUntilFinished(id, first, second)
          }
        }
      }
    }
    let prefixes = (first.queries.runs + second.queries.runs).map(\.outputPrefix)
    #expect(prefixes.count == 20)
    #expect(Set(prefixes) == Set(ids.map { "instances/amcdemo01/audiences/\($0)/attempt-1" }))
    #expect(!first.queries.runs.isEmpty)
    #expect(!second.queries.runs.isEmpty)
  }

  /// Returns when the job has ended, whichever server does it.
  private static func waitUntilFinished(_ id: String, _ first: Room, _ second: Room) async {
    let isDone = Gate()
    for room in [first, second] {
      Task {
        await room.jobs.waitUntilFinished(id)
        isDone.open()
      }
    }
    await isDone.pass()
  }

  @Test func jobsOfALivingServerStayWithIt() async throws {
    let held = Held()
    let first = try await Room(options { _ in await held.pass() })
    let second = try await Room(folder: first.folder, options())
    let id = try await first.createAudience().id
    try await first.running {
      await held.isRunning.pass()
      try await second.running {
        machineClock.advance(bySeconds: 59)
        await second.runner.lookAfterLeases()
        // The first one says that it lives, and is believed for another minute.
        await first.runner.lookAfterLeases()
        machineClock.advance(bySeconds: 59)
        await second.runner.lookAfterLeases()
        // The clock of the clean room does not matter.
        second.clock.advance(bySeconds: 100 * 86_400)
        await second.runner.lookAfterLeases()
        held.mayFinish.open()
        await first.jobs.waitUntilFinished(id)
      }
    }
    #expect(second.queries.runs.isEmpty)
    #expect(second.jobs.events.isEmpty)
    #expect(try await first.audience(id).status == .succeeded)
    #expect(try await first.store.read { try $0.jobs(subjectID: id)[0].crashCount } == 0)
  }

  @Test func jobsOfADeadServerAreTakenOver() async throws {
    let held = Held()
    let first = try await Room(options { _ in await held.pass() })
    let second = try await Room(folder: first.folder, options())
    let id = try await first.createAudience().id
    try await first.running {
      await held.isRunning.pass()
      // It says nothing for longer than a lease lasts, and then wakes up again.
      machineClock.advance(bySeconds: 61)
      try await second.running {
        await second.jobs.waitUntilFinished(id)
      }
      held.mayFinish.open()
      await first.jobs.wait { $0 == .outdated(subjectID: id, attempt: 1) }
    }
    #expect(second.jobs.events.first == .requeued(subjectID: id, attempt: 1))
    #expect(second.jobs.events.last == .finished(subjectID: id, attempt: 2))
    let audience = try await first.audience(id)
    #expect(audience.membersPrefix?.hasSuffix("/attempt-2") == true)
    #expect(try await first.objectKeys() == ["\(try #require(audience.membersPrefix))/members.parquet"])
    let jobs = try await first.store.read { try $0.jobs(subjectID: id) }
    #expect(jobs.map(\.crashCount) == [1])
    #expect(jobs.map(\.owner) == [nil])
  }

  @Test func resumedServersStopJobsThatWereTakenOver() async throws {
    let isRunning = Gate()
    let first = try await Room(options { _ in isRunning.open() })
    first.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    let second = try await Room(folder: first.folder, options())
    let id = try await first.createAudience().id
    try await first.running {
      await isRunning.pass()
      machineClock.advance(bySeconds: 61)
      try await second.running { await second.jobs.waitUntilFinished(id) }
      await first.runner.lookAfterLeases()
      await first.jobs.wait { $0 == .outdated(subjectID: id, attempt: 1) }
    }
    #expect(try await first.audience(id).membersPrefix?.hasSuffix("/attempt-2") == true)
  }

  @Test func executionsAreCancelledOnAnyServer() async throws {
    let isRunning = Gate()
    let first = try await Room(options { _ in isRunning.open() })
    first.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    let second = try await Room(folder: first.folder, options())
    let id = try await first.createExecution().id
    try await first.running {
      await isRunning.pass()
      try await second.executions.cancel(id: id, instanceID: Fixtures.setup.instanceID)
      await first.runner.lookAfterLeases()
      await first.jobs.wait { $0 == .outdated(subjectID: id, attempt: 1) }
    }
    #expect(try await first.execution(id).status == .cancelled)
  }

  @Test func newJobsOfOtherServersAreSeen() async throws {
    let first = try await Room(options())
    let second = try await Room(folder: first.folder, options())
    let id = try await second.running {
      await second.jobs.waitUntilFinished(try await second.createAudience().id)
      let id = try await first.createAudience().id
      await second.runner.lookAfterLeases()
      // A runner that is told to stop finishes what it has seen until then.
      return id
    }
    #expect(second.jobs.events.last == .finished(subjectID: id, attempt: 1))
    #expect(try await first.audience(id).status == .succeeded)
    #expect(first.queries.runs.isEmpty)
  }

  @Test func concurrentChecksQueueARefreshOnce() async throws {
    let first = try await Room(options())
    let second = try await Room(folder: first.folder, options())
    let id = try await first.createAudience().id
    try await first.workflows.create(
      WorkflowDraft(id: "daily", definition: WorkflowDefinition(sqlQuery: "SELECT 1")), in: try await first.instance)
    var schedule = ScheduleDraft(id: "daily", workflowID: "daily", period: .daily)
    schedule.requiresSyntheticData = true
    try await first.schedules.create(schedule, in: try await first.instance)
    try await first.running { await first.jobs.waitUntilFinished(id) }
    for room in [first, second] { room.clock.advance(bySeconds: 21 * 86_400) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for room in [first, second, first, second] {
        group.addTask {
          try await room.refreshRunner.runDue()
          try await room.scheduleRunner.runDue()
        }
      }
      try await group.waitForAll()
    }
    let jobs = try await first.store.read { try $0.jobs(in: .pending, limit: 10) }
    #expect(jobs.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [.audience, .execution])
  }
}
