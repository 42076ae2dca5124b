import Foundation
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

@testable import CleanRoom
@testable import Jobs
@testable import Measurement
@testable import Metadata

/// The fair choice of the next job, by the policy alone.
@Suite struct FairQueuePolicyTests {
  private static let floods = QueueLane(instanceID: "floods", accountID: "A", kind: .execution)
  private static let floodsAudiences = QueueLane(instanceID: "floods", accountID: "A", kind: .audience)
  private static let other = QueueLane(instanceID: "other", accountID: "B", kind: .execution)
  private static let now = Fixtures.now

  private func policy(places: Int) -> QueuePolicy {
    var settings = QueueSettings()
    settings.maximumConcurrentJobs = places
    return QueuePolicy(settings)
  }

  private func state(
    waiting: [QueueLane: Int64] = [:], running: [QueueLane: Int] = [:], isShared: Bool = true
  ) -> QueueState {
    var state = QueueState()
    state.firstWaiting = waiting
    state.runningCounts = running
    state.isShared = isShared
    return state
  }

  private func job(
    _ id: Int64, _ lane: QueueLane = floods, runningFor seconds: Double, hasGivenWay: Bool = false
  ) -> JobRecord {
    var job = JobRecord(
      kind: lane.kind, subjectID: "\(id)", instanceID: lane.instanceID, accountID: lane.accountID,
      createdAt: Self.now.addingTimeInterval(-seconds))
    job.id = id
    job.state = .running
    job.hasGivenWay = hasGivenWay
    return job
  }

  @Test(arguments: [2, 3, 8])
  func noInstanceHasAllPlaces(places: Int) {
    let policy = policy(places: places)
    let waiting = [Self.floods: Int64(1)]
    #expect(policy.nextJobID(in: state(waiting: waiting, running: [Self.floods: places - 2])) == 1)
    #expect(policy.nextJobID(in: state(waiting: waiting, running: [Self.floods: places - 1])) == nil)
    // Jobs of all kinds count.
    let mixed = [Self.floods: places - 2, Self.floodsAudiences: 1]
    #expect(policy.nextJobID(in: state(waiting: waiting, running: mixed)) == nil)
    // The place is there for others.
    let both = [Self.floods: Int64(1), Self.other: 2]
    #expect(policy.nextJobID(in: state(waiting: both, running: [Self.floods: places - 1])) == 2)
  }

  /// An update of advertisers stops audiences, which it would wait for otherwise.
  @Test(arguments: [JobRecord.Kind.advertiserUpdate, .instanceRemoval, .instanceCreation, .sandboxRenewal])
  func administrativeJobsTakeAnyPlace(_ kind: JobRecord.Kind) {
    let lane = QueueLane(instanceID: Self.floods.instanceID, accountID: Self.floods.accountID, kind: kind)
    #expect(policy(places: 2).nextJobID(in: state(waiting: [lane: 3], running: [Self.floods: 1])) == 3)
  }

  @Test func theOnlyInstanceHasAllPlaces() {
    let state = state(waiting: [Self.floods: 1], running: [Self.floods: 1], isShared: false)
    #expect(policy(places: 2).nextJobID(in: state) == 1)
  }

  @Test func onePlaceIsForAnyInstance() {
    #expect(policy(places: 1).nextJobID(in: state(waiting: [Self.floods: 1])) == 1)
  }

  @Test func longJobsNeverHaveAllPlaces() {
    var waiting = state()
    waiting.firstLong = [Self.floods: 1]
    for (places, longRunning, next) in [(3, 1, Int64(1)), (3, 2, nil), (2, 0, 1), (2, 1, nil), (1, 0, 1)] {
      waiting.longRunningCount = longRunning
      #expect(policy(places: places).nextJobID(in: waiting) == next, "\(longRunning) of \(places)")
    }
    // Jobs that are not known to be long start meanwhile.
    waiting.longRunningCount = 1
    waiting.firstWaiting = [Self.floods: 5]
    #expect(policy(places: 2).nextJobID(in: waiting) == 5)
  }

  @Test func aRefreshNearItsTurnGoesBeforeOtherJobsOfItsInstance() {
    var waiting = state(waiting: [Self.floods: 1, Self.floodsAudiences: 10, Self.other: 4])
    waiting.firstNearTurn = [Self.floodsAudiences: 9]
    #expect(policy(places: 2).nextJobID(in: waiting) == 9)
    // The turn of another instance stays its turn.
    waiting.turns = ["floods": 1]
    #expect(policy(places: 2).nextJobID(in: waiting) == 4)
    waiting.turns = ["floods": 1, "other": 2]
    #expect(policy(places: 2).nextJobID(in: waiting) == 9)
    // An audience that has waited longer stays before it.
    waiting.firstWaiting[Self.floodsAudiences] = 7
    #expect(policy(places: 2).nextJobID(in: waiting) == 7)
  }

