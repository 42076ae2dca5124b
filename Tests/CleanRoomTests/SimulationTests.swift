import CleanRoom
import Foundation
import Measurement
import Metadata
import Queries
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// A clean room with clients and failures. Events are drawn from a seed, processes end in the middle of queries, and in
/// the end everything has to be as if nothing had failed.
///
/// A failure names its seed; the same seed gives the same day again.
@Suite(.hangLimit)
struct SimulationTests {
  @Test(arguments: 1...12)
  func everyDayEndsAsWithoutFailures(_ seed: Int) async throws {
    var day = try await SimulatedDay(seed: UInt64(seed))
    for _ in 1...35 { try await day.step() }
    try await day.runUntilIdle(endsEarly: false)
    try await day.check("seed \(seed), \(day.crashCount) crashes")
  }
}

/// A room that changes hands between processes, and what should be true of it.
private struct SimulatedDay {
  /// The outcome of an audience's or execution's query, which its text contains.
  private enum Query: String, CaseIterable {
    case good, small, refused, broken

    var isGood: Bool { self == .good }
  }

  /// Copies the folder at one moment of the next run, if there is one.
  private final class CrashPoint: Sendable {
    private struct State {
      var room: Room?
      /// The number of runs until the process ends; nil if it does not.
      var runsLeft: Int?
      var copy: TemporaryFolder?
    }

    private let state = Mutex(State())

    func arm(_ room: Room, afterRuns count: Int) {
      state.withLock { $0 = State(room: room, runsLeft: count) }
    }

    func disarm() -> TemporaryFolder? {
      state.withLock { state in
        defer { state = State() }
        return state.copy
      }
    }

    func pass() {
      state.withLock { state in
        guard let left = state.runsLeft, let room = state.room, state.copy == nil else { return }
        state.runsLeft = left - 1
        guard left == 0 else { return }
        do { state.copy = try room.copyAsAfterACrash() } catch { Issue.record(error) }
      }
    }
  }

  private var random: SeededGenerator
  private let crashPoint = CrashPoint()
  private let options: Room.Options
  private var room: Room
  private var audiences: [String: Query] = [:]
  private var executions: [String: Query] = [:]
  private var cancelled: Set<String> = []
  private(set) var crashCount = 0
  /// The number of passed days: the schedule has made as many executions.
  private var dayCount = 0

  init(seed: UInt64) async throws {
    random = SeededGenerator(seed: seed)
    var options = Room.Options()
    // One job at a time, so that a copy of the folder is of one moment, and a seed always draws the same day.
    options.settings.queue.maximumConcurrentJobs = 1
    // Here processes end for reasons of their own, never because of a job.
    options.settings.queue.maximumCrashes = .max
    options.whileRunning = { [crashPoint] _ in crashPoint.pass() }
    self.options = options
    room = try await Room(options)
    Self.prepare(room)
    try await room.workflows.create(
      WorkflowDraft(id: "daily", definition: WorkflowDefinition(sqlQuery: Query.good.rawValue)),
      in: try await room.instance)
    var schedule = ScheduleDraft(id: "daily", workflowID: "daily", period: .daily)
    schedule.requiresSyntheticData = true
    try await room.schedules.create(schedule, in: try await room.instance)
  }

  private static func prepare(_ room: Room) {
    room.queries.answer(queriesWith: Query.small.rawValue, .count(10))
    room.queries.answer(queriesWith: Query.refused.rawValue, .refuse(.syntaxError, message: "No.", line: 1, column: 1))
    room.queries.answer(queriesWith: Query.broken.rawValue, .engineFailure(code: "engine_failed", message: "No."))
  }

  // MARK: What happens

  mutating func step() async throws {
    switch Int.random(in: 0..<11, using: &random) {
    case 0...2: try await createAudience()
    case 3: try await createExecution()
    case 4: try await updateFailedAudience()
    case 5: try await deleteFailedAudience()
    case 6: try await runUntilIdle(endsEarly: false)
    case 7: try await cancelExecution()
    case 8: try await deleteExecution()
    case 9: try await dayGoesBy()
    default: try await runUntilIdle(endsEarly: true)
    }
  }

  private mutating func draw() -> Query {
    Query.allCases.randomElement(using: &random) ?? .good
  }

  private mutating func createAudience() async throws {
    let query = draw()
    let audience = try await room.createAudience(Fixtures.draft(query: query.rawValue))
    audiences[audience.id] = query
  }

  private mutating func createExecution() async throws {
    // A refused query makes no execution at all, which other tests show.
    let query = Query.allCases.filter { $0 != .refused }.randomElement(using: &random) ?? .good
    let execution = try await room.executions.create(
      Fixtures.executionDraft(query: query.rawValue), in: try await room.instance)
    executions[execution.id] = query
  }

