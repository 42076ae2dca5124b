import CleanRoom
import Foundation
import Measurement
import Metadata
import Queries
import ServerTestSupport
import TestSupport
import Testing

/// Rule 7 with the job runner: executions that come too often, or are too similar, fail with AMC's documented text.
@Suite(.hangLimit) struct DifferencingGuardTests {
  private static func draft(_ sql: String, days: ClosedRange<Int> = 1...5) -> ExecutionDraft {
    func day(_ number: Int) -> String { "2025-05-0\(number)T00:00:00" }
    var draft = ExecutionDraft(
      .adHoc(WorkflowDefinition(sqlQuery: sql)),
      window: ExecutionWindow(
        type: .explicit, start: day(days.lowerBound), end: day(days.upperBound), timeZone: nil))
    draft.requiresSyntheticData = true
    return draft
  }

  /// A room whose sandbox has a budget like any other instance.
  private func room(_ change: (inout DisclosureBudget) -> Void = { _ in }) async throws -> Room {
    var options = Room.Options()
    options.settings.disclosureBudget.appliesToSandboxes = true
    change(&options.settings.disclosureBudget)
    let room = try await Room(options)
    room.queries.show(queriesWith: "everybody", FakeRows([1...100], canHide: false))
    room.queries.show(queriesWith: "but one", FakeRows([1...99], canHide: false))
    return room
  }

  private func run(_ draft: ExecutionDraft, in room: Room) async throws -> ExecutionRecord {
    let execution = try await room.createExecution(draft)
    await room.jobs.waitUntilFinished(execution.id)
    return try await room.execution(execution.id)
  }