  // MARK: Giving way

  @Test func theLongJobThatStartedLastGivesWay() {
    let policy = policy(places: 2)
    let first = job(1, runningFor: 7_200)
    let last = job(2, Self.other, runningFor: 600)
    #expect(policy.jobToGiveWay(among: [last, first], at: Self.now)?.id == 2)
    // Not while a place is free, or one of the jobs does not take long yet.
    #expect(policy.jobToGiveWay(among: [first], at: Self.now) == nil)
    #expect(policy.jobToGiveWay(among: [first, job(2, runningFor: 599)], at: Self.now) == nil)
    // A single place is given up for nobody.
    #expect(self.policy(places: 1).jobToGiveWay(among: [first], at: Self.now) == nil)
  }

  @Test func aJobGivesWayOnce() {
    let first = job(1, runningFor: 7_200)
    let again = job(2, runningFor: 5, hasGivenWay: true)
    #expect(policy(places: 2).jobToGiveWay(among: [first, again], at: Self.now)?.id == 1)
    let both = [job(1, runningFor: 7_200, hasGivenWay: true), again]
    #expect(policy(places: 2).jobToGiveWay(among: both, at: Self.now) == nil)
  }

  @Test func jobsThatChangeDataDoNotGiveWay() {
    let upload = QueueLane(instanceID: "floods", accountID: "A", kind: .upload)
    let running = [job(1, upload, runningFor: 7_200), job(2, upload, runningFor: 7_200)]
    #expect(policy(places: 2).jobToGiveWay(among: running, at: Self.now) == nil)
  }

  @Test func onlyJobsThatWouldStartAreAReason() {
    let policy = policy(places: 2)
    let leaving = job(2, Self.other, runningFor: 600)
    var present = state(running: [Self.floods: 1, Self.other: 1])
    present.longRunningCount = 2
    #expect(!policy.hasReason(leaving, toGiveWayIn: present))
    // One of an instance that has its places already.
    present.firstWaiting = [Self.floods: 7]
    #expect(!policy.hasReason(leaving, toGiveWayIn: present))
    // One that is known to be long.
    present.firstWaiting = [:]
    present.firstLong = [Self.other: 7]
    #expect(!policy.hasReason(leaving, toGiveWayIn: present))
    present.firstWaiting = [QueueLane(instanceID: "third", accountID: "C", kind: .execution): 8]
    #expect(policy.hasReason(leaving, toGiveWayIn: present))
  }
}

/// The fair queue with its runner and its store.
@Suite(.hangLimit)
struct FairQueueTests {
  private static let third = "third"

  /// A room of three instances with two places, whose runs of the named instances last until the gate is open.
  private func room(_ blocked: Set<String>, _ mayFinish: Gate, started: @escaping @Sendable () -> Void) async throws
    -> Room
  {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 2
    options.whileRunning = { run in
      guard blocked.contains(run.request.instanceID) else { return }
      started()
      await mayFinish.pass()
    }
    let room = try await Room(options)
    // A run that is stopped ends at once.
    room.queries.answer { _ in Task.isCancelled ? .runUntilCancelled : nil }
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    try await room.store.write { transaction in
      try transaction.insert(
        InstanceRecord(
          id: Self.third, accountID: Fixtures.setup.accountID, name: "t", kind: .sandbox, createdAt: Fixtures.now))
    }
    return room
  }

  private func create(_ room: Room, in instanceID: String) async throws -> String {
    let instance = try #require(try await room.store.read { try $0.find(InstanceRecord.self, id: instanceID) })
    var draft = Fixtures.executionDraft()
    draft.requiresSyntheticData = instance.kind == .sandbox
    return try await room.executions.create(draft, in: instance).id
  }

  @Test func twoLongQueriesOfAnInstanceLeaveAPlaceForOthers() async throws {
    let isRunning = Gate()
    let mayFinish = Gate()
    let room = try await room([Fixtures.setup.instanceID], mayFinish) { isRunning.open() }
    let flood = [
      try await create(room, in: Fixtures.setup.instanceID), try await create(room, in: Fixtures.setup.instanceID),
    ]
    try await room.running {
      await isRunning.pass()
      let others = try await create(room, in: Fixtures.otherSetup.instanceID)
      await room.jobs.waitUntilFinished(others)
      #expect(try await room.execution(flood[1]).status == .pending)
      mayFinish.open()
      for id in flood { await room.jobs.waitUntilFinished(id) }
    }
  }

