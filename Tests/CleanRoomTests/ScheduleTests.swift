import Base
import CleanRoom
import Foundation
import Measurement
import Metadata
import Queries
import ServerTestSupport
import TestSupport
import Testing

/// The ends of periods, by the calendar alone.
@Suite struct SchedulePeriodTests {
  private func date(_ text: String) throws -> Date { try #require(Timestamp.date(utc: text)) }

  /// A day and hour, a moment, and the last end before it. 2025-06-01 was a Sunday.
  static let ends: [(period: ScheduleRecord.Period, ScheduleRecord.Weekday, hour: Int, now: String, end: String)] = [
    (.daily, .sunday, 0, "2025-06-01T12:00:00Z", "2025-06-01T00:00:00Z"),
    (.daily, .tuesday, 12, "2025-06-01T12:00:00Z", "2025-06-01T12:00:00Z"),
    (.daily, .tuesday, 12, "2025-06-01T11:59:59Z", "2025-05-31T12:00:00Z"),
    (.daily, .tuesday, 23, "2025-01-01T00:00:00Z", "2024-12-31T23:00:00Z"),
    (.weekly, .sunday, 12, "2025-06-01T12:00:00Z", "2025-06-01T12:00:00Z"),
    (.weekly, .sunday, 13, "2025-06-01T12:00:00Z", "2025-05-25T13:00:00Z"),
    (.weekly, .tuesday, 16, "2025-06-01T12:00:00Z", "2025-05-27T16:00:00Z"),
    (.weekly, .saturday, 0, "2025-06-01T12:00:00Z", "2025-05-31T00:00:00Z"),
    (.weekly, .monday, 0, "2024-03-01T00:00:00Z", "2024-02-26T00:00:00Z"),
  ]

  @Test(arguments: ends.indices)
  func periodsEndAtTheirHour(_ index: Int) throws {
    let (period, day, hour, now, end) = Self.ends[index]
    let periods = SchedulePeriods(period: period, startDay: day, hourUTC: hour)
    #expect(periods.lastEnd(at: try date(now)) == (try date(end)))
    let length = period == .daily ? 86_400.0 : 7 * 86_400
    #expect(periods.start(ofPeriodEndingAt: try date(end)) == (try date(end)).addingTimeInterval(-length))
  }
}

@Suite(.hangLimit)
struct ScheduleTests {
  private static let day = 86_400.0

  private func room(_ folder: TemporaryFolder? = nil) async throws -> Room {
    var options = Room.Options()
    options.identifiers = RandomIdentifierGenerator()
    if let folder { return try await Room(folder: folder, options) }
    let room = try await Room(options)
    try await room.workflows.create(
      WorkflowDraft(id: "w", definition: WorkflowDefinition(sqlQuery: "SELECT COUNT(*) AS n FROM dsp_impressions")),
      in: try await room.instance)
    return room
  }

  /// Daily at 14:00 UTC; now it is Sunday, 12:00.
  private func draft(
    _ id: String = "s", _ period: ScheduleRecord.Period = .daily, _ change: (inout ScheduleDraft) -> Void = { _ in }
  ) -> ScheduleDraft {
    var draft = ScheduleDraft(id: id, workflowID: "w", period: period)
    draft.hourUTC = 14
    draft.requiresSyntheticData = true
    change(&draft)
    return draft
  }

  private func create(_ room: Room, _ draft: ScheduleDraft) async throws {
    try await room.schedules.create(draft, in: try await room.instance)
  }

  /// All executions, oldest first.
  private func executions(_ room: Room) async throws -> [ExecutionRecord] {
    try await room.executions.executions(
      ExecutionFilter(instanceID: Fixtures.setup.instanceID), isAscending: true, behind: 0, limit: 100)
  }

  private func windows(_ room: Room) async throws -> [String] {
    try await executions(room).map {
      "\(Timestamp.text(of: $0.timeWindowStart)) \(Timestamp.text(of: $0.timeWindowEnd))"
    }
  }

  // MARK: What is due

  @Test func daysRunWhenTheyAreOver() async throws {
    let room = try await room()
    try await create(room, draft())
    #expect(try await room.scheduleRunner.runDue() == 0)
    room.clock.advance(bySeconds: 2 * 3600 - 1)
    #expect(try await room.scheduleRunner.runDue() == 0)
    room.clock.advance(bySeconds: 1)
    #expect(try await room.scheduleRunner.runDue() == 1)
    #expect(try await windows(room) == ["2025-05-31T14:00:00Z 2025-06-01T14:00:00Z"])
    #expect(try await room.scheduleRunner.runDue() == 0)
    room.clock.advance(bySeconds: Self.day)
    #expect(try await room.scheduleRunner.runDue() == 1)
    #expect(try await windows(room).last == "2025-06-01T14:00:00Z 2025-06-02T14:00:00Z")
    let execution = try #require(try await executions(room).first)
    #expect(execution.scheduleID == "s")
    #expect(execution.workflowID == "w")
    #expect(execution.cadence == .daily)
    #expect(execution.requiresSyntheticData)
    try await room.running { await room.jobs.waitUntilFinished(count: 2) }
    #expect(try await executions(room).allSatisfy { $0.status == .succeeded })
  }

