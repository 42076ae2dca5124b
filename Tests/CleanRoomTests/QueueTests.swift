import Base
import Foundation
@testable import Jobs
@testable import Measurement
@testable import Metadata
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

@testable import CleanRoom

/// The choice of the next job, by the policy alone.
@Suite struct QueuePolicyTests {
  private static let floods = QueueLane(instanceID: "floods", accountID: "A", kind: .execution)
  private static let sibling = QueueLane(instanceID: "sibling", accountID: "A", kind: .execution)
  private static let other = QueueLane(instanceID: "other", accountID: "B", kind: .execution)
  private static let audiences = QueueLane(instanceID: "floods", accountID: "A", kind: .audience)

  private func policy(perInstance: Int = 10, perAccount: Int = 200, audiences: Int = 10) -> QueuePolicy {
    var settings = QueueSettings()
    settings.maximumExecutionsPerInstance = perInstance
    settings.maximumExecutionsPerAccount = perAccount
    settings.maximumAudiencesPerInstance = audiences
    return QueuePolicy(settings)
  }

  private func state(
    waiting: [QueueLane: Int64], running: [QueueLane: Int] = [:], turns: [String: Int64] = [:]
  ) -> QueueState {
    var state = QueueState()
    state.firstWaiting = waiting
    state.runningCounts = running
    state.turns = turns
    return state
  }

  @Test func theLimitsAreAMCs() {
    let settings = QueueSettings()
    #expect(settings.maximumExecutionsPerInstance == 10)
    #expect(settings.maximumExecutionsPerAccount == 200)
  }

  @Test func theInstanceWithTheOldestTurnIsNext() {
    let waiting = [Self.floods: Int64(1), Self.other: 900]
    #expect(policy().nextJobID(in: state(waiting: waiting)) == 1)
    #expect(policy().nextJobID(in: state(waiting: waiting, turns: ["floods": 1])) == 900)
    #expect(policy().nextJobID(in: state(waiting: waiting, turns: ["floods": 1, "other": 2])) == 1)
  }

  @Test func instancesAtTheirLimitAreSkipped() {
    let waiting = [Self.floods: Int64(1), Self.other: 2]
    #expect(policy().nextJobID(in: state(waiting: waiting, running: [Self.floods: 9])) == 1)
    #expect(policy().nextJobID(in: state(waiting: waiting, running: [Self.floods: 10])) == 2)
    #expect(policy().nextJobID(in: state(waiting: waiting, running: [Self.floods: 10, Self.other: 10])) == nil)
  }

  @Test func accountsAtTheirLimitAreSkipped() {
    let waiting = [Self.sibling: Int64(1), Self.other: 2]
    let policy = policy(perInstance: 150)
    #expect(policy.nextJobID(in: state(waiting: waiting, running: [Self.floods: 100, Self.sibling: 99])) == 1)
    #expect(policy.nextJobID(in: state(waiting: waiting, running: [Self.floods: 100, Self.sibling: 100])) == 2)
  }

  @Test func audiencesAreCountedSeparately() {
    let waiting = [Self.floods: Int64(1), Self.audiences: 2]
    let policy = policy(audiences: 3)
    #expect(policy.nextJobID(in: state(waiting: waiting, running: [Self.floods: 10])) == 2)
    #expect(policy.nextJobID(in: state(waiting: waiting, running: [Self.audiences: 3])) == 1)
    #expect(policy.nextJobID(in: state(waiting: waiting, running: [Self.floods: 10, Self.audiences: 3])) == nil)
  }

  @Test func emptyQueuesGiveNoJob() {
    #expect(policy().nextJobID(in: state(waiting: [:])) == nil)
  }
}

/// The queue with its runner and its store.
@Suite(.hangLimit)
struct QueueTests {
  private static let other = Fixtures.otherSetup.instanceID

  private func executionDraft(isSandbox: Bool) -> ExecutionDraft {
    var draft = Fixtures.executionDraft()
    draft.requiresSyntheticData = isSandbox
    return draft
  }

  private func create(_ room: Room, in setup: InstanceSetup) async throws -> String {
    let instance = try #require(try await room.store.read { try $0.find(InstanceRecord.self, id: setup.instanceID) })
    return try await room.executions.create(executionDraft(isSandbox: instance.kind == .sandbox), in: instance).id
  }

  private func withOtherInstance(_ options: Room.Options = Room.Options()) async throws -> Room {
    let room = try await Room(options)
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    return room
  }

  @Test func manyJobsDoNotStarveAnotherInstance() async throws {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    let room = try await withOtherInstance(options)
    var ids: [String] = []
    for _ in 1...20 { ids.append(try await create(room, in: Fixtures.setup)) }
    for _ in 1...3 { ids.append(try await create(room, in: Fixtures.otherSetup)) }
    try await room.running { [ids] in for id in ids { await room.jobs.waitUntilFinished(id) } }
    let instances = room.queries.runs.map(\.request.instanceID)
    // Turn by turn as long as both wait, and then what is left.
    #expect(instances.prefix(6).map { $0 == Self.other } == [false, true, false, true, false, true])
    #expect(instances.dropFirst(6).allSatisfy { $0 != Self.other })
    // First come, first served within an instance.
    let flood = ids.prefix(20).map { "instances/amcdemo01/executions/\($0)/attempt-1" }
    #expect(room.queries.runs.map(\.outputPrefix).filter { $0.contains("amcdemo01") } == flood)
  }

