import Catalog
import CleanRoom
import Foundation
import Measurement
import Metadata
import Privacy
import Queries
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

@Suite(.hangLimit)
struct ExecutionTests {
  private func create(_ room: Room, _ draft: ExecutionDraft = Fixtures.executionDraft()) async throws
    -> ExecutionRecord
  {
    try await room.createExecution(draft)
  }

  private func execution(_ room: Room, _ id: String) async throws -> ExecutionRecord {
    try await room.execution(id)
  }

  @Test func executionsSucceedWithAReadableResult() async throws {
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

  @Test func invalidQueriesAreRefusedAtOnce() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "nothing", .refuse(.unknownTable, message: "There is none.", line: 1, column: 15))
    let error = await #expect(throws: CleanRoomError.self) {
      _ = try await create(room, Fixtures.executionDraft(query: "SELECT 1 FROM nothing"))
    }
    #expect(error?.code == "query_refused")
    #expect(error?.message == "The query was refused at 1:15: unknown_table: There is none.")
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 0)
  }

  @Test func dryRunsAreCheckedOnly() async throws {
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

  @Test func engineFailuresFailTheExecution() async throws {
    let room = try await Room()
    room.queries.answer(queriesWith: "dsp_impressions", .engineFailure(code: "engine_spill_full", message: "Full."))
    let id = try await create(room).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let finished = try await execution(room, id)
    #expect(finished.status == .failed)
    #expect(finished.statusReason == "The query could not be finished: engine_spill_full: Full.")
  }

  @Test func longExecutionsAreStopped() async throws {
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
  func invalidRequestsAreRefused(_ index: Int) async throws {
    let room = try await Room()
    var draft = Fixtures.executionDraft()
    Self.refusals[index].change(&draft)
    let changed = draft
    let error = await #expect(throws: CleanRoomError.self) { _ = try await create(room, changed) }
    #expect(error?.message.hasPrefix(Self.refusals[index].message) == true, "\(error?.message ?? "")")
  }

  @Test func onlySandboxesHaveSyntheticSignals() async throws {
    let room = try await Room()
    var synthetic = Fixtures.executionDraft()
    synthetic.requiresSyntheticData = true
    let draft = synthetic
    _ = try await create(room, draft)
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    let standard = try #require(
      try await room.store.read { try $0.find(InstanceRecord.self, id: Fixtures.otherSetup.instanceID) })
    let error = await #expect(throws: CleanRoomError.self) {
      _ = try await room.executions.create(draft, in: standard)
    }
    #expect(error?.message.hasPrefix("requireSyntheticData") == true)
  }

  @Test func executionsOfOtherInstancesAreNotFound() async throws {
    let room = try await Room()
    let id = try await create(room).id
    await #expect(throws: CleanRoomError.unknownExecution) {
      _ = try await room.executions.execution(id: id, instanceID: "amcother01")
    }
  }

  // MARK: Synthetic data

  @Test func sandboxesRequireSyntheticData() async throws {
    let room = try await Room()
    for isDryRun in [false, true] {
      var draft = Fixtures.executionDraft()
      draft.requiresSyntheticData = false
      draft.isDryRun = isDryRun
      let refused = draft
      let error = await #expect(throws: CleanRoomError.self) { _ = try await create(room, refused) }
      #expect(error?.message.hasPrefix("requireSyntheticData must be true") == true)
    }
    let filter = ExecutionFilter(instanceID: Fixtures.setup.instanceID)
    let made = try await room.store.read { try $0.executions(filter, isAscending: true, behind: 0, limit: 9) }
    #expect(made.isEmpty)
  }

  @Test func anExecutionOfASandboxFromBeforeTheRuleFails() async throws {
    let room = try await Room()
    let id = try await create(room).id
    try await room.store.write { transaction in
      var record = try #require(try transaction.find(ExecutionRecord.self, id: id))
      record.requiresSyntheticData = false
      try transaction.update(record)
    }
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let failed = try await execution(room, id)
    #expect(failed.status == .failed)
    #expect(failed.statusReason?.contains("requireSyntheticData") == true)
    #expect(room.queries.runs.isEmpty)
  }

  @Test func controlsCanBeDisabledForSyntheticDataOnly() async throws {
    let room = try await Room()
    var draft = Fixtures.executionDraft()
    draft.disablesAggregationControls = true
    let id = try await create(room, draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(room.queries.runs.first?.request.controls.areDisabled == true)

    draft.requiresSyntheticData = false
    let withoutPromise = draft
    var ofStandard = Fixtures.executionDraft()
    ofStandard.requiresSyntheticData = false
    ofStandard.disablesAggregationControls = true
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    let standard = try #require(
      try await room.store.read { try $0.find(InstanceRecord.self, id: Fixtures.otherSetup.instanceID) })
    let refusals = [
      (withoutPromise, try await room.instance, "requireSyntheticData must be true"),
      (ofStandard, standard, "disableAggregationControls can be true only for sandbox"),
    ]
    for (draft, instance, message) in refusals {
      let error = await #expect(throws: CleanRoomError.self) {
        _ = try await room.executions.create(draft, in: instance)
      }
      #expect(error?.message.hasPrefix(message) == true)
    }
  }

  // MARK: Results

  @Test func skippingThePublishLeavesNoResult() async throws {
    let room = try await Room()
    var draft = Fixtures.executionDraft()
    draft.skipsPublish = true
    let id = try await create(room, draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    let finished = try await execution(room, id)
    #expect(finished.status == .succeeded)
    #expect(room.queries.runs.count == 1)
    #expect(try await room.objectKeys().isEmpty)
    let error = #expect(throws: CleanRoomError.self) { _ = try room.executions.resultKeys(of: finished, .csv) }
    #expect(error?.message == "Execution with ID \(id) is unavailable for download: it was run with skipPublish.")
  }

  /// Delivers by writing down what it was given.
  private final class FakeDelivery: ResultDelivery {
    let outcome: DeliveryOutcome
    private let log = Mutex<[DeliverableResult]>([])

    init(_ outcome: DeliveryOutcome) { self.outcome = outcome }

    var results: [DeliverableResult] { log.withLock { $0 } }

    func deliver(_ result: DeliverableResult) async -> DeliveryOutcome {
      log.withLock { $0.append(result) }
      return outcome
    }
  }

  static let outcomes: [(DeliveryOutcome, ExecutionRecord.PublishStatus, reason: String?, uri: String?)] = [
    (.available(uri: "s3://bucket/workflow=w/"), .available, nil, "s3://bucket/workflow=w/"),
    (.unavailable(reason: "None."), .unavailable, "None.", nil),
    (.failed(reason: "The policy does not grant it."), .failed, "The policy does not grant it.", nil),
  ]

  @Test(arguments: outcomes.indices)
  func failedDeliveriesKeepTheDownload(_ index: Int) async throws {
    let (outcome, status, reason, uri) = Self.outcomes[index]
    let delivery = FakeDelivery(outcome)
    var options = Room.Options()
    options.delivery = delivery
    let room = try await Room(options)
    let created = try await create(room)
    try await room.running { await room.jobs.waitUntilFinished(created.id) }
    let finished = try await execution(room, created.id)
    #expect(finished.status == .succeeded)
    #expect(finished.publishStatus == status)
    #expect(finished.publishStatusReason == reason)
    #expect(finished.outputURI == uri)
    #expect(try room.executions.resultKeys(of: finished, .csv).results.count == 1)
    #expect(try room.executions.resultKeys(of: finished, .parquet).results.count == 1)
    let delivered = try #require(delivery.results.first)
    #expect(delivered.workflowID == created.workflowID)
    #expect(delivered.cadence == .adhoc)
    #expect(delivered.result.csvKeys == (try finished.keys(\.csvKeys)))
    guard case .object(let members) = delivered.metadata else {
      Issue.record("no metadata")
      return
    }
    #expect(members["sqlQuery"] == .string(created.query))
    #expect(members["rowCount"] == .integer(5000))
    #expect(delivery.results.count == 1)
  }

  @Test func failedAndSkippedResultsAreNotDelivered() async throws {
    let delivery = FakeDelivery(.available(uri: "s3://bucket/"))
    var options = Room.Options()
    options.delivery = delivery
    let room = try await Room(options)
    var draft = Fixtures.executionDraft()
    draft.skipsPublish = true
    let first = try await create(room, draft).id
    room.queries.answer(queriesWith: "broken", .engineFailure(code: "engine_failed", message: "No."))
    let second = try await create(room, Fixtures.executionDraft(query: "broken")).id
    try await room.running {
      await room.jobs.waitUntilFinished(first)
      await room.jobs.waitUntilFinished(second)
    }
    #expect(delivery.results.isEmpty)
  }

  // MARK: Advertisers

  @Test func advertisersMustBelongToTheInstance() async throws {
    let room = try await Room()
    var draft = Fixtures.executionDraft()
    let mine = [
      AdvertiserIdentifier(kind: .display, id: Fixtures.setup.displayAdvertiserID, marketplaceID: nil),
      AdvertiserIdentifier(
        kind: .sponsoredAds, id: Fixtures.setup.sponsoredAdsAdvertiserID,
        marketplaceID: Fixtures.setup.marketplaceID),
    ]
    draft.advertisers = mine
    let id = try await create(room, draft).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(room.queries.runs.first?.request.advertisers == mine)
    #expect(try await execution(room, id).advertiserIdentifiers() == mine)

    let others = [
      AdvertiserIdentifier(kind: .display, id: Fixtures.otherSetup.displayAdvertiserID, marketplaceID: nil),
      AdvertiserIdentifier(kind: .sponsoredAds, id: Fixtures.setup.displayAdvertiserID, marketplaceID: nil),
      AdvertiserIdentifier(kind: .adServer, id: Fixtures.setup.displayAdvertiserID, marketplaceID: nil),
      AdvertiserIdentifier(kind: .sponsoredAds, id: Fixtures.setup.sponsoredAdsAdvertiserID, marketplaceID: "A1X"),
    ]
    for other in others {
      draft.advertisers = [mine[0], other]
      let changed = draft
      let error = await #expect(throws: CleanRoomError.self) { _ = try await create(room, changed) }
      #expect(error?.message == "advertisers[1] is not an advertiser of the instance.")
    }
  }
}
