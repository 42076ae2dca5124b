import CleanRoom
import Foundation
import Metadata
import Privacy
import ServerTestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ExecutionTests {
  private func create(_ room: Room, _ draft: ExecutionDraft = Fixtures.executionDraft()) async throws
    -> ExecutionRecord
  {
    try await room.createExecution(draft)
  }

  private func execution(_ room: Room, _ id: String) async throws -> ExecutionRecord {
    try await room.execution(id)
  }

  @Test func anExecutionSucceedsAndItsResultCanBeRead() async throws {
    let room = try await Room()
    let created = try await create(room)
    #expect(created.status == .pending)
    #expect(created.workflowID.hasPrefix("transient_"))
    #expect(throws: CleanRoomError.resultUnavailable(executionID: created.id)) {
      _ = try room.executions.resultKeys(of: created, .csv)
    }
    try await room.running { await room.jobs.waitUntilFinished(created.id) }

    let finished = try await execution(room, created.id)
    #expect(finished.status == .succeeded)
    #expect(finished.rowCount == FakeQueryService.usualCount)
    let report = try await room.executions.file(named: "report.csv", executionID: created.id)
    #expect(try await report.piece(at: 0) == Data("reach\n5000\n".utf8))
    #expect(room.queries.runs.first?.request.purpose == .measurement)
  }

  @Test func aQueryThatCannotRunIsRefusedAtOnce() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "nothing", .refuse(.unknownTable, message: "There is none.", line: 1, column: 15))
    let error = await #expect(throws: CleanRoomError.self) {
      _ = try await create(room, Fixtures.executionDraft(query: "SELECT 1 FROM nothing"))
    }
    #expect(error?.code == "query_refused")
    #expect(error?.message == "The query was refused at 1:15: unknown_table: There is none.")
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 0)
  }

  @Test func aDryRunIsCheckedAndNotRun() async throws {
    let room = try await Room()
    var draft = Fixtures.executionDraft()
    draft.isDryRun = true
    let id = try await create(room, draft).id
    #expect(try await execution(room, id).status == .succeeded)
    let finished = try await execution(room, id)
    #expect(throws: CleanRoomError.resultUnavailable(executionID: id, reason: "it was a dry run")) {
      _ = try room.executions.resultKeys(of: finished, .csv)
    }
    #expect(room.queries.runs.isEmpty)
  }

  @Test func theEnginesFailureIsTheExecutions() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "dsp_impressions", .engineFailure(code: "engine_spill_full", message: "Full."))
    let id = try await create(room).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let finished = try await execution(room, id)
    #expect(finished.status == .failed)
    #expect(finished.statusReason == "The query could not be finished: engine_spill_full: Full.")
  }

  @Test func whatTakesTooLongIsStopped() async throws {
    let isRunning = Gate()
    var options = Room.Options()
    options.whileRunning = { _ in isRunning.open() }
    // The time is over as soon as the query runs.
    options.sleep = { duration in
      #expect(duration == .seconds(900))
      await isRunning.pass()
    }
    let room = try await Room(options)
    room.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    var draft = Fixtures.executionDraft()
    draft.timeoutSeconds = 900
    let id = try await create(room, draft).id
    let task = Task { try await room.runner.run() }
    await room.jobs.waitUntilFinished(id)
    task.cancel()
    try await task.value
    let finished = try await execution(room, id)
    #expect(finished.status == .failed)
    #expect(finished.statusReason?.contains("900 seconds") == true)
  }

  @Test func parametersReachTheQuery() async throws {
    let room = try await Room()
    var draft = Fixtures.executionDraft()
    draft.parameterValues = .object(["a": .string("x"), "b": .decimal(1.5), "c": .array([.integer(1)])])
    let id = try await create(room, draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(
      room.queries.runs.first?.request.parameters == [
        "a": .string("x"), "b": .decimal("1.5"), "c": .array([.integer(1)]),
      ])
  }

  static let refusals: [(change: @Sendable (inout ExecutionDraft) -> Void, message: String)] = [
    ({ $0.source = .adHoc(WorkflowDefinition(sqlQuery: " ")) }, "workflow.sqlQuery must not be empty."),
    ({ $0.source = .saved(workflowID: "none") }, "workflowId is not a workflow of the instance."),
    ({ $0.timeoutSeconds = 899 }, "workflowExecutionTimeoutSeconds must be"),
    ({ $0.timeoutSeconds = 86_401 }, "workflowExecutionTimeoutSeconds must be"),
    ({ $0.parameterValues = .object(["a": .object([:])]) }, "parameterValues may have"),
    ({ $0.window.timeZone = "nowhere" }, "timeWindowTimeZone must be"),
  ]

  @Test(arguments: refusals.indices)
  func whatMakesNoSenseIsRefused(_ index: Int) async throws {
    let room = try await Room()
    var draft = Fixtures.executionDraft()
    Self.refusals[index].change(&draft)
    let changed = draft
    let error = await #expect(throws: CleanRoomError.self) { _ = try await create(room, changed) }
    #expect(error?.message.hasPrefix(Self.refusals[index].message) == true, "\(error?.message ?? "")")
  }

  @Test func onlyASandboxPromisesSyntheticSignals() async throws {
    let room = try await Room()
    var synthetic = Fixtures.executionDraft()
    synthetic.requiresSyntheticData = true
    let draft = synthetic
    _ = try await create(room, draft)
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    let standard = try #require(
      try await room.store.read { try $0.instance(id: Fixtures.otherSetup.instanceID) })
    let error = await #expect(throws: CleanRoomError.self) {
      _ = try await room.executions.create(draft, in: standard)
    }
    #expect(error?.message.hasPrefix("requireSyntheticData") == true)
  }

  @Test func anExecutionOfAnotherInstanceIsNotFound() async throws {
    let room = try await Room()
    let id = try await create(room).id
    await #expect(throws: CleanRoomError.unknownExecution) {
      _ = try await room.executions.execution(id: id, instanceID: "amcother01")
    }
  }
}
