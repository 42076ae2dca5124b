import Base
import CleanRoom
import DifferentialPrivacy
import Foundation
import Measurement
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// Executions of an instance in noise mode: what they are charged, and when.
@Suite(.hangLimit) struct NoiseExecutionTests {
  private static func draft(_ sql: String) -> ExecutionDraft { Fixtures.executionDraft(query: sql) }

  /// Options with a budget of so many queries.
  private static func options(queries count: Int = 10, _ change: (inout Room.Options) -> Void = { _ in })
    -> Room.Options
  {
    var options = Room.Options.noise(charges: count)
    change(&options)
    return options
  }

  private func run(_ sql: String, in room: Room) async throws -> ExecutionRecord {
    let execution = try await room.createExecution(Self.draft(sql))
    await room.jobs.waitUntilFinished(execution.id)
    return try await room.execution(execution.id)
  }

  @Test func anExecutionIsChargedWhenItIsRecorded() async throws {
    let room = try await Room(Self.options())
    let execution = try await room.createExecution(Self.draft("SELECT 1"))
    // Nothing runs yet.
    let charged = try await room.charges()
    #expect(charged.map(\.subjectID) == [execution.id])
    #expect(charged.map(\.loss) == [room.ledger.settings.queryLoss])
    #expect(charged.map(\.isUsed) == [false])
    try await room.running { await room.jobs.waitUntilFinished(execution.id) }
    #expect(try await room.execution(execution.id).status == .succeeded)
    #expect(try await room.charges().map(\.isUsed) == [true])
    #expect(room.queries.seeds.count == 1 && room.queries.seeds[0] != nil)
  }

  @Test func aRepeatedReportCostsNothingAndIsTheSame() async throws {
    let room = try await Room(Self.options())
    try await room.running { () async throws in
      for _ in 1...3 { #expect(try await run("SELECT 1", in: room).status == .succeeded) }
      #expect(try await room.charges().count == 1)
      #expect(Set(room.queries.seeds).count == 1)
      // Reworded, it is another question; after a load, it is one about other data.
      #expect(try await run("select 1", in: room).status == .succeeded)
      room.queries.changeData()
      #expect(try await run("SELECT 1", in: room).status == .succeeded)
      #expect(try await room.charges().count == 3)
      #expect(Set(room.queries.seeds).count == 3)
    }
  }

  @Test func aSpentBudgetRefusesTheRequest() async throws {
    let room = try await Room(Self.options(queries: 1))
    let first = try await room.createExecution(Self.draft("SELECT 1"))
    let error = await #expect(throws: CleanRoomError.self) {
      _ = try await room.createExecution(Self.draft("SELECT 2"))
    }
    #expect(error?.code == "privacy_budget_spent")
    #expect(error?.kind == .invalid)
    #expect(error?.message.contains("Enough is left again at 2025-07-01T12:00:00Z") == true)
    // The refused one is not recorded; the same question as before is answered.
    let again = try await room.createExecution(Self.draft("SELECT 1"))
    let all = try await room.executions.executions(
      ExecutionFilter(instanceID: first.instanceID), isAscending: true, behind: 0, limit: 10)
    #expect(all.map(\.id) == [first.id, again.id])
    room.clock.advance(bySeconds: 30 * 86_400)
    _ = try await room.createExecution(Self.draft("SELECT 2"))
  }

  // MARK: Never refunded

  @Test func failuresAreCharged() async throws {
    let room = try await Room(Self.options())
    room.queries.answer(queriesWith: "broken", .engineFailure(code: "engine_out_of_memory", message: "No."))
    try await room.running { () async throws in
      let execution = try await run("SELECT broken", in: room)
      #expect(execution.status == .failed)
      #expect(execution.statusReason?.hasPrefix("privacy_run_interrupted: ") == true)
      #expect(execution.statusReason?.contains("memory") == true)
      #expect(execution.statusReason?.contains("engine_out_of_memory") == false)
    }
    try await expectInterruption(room)
  }