  @Test func weeksRunFromDayToDay() async throws {
    let room = try await room()
    try await create(
      room,
      draft {
        $0.startDay = .tuesday; $0.period = .weekly; $0.hourUTC = 16
      })
    for _ in 1...21 {
      room.clock.advance(bySeconds: Self.day)
      _ = try await room.scheduleRunner.runDue()
    }
    #expect(
      try await windows(room) == [
        "2025-05-27T16:00:00Z 2025-06-03T16:00:00Z", "2025-06-03T16:00:00Z 2025-06-10T16:00:00Z",
        "2025-06-10T16:00:00Z 2025-06-17T16:00:00Z",
      ])
    #expect(try await executions(room).allSatisfy { $0.cadence == .weekly })
  }

  @Test func weeksBeginOnTheDayOfCreationByDefault() async throws {
    let room = try await room()
    try await create(room, draft("s", .weekly))
    let schedule = try await room.schedules.schedule(id: "s", instanceID: Fixtures.setup.instanceID)
    #expect(schedule.startDay == .sunday)
    #expect(schedule.isEnabled)
  }

  @Test func missedPeriodsRunOnce() async throws {
    let room = try await room()
    try await create(room, draft())
    room.clock.advance(bySeconds: 10 * Self.day)
    let next = try await self.room(room.folder)
    next.clock.advance(bySeconds: 10 * Self.day)
    #expect(try await next.scheduleRunner.runDue() == 1)
    #expect(try await windows(next) == ["2025-06-09T14:00:00Z 2025-06-10T14:00:00Z"])
    #expect(try await next.scheduleRunner.runDue() == 0)
  }

  @Test func periodsNeverRunTwiceWhereverTheProcessEnds() async throws {
    let room = try await room()
    try await create(room, draft())
    room.clock.advance(bySeconds: Self.day)
    let before = try room.copyAsAfterACrash()
    _ = try await room.scheduleRunner.runDue()
    let after = try room.copyAsAfterACrash()
    for folder in [before, after] {
      let next = try await self.room(folder)
      next.clock.advance(bySeconds: Self.day)
      _ = try await next.scheduleRunner.runDue()
      _ = try await next.scheduleRunner.runDue()
      #expect(try await windows(next) == ["2025-05-31T14:00:00Z 2025-06-01T14:00:00Z"])
      #expect(try await next.store.read { try $0.unfinishedJobCount() } == 1)
    }
  }