  private mutating func cancelExecution() async throws {
    guard let id = executions.keys.sorted().randomElement(using: &random) else { return }
    if try await room.execution(id).status.isFinal {
      await #expect(throws: CleanRoomError.self) {
        try await room.executions.cancel(id: id, instanceID: Fixtures.setup.instanceID)
      }
    } else {
      try await room.executions.cancel(id: id, instanceID: Fixtures.setup.instanceID)
      cancelled.insert(id)
    }
  }

  private mutating func deleteExecution() async throws {
    guard let id = executions.keys.sorted().randomElement(using: &random) else { return }
    try await room.executions.delete(id: id, instanceID: Fixtures.setup.instanceID)
    executions[id] = nil
    cancelled.remove(id)
  }

  /// A day passes, for every process that follows; what the schedule owes is made, perhaps twice.
  private mutating func dayGoesBy() async throws {
    dayCount += 1
    room.clock.advance(bySeconds: 86_400)
    #expect(try await room.scheduleRunner.runDue() == 1)
    #expect(try await room.scheduleRunner.runDue() == 0)
  }

  private mutating func failedAudience() async throws -> String? {
    var failed: [String] = []
    for id in audiences.keys.sorted() where try await room.audience(id).status == .failed { failed.append(id) }
    return failed.randomElement(using: &random)
  }

  private mutating func updateFailedAudience() async throws {
    guard let id = try await failedAudience() else { return }
    let query = draw()
    _ = try await room.audiences.update(
      id: id, instanceID: Fixtures.setup.instanceID, to: .replacement(Fixtures.draft(query: query.rawValue)))
    audiences[id] = query
  }

  private mutating func deleteFailedAudience() async throws {
    guard let id = try await failedAudience() else { return }
    try await room.audiences.delete(id: id, instanceID: Fixtures.setup.instanceID)
    audiences[id] = nil
  }

  /// Runs all jobs. A process that ends early leaves its folder as it was in the middle, and another goes on from
  /// there.
  mutating func runUntilIdle(endsEarly: Bool) async throws {
    let count = try await room.store.read { try $0.unfinishedJobCount() }
    guard count > 0 else { return }
    if endsEarly { crashPoint.arm(room, afterRuns: Int.random(in: 0..<count, using: &random)) }
    try await room.running { [room] in await room.jobs.waitUntilFinished(count: count) }
    guard let copy = crashPoint.disarm() else {
      try await open(room.folder)
      return
    }
    crashCount += 1
    try await open(copy)
  }

  /// The next process on a folder.
  private mutating func open(_ folder: TemporaryFolder) async throws {
    room = try await Room(folder: folder, options)
    room.clock.advance(bySeconds: Double(dayCount) * 86_400)
    Self.prepare(room)
  }

  // MARK: What has to be true in the end

  func check(_ comment: Comment) async throws {
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 0, comment)
    var expectedObjects: Set<String> = []
    for (id, query) in audiences {
      let view = try await room.audiences.audience(id: id, instanceID: Fixtures.setup.instanceID)
      let audience = view.audience
      #expect(
        audience.status == (query.isGood ? .succeeded : .failed), "\(comment): \(audience.statusReason ?? "")")
      #expect((view.advertiserAudience != nil) == query.isGood, comment)
      #expect((audience.statusReason == nil) == query.isGood, comment)
      if query.isGood { expectedObjects.insert("\(try #require(audience.membersPrefix))/members.parquet") }
    }
    let handedOver = try await room.displayAudiences()
    #expect(Set(handedOver.map(\.audienceID)) == Set(audiences.filter(\.value.isGood).keys), comment)
    #expect(Set(handedOver.map(\.canonicalID)).count == handedOver.count, comment)
    for (id, query) in executions {
      let execution = try await room.executions.execution(id: id, instanceID: Fixtures.setup.instanceID)
      // A report may have as few rows as it likes.
      let expected: ExecutionRecord.Status =
        cancelled.contains(id) ? .cancelled : query == .broken ? .failed : .succeeded
      #expect(execution.status == expected, "\(comment): \(execution.statusReason ?? "")")
      for key in try execution.keys(\.csvKeys) + execution.keys(\.parquetKeys) { expectedObjects.insert(key) }
      if let key = execution.metadataKey { expectedObjects.insert(key) }
    }
    var filter = ExecutionFilter(instanceID: Fixtures.setup.instanceID)
    filter.workflowID = "daily"
    let daily = try await room.executions.executions(filter, isAscending: true, behind: 0, limit: 100)
    #expect(daily.count == dayCount, comment)
    #expect(Set(daily.map(\.timeWindowEnd)).count == dayCount, comment)
    for execution in daily {
      #expect(execution.status == .succeeded, comment)
      expectedObjects.formUnion(try execution.keys(\.csvKeys) + execution.keys(\.parquetKeys))
      if let key = execution.metadataKey { expectedObjects.insert(key) }
    }
    // Everything that counts exists, and nothing else.
    #expect(Set(try await room.objectKeys()) == expectedObjects, comment)
  }
}
