import Audiences
import Base
import CleanRoom
import Foundation
import Jobs
import Metadata
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// Audiences over time: refreshes, failures, stops of the server.
@Suite(.hangLimit)
struct RefreshTests {
  private static let day = 86_400.0

  private func date(_ text: String) throws -> Date { try #require(Timestamp.date(utc: text)) }

  /// Runs the body with a room whose jobs are done meanwhile.
  private func living(
    at start: Date = Fixtures.now, _ options: Room.Options = Room.Options(),
    _ body: @Sendable (Room) async throws -> Void
  ) async throws {
    let room = try await Room(at: start, options)
    try await room.running { try await body(room) }
  }

  /// Makes an audience with members, at the room's time.
  private func audience(_ room: Room, _ change: (inout AudienceDraft) -> Void = { _ in }) async throws -> String {
    var draft = Fixtures.draft()
    draft.refreshRateDays = 1
    draft.isTimeWindowRelative = true
    change(&draft)
    let id = try await room.createAudience(draft).id
    try await room.refresh()
    return id
  }

  /// Lets time pass, and what is due meanwhile be done.
  private func advance(_ room: Room, days: Int = 0, hours: Int = 0, minutes: Int = 0) async throws {
    room.clock.advance(bySeconds: Double(days * 86_400 + hours * 3600 + minutes * 60))
    try await room.refresh()
  }

  private func windows(_ room: Room) -> [String] {
    room.queries.runs.map(\.request.timeWindow).map { window in
      [window.start, window.end].map { String(Timestamp.text(of: $0).prefix(10)) }.joined(separator: "..")
    }
  }

  /// The example of AMC's guide "Rule-based audiences", with its dates.
  @Test func theDocumentedExample() async throws {
    try await living(at: try date("2024-01-10T00:00:00Z")) { room in
      let start = try date("2024-01-01T00:00:00Z")
      let end = try date("2024-01-09T00:00:00Z")
      let id = try await audience(room) {
        $0.timeWindowStart = start
        $0.timeWindowEnd = end
        $0.refreshRateDays = 7
      }
      #expect(try await room.audience(id).lastRefreshedAt == date("2024-01-10T00:00:00Z"))
      for _ in 1...14 { try await advance(room, days: 1) }
      #expect(windows(room) == ["2024-01-01..2024-01-09", "2024-01-08..2024-01-16", "2024-01-15..2024-01-23"])
      let audience = try await room.audience(id)
      #expect(audience.lastRefreshedAt == (try date("2024-01-24T00:00:00Z")))
      // The window shown is the one that the members come from.
      #expect(audience.timeWindowStart == (try date("2024-01-15T00:00:00Z")))
      #expect(audience.timeWindowEnd == (try date("2024-01-23T00:00:00Z")))
      #expect(audience.status == .succeeded)
    }
  }

  @Test func staticWindowsStay() async throws {
    try await living { room in
      _ = try await audience(room) { $0.isTimeWindowRelative = false }
      try await advance(room, days: 1)
      try await advance(room, days: 1)
      #expect(room.queries.runs.count == 3)
      #expect(Set(windows(room)).count == 1)
    }
  }

  @Test func refreshesReplaceTheMembers() async throws {
    try await living { room in
      let id = try await audience(room)
      let first = try await room.audience(id)
      room.queries.answer(queriesWith: "dsp_impressions", .count(7000))
      try await advance(room, days: 1)
      let second = try await room.audience(id)
      #expect(second.memberCount == 7000)
      #expect(second.membersPrefix != first.membersPrefix)
      #expect(second.lastRefreshedAt == Fixtures.now.addingTimeInterval(Self.day))
      #expect(try await room.objectKeys() == ["\(try #require(second.membersPrefix))/members.parquet"])
      // The account knows the same audience.
      let view = try await room.audiences.audience(id: id, instanceID: Fixtures.setup.instanceID)
      #expect(view.advertiserAudience?.createdAt == Fixtures.now)
      #expect(view.approximateCount == 7000)
    }
  }

  @Test func missedRefreshesRunOnce() async throws {
    try await living { room in
      let id = try await audience(room)
      // The server stands still for ten days and five hours; the turns come at the hour at which they always come.
      try await advance(room, days: 10, hours: 5)
      #expect(room.queries.runs.count == 2)
      #expect(try await room.audience(id).refreshedFor == Fixtures.now.addingTimeInterval(10 * Self.day))
      #expect(try await room.audience(id).windowShiftDays == 10)
      try await advance(room, hours: 18)
      #expect(room.queries.runs.count == 2)
      try await advance(room, hours: 1)
      #expect(room.queries.runs.count == 3)
    }
  }

  // MARK: Failures

  static let failures: [FakeQueryService.Answer] = [
    .count(1999), .engineFailure(code: "engine_failed", message: "No."),
    .refuse(.unknownTable, message: "No.", line: 1, column: 1),
  ]

  @Test(arguments: failures.indices)
  func failedRefreshesKeepTheMembersAndAreRetried(_ index: Int) async throws {
    try await living { room in
      let id = try await audience(room) { $0.refreshRateDays = 2 }
      let good = try await room.audience(id)
      room.queries.answer(queriesWith: "dsp_impressions", Self.failures[index])
      try await advance(room, days: 2)
      let failed = try await room.audience(id)
      #expect(failed.status == .succeeded)
      #expect(failed.memberCount == good.memberCount)
      #expect(failed.membersPrefix == good.membersPrefix)
      #expect(failed.lastRefreshedAt == good.lastRefreshedAt)
      #expect(failed.timeWindowStart == good.timeWindowStart)
      #expect(failed.statusReason?.hasPrefix("The last refresh failed and is tried again; ") == true)
      #expect(try await room.objectKeys() == ["\(try #require(good.membersPrefix))/members.parquet"])
      #expect(room.queries.runs.count == 2)

      // After one hour, and then after two more.
      try await advance(room, minutes: 59)
      #expect(room.queries.runs.count == 2)
      try await advance(room, minutes: 1)
      #expect(room.queries.runs.count == 3)
      try await advance(room, hours: 1, minutes: 59)
      #expect(room.queries.runs.count == 3)
      room.queries.answer(queriesWith: "dsp_impressions", .count(6000))
      try await advance(room, minutes: 1)
      let recovered = try await room.audience(id)
      #expect(recovered.statusReason == nil)
      #expect(recovered.memberCount == 6000)
      #expect(recovered.refreshFailureCount == 0)
      // It was the turn of day 2; the next one is that of day 4.
      #expect(recovered.windowShiftDays == 2)
      #expect(recovered.refreshedFor == Fixtures.now.addingTimeInterval(2 * Self.day))
      try await advance(room, days: 1, hours: 20)
      #expect(room.queries.runs.count == 4)
      try await advance(room, hours: 1)
      #expect(room.queries.runs.count == 5)
    }
  }

  @Test func abandonedRefreshesAreRetried() async throws {
    try await living { room in
      let id = try await audience(room)
      try await room.store.write { transaction in
        var audience = try #require(try transaction.find(AudienceRecord.self, id: id))
        audience.parameterValues = "not JSON"
        try transaction.update(audience)
      }
      try await advance(room, days: 1)
      let failed = try await room.audience(id)
      #expect(failed.status == .succeeded)
      #expect(failed.statusReason?.hasSuffix("Internal service exception.") == true)
      #expect(failed.refreshFailureCount == 1)
      try await room.store.write { transaction in
        var audience = try #require(try transaction.find(AudienceRecord.self, id: id))
        audience.parameterValues = "{}"
        try transaction.update(audience)
      }
      try await advance(room, hours: 1)
      #expect(try await room.audience(id).statusReason == nil)
    }
  }

  @Test func processesThatEndInARefreshLoseNothing() async throws {
    let copies = Mutex<TemporaryFolder?>(nil)
    let watched = Mutex<Room?>(nil)
    var options = Room.Options()
    options.whileRunning = { _ in
      guard let room = watched.withLock({ $0 }) else { return }
      do {
        let copy = try room.copyAsAfterACrash()
        copies.withLock { $0 = copy }
      } catch { Issue.record(error) }
    }
    let room = try await Room(options)
    let (id, good) = try await room.running { () -> (String, AudienceRecord) in
      let id = try await audience(room)
      let good = try await room.audience(id)
      watched.withLock { $0 = room }
      try await advance(room, days: 1)
      watched.withLock { $0 = nil }
      return (id, good)
    }

    let next = try await Room(folder: try #require(copies.withLock { $0 }), Room.Options())
    next.clock.advance(bySeconds: Self.day)
    let interrupted = try await next.audience(id)
    #expect(interrupted.status == .succeeded)
    #expect(interrupted.membersPrefix == good.membersPrefix)
    #expect(try await next.refreshRunner.runDue() == 0)
    try await next.running { try await next.refresh() }
    let refreshed = try await next.audience(id)
    #expect(refreshed.refreshedFor == Fixtures.now.addingTimeInterval(Self.day))
    #expect(try await next.objectKeys() == ["\(try #require(refreshed.membersPrefix))/members.parquet"])
    #expect(next.queries.runs.count == 1)
  }

  // MARK: Decay

  @Test func lineItemsResumeTheRefreshes() async throws {
    try await living { room in
      let id = try await audience(room)
      for _ in 1...100 { try await advance(room, days: 1) }
      // The first; 13 daily ones; 8 on the days 15, 17 … 29; 10 on the days 36, 43 … 99.
      #expect(room.queries.runs.count == 32)
      for _ in 1...30 { try await advance(room, days: 1) }
      // And no more.
      #expect(room.queries.runs.count == 32)
      let view = try await room.audiences.audience(id: id, instanceID: Fixtures.setup.instanceID)
      let canonicalID = try #require(view.advertiserAudience?.canonicalID)
      try await room.store.write { transaction in
        try transaction.save(
          LineItemAudienceRecord(lineItemID: "line", canonicalID: canonicalID, addedAt: room.clock.now))
      }
      try await room.refresh()
      try await advance(room, days: 1)
      #expect(room.queries.runs.count == 34)
      #expect(try await room.audience(id).windowShiftDays == 131)
    }
  }

  @Test func longRunsAreMeasuredByTheClock() async throws {
    let clock = Mutex<ManualClock?>(nil)
    var options = Room.Options()
    options.whileRunning = { _ in clock.withLock { $0 }?.advance(bySeconds: 4 * 3600 + 1) }
    try await living(options) { room in
      clock.withLock { $0 = room.clock }
      let id = try await audience(room)
      clock.withLock { $0 = nil }
      #expect(try await room.audience(id).lastRunSeconds == 14_401)
      room.clock.advance(bySeconds: -14_401)
      try await advance(room, days: 1)
      #expect(room.queries.runs.count == 1)
      try await advance(room, days: 1)
      #expect(room.queries.runs.count == 2)
      // The last run was short.
      try await advance(room, days: 1)
      #expect(room.queries.runs.count == 3)
    }
  }

  @Test func audiencesWithoutARateAreDeactivated() async throws {
    try await living { room in
      let id = try await audience(room) { $0.refreshRateDays = 0 }
      try await advance(room, days: 29, hours: 23)
      #expect(try await room.audience(id).status == .succeeded)
      try await advance(room, hours: 1)
      let audience = try await room.audience(id)
      #expect(audience.status == .deactivated)
      #expect(audience.memberCount == 0)
      #expect(audience.membersPrefix == nil)
      #expect(audience.statusReason?.contains("30 days") == true)
      #expect(try await room.objectKeys().isEmpty)
      #expect(room.queries.runs.count == 1)
      try await advance(room, days: 30)
      #expect(try await room.store.read { try $0.jobs(subjectID: id).count } == 2)
    }
  }

  // MARK: The queue

  @Test func newAudiencesWaitForAFewRefreshesOnly() async throws {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    options.settings.maximumRefreshesPerInstance = 4
    let first = try await Room(options)
    try await first.running {
      for _ in 1...30 { _ = try await first.createAudience(Fixtures.draft()) }
      try await first.refresh()
    }
    let room = try await Room(folder: first.folder, options)
    room.clock.advance(bySeconds: 21 * Self.day)
    #expect(try await room.refreshRunner.runDue() == 4)
    #expect(try await room.refreshRunner.runDue() == 0)
    #expect(try await room.refreshRunner.work.dueCount() == 26)
    let new = try await room.createAudience(Fixtures.draft(query: "SELECT new")).id
    try await room.running { try await room.refresh() }
    #expect(try await room.audience(new).status == .succeeded)
    #expect(room.queries.runs.firstIndex { $0.request.sql == "SELECT new" } == 4)
    #expect(room.queries.runs.count == 31)
  }

  @Test func theServiceChecksOnTimeAndWhenNotified() async throws {
    try await living { room in
      let id = try await audience(room)
      let woken = Gate()
      let wakeSignal = WakeSignal()
      let slept = Gate()
      let settings = CleanRoomSettings()
      let runner = RefreshRunner(
        DueRefreshes(store: room.store, clock: room.clock, limit: settings.maximumRefreshesPerInstance),
        every: settings.refreshCheckInterval, logger: .init(label: "test"),
        sleep: { duration in
          #expect(duration == .seconds(15))
          slept.open()
          let never = AsyncStream<Never> { _ in }
          for await _ in never {}
          throw CancellationError()
        }, wakeSignal: wakeSignal, wakeRunner: { woken.open() })
      let task = Task { try await runner.run() }
      await slept.pass()
      room.clock.advance(bySeconds: Self.day)
      wakeSignal.notify()
      await woken.pass()
      task.cancel()
      try await task.value
      #expect(try await room.store.read { try $0.unfinishedJob(kind: .audience, subjectID: id) } != nil)
    }
  }
}