  @Test func concurrentRunnersMakeOneExecution() async throws {
    let room = try await room()
    try await create(room, draft())
    room.clock.advance(bySeconds: Self.day)
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 1...10 { group.addTask { try await room.scheduleRunner.runDue() } }
      return try await group.reduce(0, +)
    }
    #expect(count == 1)
    #expect(try await executions(room).count == 1)
  }

  @Test func clocksSetBackRepeatNothing() async throws {
    let room = try await room()
    try await create(room, draft())
    room.clock.advance(bySeconds: 3 * Self.day)
    _ = try await room.scheduleRunner.runDue()
    room.clock.advance(bySeconds: -2 * Self.day)
    #expect(try await room.scheduleRunner.runDue() == 0)
    // Nor does a schedule that is made again meanwhile.
    try await room.schedules.delete(id: "s", instanceID: Fixtures.setup.instanceID)
    try await create(room, draft())
    room.clock.advance(bySeconds: 2 * Self.day)
    #expect(try await room.scheduleRunner.runDue() == 0)
    room.clock.advance(bySeconds: Self.day)
    #expect(try await room.scheduleRunner.runDue() == 1)
  }

  // MARK: Changes

  @Test func disabledSchedulesDoNotRun() async throws {
    let room = try await room()
    try await create(room, draft { $0.isEnabled = false })
    room.clock.advance(bySeconds: 3 * Self.day)
    #expect(try await room.scheduleRunner.runDue() == 0)
    try await room.schedules.update(draft(), in: try await room.instance)
    #expect(try await room.scheduleRunner.runDue() == 0)
    room.clock.advance(bySeconds: Self.day)
    #expect(try await room.scheduleRunner.runDue() == 1)
  }

  @Test func changedHoursApplyFromTheNextPeriod() async throws {
    let room = try await room()
    try await create(room, draft())
    try await room.schedules.update(draft { $0.hourUTC = 3 }, in: try await room.instance)
    #expect(try await room.scheduleRunner.runDue() == 0)
    room.clock.advance(bySeconds: Self.day)
    _ = try await room.scheduleRunner.runDue()
    #expect(try await windows(room) == ["2025-06-01T03:00:00Z 2025-06-02T03:00:00Z"])
  }

  @Test func otherChangesKeepDuePeriods() async throws {
    let room = try await room()
    try await create(room, draft())
    room.clock.advance(bySeconds: Self.day)
    try await room.schedules.update(draft { $0.disablesAggregationControls = true }, in: try await room.instance)
    #expect(try await room.scheduleRunner.runDue() == 1)
    #expect(try await executions(room).first?.disablesAggregationControls == true)
  }

  @Test func deletedSchedulesDoNotRun() async throws {
    let room = try await room()
    try await create(room, draft())
    try await room.schedules.delete(id: "s", instanceID: Fixtures.setup.instanceID)
    room.clock.advance(bySeconds: 3 * Self.day)
    #expect(try await room.scheduleRunner.runDue() == 0)
    await #expect(throws: CleanRoomError.unknownSchedule) {
      _ = try await room.schedules.schedule(id: "s", instanceID: Fixtures.setup.instanceID)
    }
  }

  @Test func schedulesRunThePresentWorkflow() async throws {
    let room = try await room()
    try await create(room, draft())
    try await room.workflows.update(
      WorkflowDraft(id: "w", definition: WorkflowDefinition(sqlQuery: "SELECT SUM(clicks) AS n FROM dsp_clicks")),
      in: try await room.instance)
    room.clock.advance(bySeconds: Self.day)
    _ = try await room.scheduleRunner.runDue()
    #expect(try await executions(room).first?.query.contains("dsp_clicks") == true)
  }

  // MARK: Refusals

  static let refusals: [(change: @Sendable (inout ScheduleDraft) -> Void, message: String)] = [
    ({ $0.id = "a b" }, "scheduleId must have"), ({ $0.hourUTC = 24 }, "aggregationHourUtc must be from 0 to 23."),
    ({ $0.hourUTC = -1 }, "aggregationHourUtc must be from 0 to 23."),
    ({ $0.workflowID = "none" }, "workflowId is not a workflow of the instance."),
    ({ $0.requiresSyntheticData = false }, "requireSyntheticData must be true"),
  ]

  @Test(arguments: refusals.indices)
  func invalidRequestsAreRefused(_ index: Int) async throws {
    let room = try await room()
    var draft = draft()
    Self.refusals[index].change(&draft)
    let changed = draft
    let error = await #expect(throws: CleanRoomError.self) { try await create(room, changed) }
    #expect(error?.message.hasPrefix(Self.refusals[index].message) == true, "\(error?.message ?? "")")
    if changed.id == "s" {
      try await create(room, self.draft())
      let update = await #expect(throws: CleanRoomError.self) {
        try await room.schedules.update(changed, in: try await room.instance)
      }
      #expect(update == error)
    }
  }

  @Test func idsAreUnique() async throws {
    let room = try await room()
    try await create(room, draft())
    await #expect(throws: CleanRoomError.scheduleExists(id: "s")) { try await create(room, draft()) }
    await #expect(throws: CleanRoomError.unknownSchedule) {
      try await room.schedules.update(draft("t"), in: try await room.instance)
    }
  }

  @Test func onlyASandboxHasSyntheticData() async throws {
    let room = try await room()
    try await room.instances.create(Fixtures.otherSetup, at: Fixtures.now)
    let standard = try #require(
      try await room.store.read { try $0.find(InstanceRecord.self, id: Fixtures.otherSetup.instanceID) })
    let error = await #expect(throws: CleanRoomError.self) {
      try await room.schedules.create(draft(), in: standard)
    }
    #expect(error?.message.hasPrefix("requireSyntheticData can be true only for sandbox") == true)
  }

  // MARK: The service

  @Test func theServiceChecksRepeatedly() async throws {
    let looks = JobLog()
    let room = try await room()
    try await create(room, draft())
    let runner = ScheduleRunner(
      DueSchedules(store: room.store, clock: room.clock, identifiers: RandomIdentifierGenerator()),
      every: .seconds(15), logger: .init(label: "test"),
      sleep: { duration in
        #expect(duration == .seconds(15))
        // Time passes only here.
        room.clock.advance(bySeconds: 3600)
        if room.clock.now > Fixtures.now.addingTimeInterval(3 * Self.day) { throw CancellationError() }
      }, wakeRunner: { looks.record(.started(subjectID: "woken", attempt: 1)) })
    try await runner.run()
    #expect(try await windows(room).count == 3)
    #expect(looks.events.count == 3)
  }
}
