import Foundation
@testable import Metadata
import ServerTestSupport
import Testing

@Suite struct ReportingRecordTests {
  private let folder: TemporaryFolder
  private let store: MetadataStore

  init() async throws {
    folder = try TemporaryFolder()
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    try await store.write { transaction in
      for id in ["ENTITY1", "ENTITY2"] {
        try transaction.insert(AccountRecord(id: id, name: id, marketplaceID: "M", createdAt: Fixtures.now))
        try transaction.insert(
          InstanceRecord(id: "amc\(id)", accountID: id, name: id, kind: .standard, createdAt: Fixtures.now))
      }
    }
  }

  private func workflow(_ id: String, instanceID: String = "amcENTITY1") -> WorkflowRecord {
    WorkflowRecord(instanceID: instanceID, id: id, definition: "{}", createdAt: Fixtures.now)
  }

  private func schedule(_ id: String, of workflowID: String) -> ScheduleRecord {
    ScheduleRecord(
      instanceID: "amcENTITY1", id: id, workflowID: workflowID, period: .weekly, startDay: .tuesday, hourUTC: 16,
      isEnabled: true, requiresSyntheticData: false, disablesAggregationControls: false,
      lastPeriodEnd: Fixtures.now, createdAt: Fixtures.now)
  }

  private func execution(_ id: String, workflowID: String = "w", at time: Date = Fixtures.now) -> ExecutionRecord {
    ExecutionRecord(
      id: id, instanceID: "amcENTITY1", workflowID: workflowID, query: "SELECT 1", timeWindowStart: Fixtures.now,
      timeWindowEnd: Fixtures.now, timeWindowStartOriginal: nil, timeWindowEndOriginal: nil, timeZone: "UTC",
      parameterValues: "{}", isDryRun: false, timeoutSeconds: 900, createdAt: time)
  }

  // MARK: Workflows and schedules

  @Test func idsAreUniqueInAnInstance() async throws {
    try await store.write { transaction in
      try transaction.insert(workflow("a"))
      try transaction.insert(workflow("a", instanceID: "amcENTITY2"))
    }
    await #expect(throws: MetadataError.self) { try await store.write { try $0.insert(workflow("a")) } }
    try await store.write { try $0.insert(schedule("s", of: "a")) }
    await #expect(throws: MetadataError.self) { try await store.write { try $0.insert(schedule("s", of: "a")) } }
  }

  @Test func workflowsAreListedInOrderOfCreation() async throws {
    try await store.write { transaction in for id in ["c", "a", "b"] { try transaction.insert(workflow(id)) } }
    let first = try await store.read { try $0.workflows(instanceID: "amcENTITY1", afterSequence: 0, limit: 2) }
    #expect(first.map(\.id) == ["c", "a"])
    let last = try #require(first.last?.sequence)
    let second = try await store.read { try $0.workflows(instanceID: "amcENTITY1", afterSequence: last, limit: 2) }
    #expect(second.map(\.id) == ["b"])
  }