  @Test func turnsAreKeptAcrossARestart() async throws {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    let room = try await withOtherInstance(options)
    let first = try await create(room, in: Fixtures.setup)
    try await room.running { await room.jobs.waitUntilFinished(first) }
    _ = try await create(room, in: Fixtures.setup)
    _ = try await create(room, in: Fixtures.otherSetup)
    options.identifiers = RandomIdentifierGenerator()
    let next = try await Room(folder: try room.copyAsAfterACrash(), options)
    try await next.running { await next.jobs.waitUntilFinished(count: 2) }
    #expect(next.queries.runs.map(\.request.instanceID) == [Self.other, "amcdemo01"])
  }

  /// Counts how many runs of each instance there are at once.
  private final class Counter: Sendable {
    private let counts = Mutex<(now: [String: Int], most: [String: Int])>(([:], [:]))

    func enter(_ instance: String) -> Int {
      counts.withLock { counts in
        counts.now[instance, default: 0] += 1
        counts.most[instance] = max(counts.most[instance] ?? 0, counts.now[instance] ?? 0)
        return counts.now.values.reduce(0, +)
      }
    }

    func leave(_ instance: String) { counts.withLock { $0.now[instance, default: 0] -= 1 } }

    var most: [String: Int] { counts.withLock { $0.most } }
  }

  @Test func anInstanceRunsTenExecutionsAtOnce() async throws {
    let counter = Counter()
    let isFull = Gate()
    let mayFinish = Gate()
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 30
    options.whileRunning = { run in
      if counter.enter(run.request.instanceID) == 14 { isFull.open() }
      await mayFinish.pass()
      counter.leave(run.request.instanceID)
    }
    let room = try await withOtherInstance(options)
    for _ in 1...25 { _ = try await create(room, in: Fixtures.setup) }
    for _ in 1...4 { _ = try await create(room, in: Fixtures.otherSetup) }
    try await room.running {
      await isFull.pass()
      let state = try await room.store.read { try $0.queueState() }
      #expect(
        state.runningCounts.map { [$0.key.instanceID, "\($0.value)"] }.sorted { $0[0] < $1[0] } == [
          ["amcdemo01", "10"], [Self.other, "4"],
        ])
      mayFinish.open()
      await room.jobs.waitUntilFinished(count: 29)
    }
    #expect(counter.most["amcdemo01"] == 10)
  }

  @Test func instancesOfAnAccountShareItsLimit() async throws {
    let counter = Counter()
    let isFull = Gate()
    let mayFinish = Gate()
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 30
    options.settings.queue.maximumExecutionsPerAccount = 5
    options.whileRunning = { run in
      if counter.enter("account") == 5 { isFull.open() }
      await mayFinish.pass()
      counter.leave("account")
    }
    let room = try await Room(options)
    try await room.store.write { transaction in
      try transaction.insert(
        InstanceRecord(
          id: "sibling", accountID: Fixtures.setup.accountID, name: "s", kind: .sandbox, createdAt: Fixtures.now))
    }
    let sibling = try #require(try await room.store.read { try $0.find(InstanceRecord.self, id: "sibling") })
    for _ in 1...6 {
      _ = try await room.createExecution()
      _ = try await room.executions.create(Fixtures.executionDraft(), in: sibling)
    }
    try await room.running {
      await isFull.pass()
      mayFinish.open()
      await room.jobs.waitUntilFinished(count: 12)
    }
    #expect(counter.most["account"] == 5)
  }

  @Test func audiencesDoNotWaitForExecutions() async throws {
    let isRunning = Gate()
    let mayFinish = Gate()
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 3
    options.settings.queue.maximumExecutionsPerInstance = 1
    options.whileRunning = { run in
      guard run.request.purpose == .measurement else { return }
      isRunning.open()
      await mayFinish.pass()
    }
    // The runner, told to stop, takes no more jobs, and measures the time that those have that run.
    options.sleep = { [settings = options.settings] duration in
      if duration == settings.queue.drainLimit { mayFinish.open() }
      try await Room.Options().sleep(duration)
    }
    let room = try await Room(options)
    for _ in 1...3 { _ = try await room.createExecution() }
    let audience = try await room.createAudience().id
    try await room.running { await isRunning.pass() }
    #expect(try await room.audience(audience).status == .succeeded)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 2)

    let next = try await Room(folder: room.folder)
    try await next.running { await next.jobs.waitUntilFinished(count: 2) }
    #expect(try await next.store.read { try $0.unfinishedJobCount() } == 0)
  }

  @Test func interruptedJobsCountAgainAfterwards() async throws {
    let copies = Mutex<TemporaryFolder?>(nil)
    let room = Mutex<Room?>(nil)
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    options.whileRunning = { _ in
      copies.withLock { copy in
        guard copy == nil, let room = room.withLock({ $0 }) else { return }
        do { copy = try room.copyAsAfterACrash() } catch { Issue.record(error) }
      }
    }
    let first = try await withOtherInstance(options)
    room.withLock { $0 = first }
    var ids: [String] = []
    for _ in 1...3 { ids.append(try await create(first, in: Fixtures.setup)) }
    let othersID = try await create(first, in: Fixtures.otherSetup)
    try await first.running { await first.jobs.waitUntilFinished(count: 4) }

    let next = try await Room(folder: try #require(copies.withLock { $0 }), options)
    let wasRunning = try await next.store.read { try $0.queueState().runningCounts.values.reduce(0, +) }
    #expect(wasRunning == 1)
    try await next.running { [ids] in
      for id in ids + [othersID] { await next.jobs.waitUntilFinished(id) }
    }
    // The instance had its turn before the process ended: the other one is next.
    #expect(next.queries.runs.first?.request.instanceID == Self.other)
    for id in ids { #expect(try await next.execution(id).status == .succeeded) }
  }
}