  @Test func aLongQueryGivesWayOnceAndIsRunAgain() async throws {
    let bothRun = Gate()
    let count = Mutex(0)
    let mayFinish = Gate()
    let room = try await room([Fixtures.setup.instanceID, Fixtures.otherSetup.instanceID], mayFinish) {
      let started = count.withLock { count in
        count += 1
        return count
      }
      if started == 2 { bothRun.open() }
    }
    let first = try await create(room, in: Fixtures.setup.instanceID)
    let second = try await create(room, in: Fixtures.otherSetup.instanceID)
    try await room.running {
      await bothRun.pass()
      let short = try await create(room, in: Self.third)
      room.clock.advance(bySeconds: 599)
      try await room.runner.makeWay()
      #expect(!room.runner.runningJobs.isMakingWay)
      room.clock.advance(bySeconds: 1)
      room.runner.wake()
      await room.jobs.wait { $0 == .requeued(subjectID: second, attempt: 1) }
      await room.jobs.waitUntilFinished(short)
      mayFinish.open()
      await room.jobs.waitUntilFinished(first)
      await room.jobs.waitUntilFinished(second)
    }
    let jobs = try await room.store.read { try $0.jobs(subjectID: second) }
    #expect(jobs.map(\.hasGivenWay) == [true])
    #expect(jobs.map(\.attempt) == [2])
    #expect(jobs.map(\.failureCount) == [0])
    // The first one was not stopped, and the second waited for it: long queries never have all places.
    let events = room.jobs.events
    #expect(!events.contains(.requeued(subjectID: first, attempt: 1)))
    let endOfFirst = try #require(events.firstIndex(of: .finished(subjectID: first, attempt: 1)))
    let startOfSecond = try #require(events.firstIndex(of: .started(subjectID: second, attempt: 2)))
    #expect(endOfFirst < startOfSecond)
  }

  @Test func nothingGivesWayWhileNobodyWaits() async throws {
    let bothRun = Gate()
    let count = Mutex(0)
    let mayFinish = Gate()
    let room = try await room([Fixtures.setup.instanceID, Fixtures.otherSetup.instanceID], mayFinish) {
      let started = count.withLock { count in
        count += 1
        return count
      }
      if started == 2 { bothRun.open() }
    }
    let ids = [
      try await create(room, in: Fixtures.setup.instanceID), try await create(room, in: Fixtures.otherSetup.instanceID),
    ]
    try await room.running {
      await bothRun.pass()
      room.clock.advance(bySeconds: 86_400)
      try await room.runner.makeWay()
      #expect(room.runner.runningJobs.presentIDs.count == 2)
      mayFinish.open()
      for id in ids { await room.jobs.waitUntilFinished(id) }
    }
    #expect(room.jobs.events.count == 4)
  }

  @Test func aDueRefreshRunsBeforeEarlierExecutions() async throws {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    let room = try await Room(options)
    var draft = Fixtures.draft()
    draft.refreshRateDays = 1
    draft.isTimeWindowRelative = true
    let audience = try await room.createAudience(draft).id
    try await room.running { try await room.refresh() }
    room.clock.advance(bySeconds: 86_400)
    let execution = try await room.createExecution().id
    try await room.refreshRunner.runDue()
    let refresh = try #require(try await room.store.read { try $0.jobs(subjectID: audience) }.last)
    #expect(refresh.turnAt != nil)
    try await room.running {
      await room.jobs.waitUntilFinished(execution)
      await room.jobs.waitUntilFinished(audience, times: 2)
    }
    let finished = room.jobs.events.compactMap { event in
      if case .finished(let id, _) = event { id } else { nil }
    }
    #expect(finished == [audience, audience, execution])
  }

  @Test func aRefreshThatIsLongOverdueWaitsItsPlace() async throws {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    let room = try await Room(options)
    var draft = Fixtures.draft()
    draft.refreshRateDays = 1
    draft.isTimeWindowRelative = true
    let audience = try await room.createAudience(draft).id
    try await room.running { try await room.refresh() }
    room.clock.advance(bySeconds: 86_400 + 2 * 3600)
    let execution = try await room.createExecution().id
    try await room.refreshRunner.runDue()
    try await room.running {
      await room.jobs.waitUntilFinished(execution)
      await room.jobs.waitUntilFinished(audience, times: 2)
    }
    let finished = room.jobs.events.compactMap { event in
      if case .finished(let id, _) = event { id } else { nil }
    }
    #expect(finished == [audience, execution, audience])
  }
}