  @Test func workflowsWithSchedulesCannotBeDeleted() async throws {
    try await store.write { transaction in
      try transaction.insert(workflow("a"))
      try transaction.insert(schedule("s", of: "a"))
    }
    await #expect(throws: MetadataError.self) {
      try await store.write { try $0.deleteWorkflow(id: "a", instanceID: "amcENTITY1") }
    }
    await #expect(throws: MetadataError.self) { try await store.write { try $0.insert(schedule("t", of: "none")) } }
    try await store.write { transaction in
      try transaction.deleteSchedule(id: "s", instanceID: "amcENTITY1")
      try transaction.deleteWorkflow(id: "a", instanceID: "amcENTITY1")
    }
    #expect(try await store.read { try $0.workflow(id: "a", instanceID: "amcENTITY1") } == nil)
  }

  @Test func everyFieldOfAScheduleRoundTrips() async throws {
    let record = schedule("s", of: "a")
    try await store.write { transaction in
      try transaction.insert(workflow("a"))
      try transaction.insert(record)
    }
    var known = try #require(try await store.read { try $0.schedule(id: "s", instanceID: "amcENTITY1") })
    #expect(known.sequence != nil)
    known.sequence = nil
    #expect(known == record)
    #expect(try await store.read { try $0.schedules(workflowID: "a", instanceID: "amcENTITY1").map(\.id) } == ["s"])
    #expect(try await store.read { try $0.enabledSchedules().map(\.id) } == ["s"])
  }

  @Test func aScheduleHasOneExecutionForAPeriod() async throws {
    @Sendable func scheduled(_ id: String) -> ExecutionRecord {
      var record = execution(id)
      record.scheduleID = "s"
      return record
    }
    try await store.write { try $0.insert(scheduled("a")) }
    #expect(
      try await store.read {
        try $0.hasExecution(scheduleID: "s", instanceID: "amcENTITY1", windowEnd: Fixtures.now)
      })
    await #expect(throws: MetadataError.self) { try await store.write { try $0.insert(scheduled("b")) } }
  }

  // MARK: Lists of executions

  @Test func filtersCanBeCombined() async throws {
    try await store.write { transaction in
      for (index, workflowID) in ["w", "v", "w", "w"].enumerated() {
        var record = execution(
          "\(index)", workflowID: workflowID, at: Fixtures.now.addingTimeInterval(Double(index) * 60))
        if index == 3 { record.status = .cancelled }
        try transaction.insert(record)
      }
    }
    func ids(isAscending: Bool = false, _ change: (inout ExecutionFilter) -> Void) async throws -> [String] {
      var filter = ExecutionFilter(instanceID: "amcENTITY1")
      change(&filter)
      return try await store.read { [filter] snapshot in
        try snapshot.executions(filter, isAscending: isAscending, behind: isAscending ? 0 : .max, limit: 10).map(\.id)
      }
    }
    #expect(try await ids { _ in } == ["2", "1", "0"])
    #expect(try await ids(isAscending: true) { $0.includesCancelled = true } == ["0", "1", "2", "3"])
    #expect(try await ids { $0.workflowID = "w" } == ["2", "0"])
    #expect(try await ids { $0.createdFrom = Fixtures.now.addingTimeInterval(60) } == ["2", "1"])
    #expect(try await ids { $0.createdUpTo = Fixtures.now.addingTimeInterval(60) } == ["1", "0"])
    #expect(try await ids { $0.instanceID = "amcENTITY2" } == [])
  }

  // MARK: The queue

  @Test func theQueueStateHasWaitingRunningAndTurns() async throws {
    @Sendable func job(_ subject: String, _ kind: JobRecord.Kind = .execution, instance: String) -> JobRecord {
      JobRecord(
        kind: kind, subjectID: subject, instanceID: "amc\(instance)", accountID: instance, createdAt: Fixtures.now)
    }
    try await store.write { transaction in
      for subject in ["a", "b", "c"] { try transaction.insert(job(subject, instance: "ENTITY1")) }
      try transaction.insert(job("d", .audience, instance: "ENTITY2"))
      var running = try transaction.jobs(subjectID: "a")[0]
      running.state = .running
      try transaction.update(running)
      for instance in ["amcENTITY1", "amcENTITY2", "amcENTITY1"] { try transaction.recordTurn(instanceID: instance) }
    }
    let state = try await store.read { try $0.queueState() }
    let lane = QueueLane(instanceID: "amcENTITY1", accountID: "ENTITY1", kind: .execution)
    let other = QueueLane(instanceID: "amcENTITY2", accountID: "ENTITY2", kind: .audience)
    #expect(state.firstWaiting == [lane: 2, other: 4])
    #expect(state.runningCounts == [lane: 1])
    #expect(state.turns == ["amcENTITY1": 3, "amcENTITY2": 2])
  }
}