  /// A run that ended for want of time or memory costs a tenth of the budget besides its question.
  private func expectInterruption(_ room: Room) async throws {
    let allowance = room.ledger.settings.allowance
    #expect(
      try await room.charges().map(\.loss) == [
        room.ledger.settings.queryLoss, allowance.divided(into: PrivacyLedger.interruptionsPerBudget),
      ])
  }

  /// Damaged files tell nothing about the people in them.
  @Test func damagedDataCostNoMoreThanTheQuestion() async throws {
    let room = try await Room(Self.options())
    room.queries.answer(queriesWith: "broken", .engineFailure(code: "engine_damaged_data", message: "No."))
    try await room.running { () async throws in
      #expect(try await run("SELECT broken", in: room).status == .failed)
    }
    #expect(try await room.charges().count == 1)
  }

  @Test func refusalsAtTheRunAreCharged() async throws {
    let room = try await Room(Self.options())
    let execution = try await room.createExecution(Self.draft("SELECT gone"))
    // The table was deleted in between.
    room.queries.answer(queriesWith: "gone", .refuse(.unknownTable, message: "There is none.", line: 1, column: 8))
    try await room.running { await room.jobs.waitUntilFinished(execution.id) }
    #expect(try await room.execution(execution.id).status == .failed)
    #expect(try await room.charges().count == 1)
  }

  @Test func timeOutsAreCharged() async throws {
    let room = try await Room(
      Self.options {
        $0.sleep = { duration in if duration != .seconds(900) { try await Room.Options().sleep(duration) } }
      })
    room.queries.answer(queriesWith: "slow", .runUntilCancelled)
    var draft = Self.draft("SELECT slow")
    draft.timeoutSeconds = 900
    let execution = try await room.createExecution(draft)
    try await room.running { await room.jobs.waitUntilFinished(execution.id) }
    #expect(try await room.execution(execution.id).statusReason == StatusReason.interruptedWithNoise)
    try await expectInterruption(room)
  }

  @Test func cancellationsAndDeletionsAreCharged() async throws {
    let room = try await Room(Self.options())
    let cancelled = try await room.createExecution(Self.draft("SELECT 1"))
    try await room.executions.cancel(id: cancelled.id, instanceID: cancelled.instanceID)
    let deleted = try await room.createExecution(Self.draft("SELECT 2"))
    try await room.executions.delete(id: deleted.id, instanceID: deleted.instanceID)
    #expect(try await room.charges().map(\.subjectID) == [cancelled.id, deleted.id])
  }

  @Test func executionsWithoutAResultAreCharged() async throws {
    let room = try await Room(Self.options())
    var draft = Self.draft("SELECT 1")
    draft.skipsPublish = true
    _ = try await room.createExecution(draft)
    #expect(try await room.charges().count == 1)
  }

  // MARK: Crashes

  /// The process ends after the charge, before and during the run. The next one charges nothing more, and its answer
  /// has the same noise.
  @Test func aKillBetweenChargeAndRunChargesOnce() async throws {
    let copies = Mutex<[TemporaryFolder]>([])
    let watched = Mutex<Room?>(nil)
    let room = try await Room(
      Self.options {
        $0.whileRunning = { _ in
          guard let copy = try? watched.withLock({ try $0?.copyAsAfterACrash() }) else { return }
          copies.withLock { $0.append(copy) }
        }
      })
    let id = try await room.createExecution(Self.draft("SELECT 1")).id
    let accepted = try room.copyAsAfterACrash()
    watched.withLock { $0 = room }
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let folders = [accepted] + copies.withLock { $0 }
    #expect(folders.count == 2)
    for folder in folders {
      let next = try await Room(folder: folder, Self.options())
      #expect(try await next.charges().count == 1)
      try await next.running { await next.jobs.waitUntilFinished(id) }
      #expect(try await next.execution(id).status == .succeeded)
      #expect(try await next.charges().count == 1)
      #expect(next.queries.seeds == room.queries.seeds)
    }
  }

  // MARK: What is told

  @Test func aDryRunTellsCostAndErrorsAndCostsNothing() async throws {
    let room = try await Room(Self.options())
    room.queries.putOut([.init(name: "reach", type: .bigint)])
    var draft = Self.draft("SELECT 1")
    draft.isDryRun = true
    let execution = try await room.createExecution(draft)
    #expect(execution.status == .succeeded)
    let noise = try JSONValue(parsing: Data(try #require(execution.noise).utf8))
    guard case .object(let members) = noise, case .array(let columns) = members["columns"] ?? .null else {
      Issue.record("\(noise)")
      return
    }
    #expect(columns == [.object(["name": .string("reach"), "standardError": .number(12.5)])])
    #expect(members["population"] == .string("default"))
    guard case .object(let cost) = members["cost"] ?? .null else {
      Issue.record("\(noise)")
      return
    }
    #expect(cost["epsilon"] == .integer(1))
    #expect(try await room.charges().isEmpty)
  }

  @Test func theMetadataFileHasTheStandardErrorOfEachColumn() async throws {
    let room = try await Room(Self.options())
    room.queries.putOut([.init(name: "campaign", type: .string), .init(name: "reach", type: .bigint)])
    try await room.running { () async throws in
      let execution = try await run("SELECT 1", in: room)
      let file = try await room.objects.get(ObjectKey(try #require(execution.metadataKey)))
      guard case .object(let members) = try JSONValue(parsing: file),
        case .object(let noise) = members["noise"] ?? .null,
        case .array(let columns) = noise["columns"] ?? .null
      else {
        Issue.record("There is no noise in the file.")
        return
      }
      #expect(columns.count == 2)
      #expect(columns.last == .object(["name": .string("reach"), "standardError": .number(12.5)]))
    }
  }

  @Test func thresholdModeTellsAndChargesNothing() async throws {
    let room = try await Room()
    try await room.running { () async throws in
      let execution = try await run("SELECT 1", in: room)
      #expect(execution.status == .succeeded)
      #expect(execution.noise == nil)
    }
    #expect(try await room.charges().isEmpty)
    #expect(room.queries.seeds == [nil])
  }

  /// Rule 7 asks neither how often data were read nor whether two reports differ by somebody.
  @Test func ruleSevenDoesNotApply() async throws {
    let room = try await Room(
      Self.options {
        $0.settings.disclosureBudget.appliesToSandboxes = true
        $0.settings.disclosureBudget.maximumOverlappingExecutions = 1
      })
    room.queries.show(queriesWith: "everybody", FakeRows([1...100], canHide: false))
    room.queries.show(queriesWith: "but one", FakeRows([1...99], canHide: false))
    try await room.running { () async throws in
      for sql in ["SELECT everybody", "SELECT but one", "SELECT 3"] {
        #expect(try await run(sql, in: room).status == .succeeded)
      }
    }
  }

  /// A query that was compiled without noise does not run in an instance in noise mode, and no figure leaves.
  @Test func aQueryWithoutNoiseDoesNotRunInNoiseMode() async throws {
    var options = Self.options()
    options.privacy = .noise(population: "others")
    let room = try await Room(options)
    room.queries.addNoise()
    await #expect(throws: NoiseCharges.WrongMode.self) { _ = try await room.createExecution(Self.draft("SELECT 1")) }
    #expect(room.queries.runs.isEmpty)
  }

  // MARK: Populations

  private func instanceOfTheSamePeople(in room: Room) async throws -> InstanceRecord {
    var setup = Fixtures.otherSetup
    setup.kind = .sandbox
    setup.privacy = .noise(population: "default")
    try await room.instances.create(setup, at: Fixtures.now)
    return try #require(
      try await room.store.read { try $0.find(InstanceRecord.self, id: Fixtures.otherSetup.instanceID) })
  }

  /// A second instance over the same people has no budget beside theirs.
  @Test func instancesOfAPopulationShareTheBudget() async throws {
    let room = try await Room(Self.options(queries: 2))
    let other = try await instanceOfTheSamePeople(in: room)
    _ = try await room.createExecution(Self.draft("SELECT 1"))
    _ = try await room.executions.create(Self.draft("SELECT 1"), in: other)
    let error = await #expect(throws: CleanRoomError.self) {
      _ = try await room.executions.create(Self.draft("SELECT 2"), in: other)
    }
    #expect(error?.code == "privacy_budget_spent")
    #expect(try await room.charges().map(\.chargedTo) == [Fixtures.setup.instanceID, other.id])
  }

  @Test func usersOfAnInstanceSeeTheBudgetAndTheirOwnCharges() async throws {
    let room = try await Room(Self.options(queries: 4))
    let other = try await instanceOfTheSamePeople(in: room)
    let own = try await room.createExecution(Self.draft("SELECT 1"))
    _ = try await room.executions.create(Self.draft("SELECT 2"), in: other)
    let budgets = PrivacyBudgetService(store: room.store, settings: room.ledger.settings)
    let balance = try #require(try await budgets.balance(of: try await room.instance, at: room.clock.now))
    #expect(balance.population == "default")
    #expect(balance.queriesLeft == 2)
    #expect(balance.charges.map(\.subjectID) == [own.id, nil])
    #expect(balance.charges.map(\.instanceID) == [own.instanceID, nil])
    #expect(balance.charges.map(\.refillsAt) == [1, 2].map { _ in Fixtures.now.addingTimeInterval(30 * 86_400) })
    let everything = try await budgets.balance(of: "default", at: room.clock.now)
    #expect(everything.charges.map(\.instanceID) == [own.instanceID, other.id])
    #expect(try await budgets.populations() == ["default"])
    #expect(try await budgets.instanceIDs(population: "default") == [own.instanceID, other.id].sorted())
  }

  // MARK: Schedules

  @Test func scheduledExecutionsAreChargedWhenTheyAreRecorded() async throws {
    let room = try await Room(Self.options(queries: 1) { $0.identifiers = RandomIdentifierGenerator() })
    try await room.workflows.create(
      WorkflowDraft(id: "w", definition: WorkflowDefinition(sqlQuery: "SELECT COUNT(*) AS n FROM dsp_impressions")),
      in: try await room.instance)
    var draft = ScheduleDraft(id: "s", workflowID: "w", period: .daily)
    draft.hourUTC = 14
    draft.requiresSyntheticData = true
    try await room.schedules.create(draft, in: try await room.instance)
    room.clock.advance(bySeconds: 3 * 3600)
    try await room.scheduleRunner.runDue()
    #expect(try await room.charges().map(\.isUsed) == [false])
    // The next day's report is another question, for which the budget has nothing left.
    room.clock.advance(bySeconds: 86_400)
    try await room.scheduleRunner.runDue()
    let all = try await room.executions.executions(
      ExecutionFilter(instanceID: Fixtures.setup.instanceID), isAscending: true, behind: 0, limit: 10)
    #expect(all.map(\.status) == [.pending, .failed])
    #expect(all.last?.statusReason?.hasPrefix("privacy_budget_spent: ") == true)
    #expect(all.first?.noise != nil)
    #expect(try await room.charges().count == 1)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 1)
  }
}