  @Test func tooManyExecutionsOnTheSameDaysAreRefused() async throws {
    let room = try await room { $0.maximumOverlappingExecutions = 2 }
    try await room.running { () async throws in
      for number in 1...2 { #expect(try await run(Self.draft("SELECT \(number)"), in: room).status == .succeeded) }
      let third = try await run(Self.draft("SELECT 3"), in: room)
      #expect(third.status == .failed)
      let text = """
        Execution "\(third.id)" of workflow "\(third.workflowID)" could not be run because too many workflows have already \
        been run against the same input data sources in the same or overlapping time windows.
        """
      #expect(third.statusReason == text)
      // After the period the old ones do not count any more.
      room.clock.advance(bySeconds: 31 * 86_400)
      #expect(try await run(Self.draft("SELECT 4"), in: room).status == .succeeded)
    }
  }

  @Test func differencesOfTooFewUsersAreRefused() async throws {
    let room = try await room()
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      let second = try await run(Self.draft("SELECT but one"), in: room)
      #expect(second.status == .failed)
      #expect(
        second.statusReason?.contains("would differ by fewer users than the aggregation thresholds ask for") == true)
      // A refusal is charged as well: it tells that somebody is there.
      let noted = try await room.store.read {
        try $0.disclosureQueryCounts(instanceID: second.instanceID, since: .distantPast)
      }
      #expect(noted.map(\.count) == [2])
      #expect(noted.map(\.dataSource) == ["dsp_impressions"])
    }
  }

  @Test func refusedExecutionsAreNotComparedWithLaterOnes() async throws {
    let room = try await room()
    // One person less than the refused one, two less than everybody.
    room.queries.show(queriesWith: "something", FakeRows([1...98], canHide: false))
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT but one"), in: room).status == .failed)
      #expect(try await run(Self.draft("SELECT something"), in: room).status == .succeeded)
    }
  }

  @Test func refusalsSpendTheBudget() async throws {
    let room = try await room { $0.maximumOverlappingExecutions = 2 }
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT but one"), in: room).status == .failed)
      let third = try await run(Self.draft("SELECT something else"), in: room)
      #expect(third.statusReason?.contains("too many workflows") == true)
      // The budget's own refusals tell nothing, and cost nothing.
      let noted = try await room.store.read {
        try $0.disclosureQueryCounts(instanceID: third.instanceID, since: .distantPast)
      }
      #expect(noted.map(\.count) == [2])
    }
  }

  @Test func rowsThatIsolateSomebodyAreLeftOut() async throws {
    let room = try await room()
    room.queries.show(queriesWith: "by city", FakeRows([1...99, 200...300]))
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT by city"), in: room).status == .succeeded)
      #expect(room.queries.hiddenRows == [[], [1]])
    }
  }

  /// On arrival a query is compiled to be checked, and once more in the job, which may run after a restart.
  @Test func anExecutionIsCompiledOnceInItsJob() async throws {
    let room = try await room()
    try await room.running { () async throws in
      for number in 1...3 {
        let sql = "SELECT \(number)"
        #expect(try await run(Self.draft(sql), in: room).status == .succeeded)
        let own = room.queries.compilations.filter { $0.sql == sql }
        #expect(own.map(\.asOf) == [nil, room.clock.now], "checked when it came, compared and run in the job")
      }
      #expect(room.queries.runs.map(\.request) == room.queries.compilations.filter { $0.asOf != nil })
    }
  }

  /// Uploads change: a report reads those of the moment at which it is noted.
  @Test func reportsReadTheMomentAtWhichTheyAreNoted() async throws {
    let room = try await room()
    try await room.running { () async throws in
      let first = try await run(Self.draft("SELECT everybody"), in: room)
      let asked = room.clock.now
      #expect(room.queries.runs.map(\.request.asOf) == [asked])
      room.clock.advance(bySeconds: 60)
      // Another attempt gives its own answer, of its own time.
      let again = room.clock.now
      try await room.store.write { try $0.note(DisclosureQueryRecord(of: first, at: again), sources: []) }
      let noted = try await room.store.read {
        try $0.disclosureQueryCounts(instanceID: first.instanceID, since: again)
      }
      #expect(noted.map(\.count) == [1])
    }
  }

  @Test func deletedExecutionsStillCount() async throws {
    let room = try await room()
    try await room.running { () async throws in
      let first = try await run(Self.draft("SELECT everybody"), in: room)
      try await room.executions.delete(id: first.id, instanceID: first.instanceID)
      #expect(try await run(Self.draft("SELECT but one"), in: room).status == .failed)
    }
  }

  @Test func windowsOfAnyKindAreCompared() async throws {
    for days in [2...6, 2...4, 6...8] {
      let room = try await room()
      try await room.running { () async throws in
        #expect(try await run(Self.draft("SELECT everybody", days: 1...5), in: room).status == .succeeded)
        #expect(try await run(Self.draft("SELECT but one", days: days), in: room).status == .failed)
      }
    }
  }

  @Test func allExecutionsOfThePeriodAreCompared() async throws {
    let room = try await room()
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      for number in 1...7 { #expect(try await run(Self.draft("SELECT \(number)"), in: room).status == .succeeded) }
      #expect(try await run(Self.draft("SELECT but one"), in: room).status == .failed)
      room.clock.advance(bySeconds: 31 * 86_400)
      #expect(try await run(Self.draft("SELECT but one"), in: room).status == .succeeded)
      // What nobody can compare any more is gone.
      let sketches = try await room.store.read { try $0.sketchCount() }
      #expect(sketches == 1)
    }
  }

  @Test func aRowThatWasShownIsShownAgain() async throws {
    let room = try await room()
    room.queries.show(queriesWith: "two less", FakeRows([1...98], canHide: false))
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT two less"), in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      let sketches = try await room.store.read { try $0.sketchCount() }
      #expect(sketches == 2, "the same row is stored once")
    }
  }

  /// Two that differ by one person: whichever is second is refused, however they overlap.
  @Test func ofTwoExecutionsAtOnceOneIsRefused() async throws {
    let room = try await room()
    try await room.running { () async throws in
      async let first = run(Self.draft("SELECT everybody"), in: room)
      async let second = run(Self.draft("SELECT but one"), in: room)
      let statuses = try await [first.status, second.status]
      #expect(statuses.count { $0 == .succeeded } == 1 && statuses.count { $0 == .failed } == 1)
    }
  }

  @Test func onlyTheNewestExecutionsAreCompared() async throws {
    let room = try await room { $0.comparedExecutions = 1 }
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT everybody"), in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT something else"), in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT but one"), in: room).status == .succeeded)
    }
  }

  @Test func executionsWithoutAResultDoNotCount() async throws {
    let room = try await room { $0.maximumOverlappingExecutions = 0 }
    try await room.running { () async throws in
      var draft = Self.draft("SELECT 1")
      draft.skipsPublish = true
      #expect(try await run(draft, in: room).status == .succeeded)
      #expect(try await run(Self.draft("SELECT 1"), in: room).status == .failed)
    }
  }

  @Test func sandboxesHaveNoBudgetByDefault() async throws {
    let room = try await room {
      $0.maximumOverlappingExecutions = 0
      $0.appliesToSandboxes = false
    }
    try await room.running { () async throws in
      #expect(try await run(Self.draft("SELECT 1"), in: room).status == .succeeded)
    }
  }
}
