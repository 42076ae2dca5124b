import CleanRoom
import Jobs
import Metadata
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

@Suite(.hangLimit)
struct JobRunnerTests {
  @Test func jobsRunInOrderOfArrival() async throws {
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    let room = try await Room(options)
    var ids: [String] = []
    for _ in 1...4 { ids.append(try await room.createAudience().id) }
    try await room.running { [ids] in
      for id in ids { await room.jobs.waitUntilFinished(id) }
    }
    #expect(room.queries.runs.map(\.outputPrefix) == ids.map { "instances/amcdemo01/audiences/\($0)/attempt-1" })
  }

  @Test func concurrentJobsAreLimited() async throws {
    let running = Mutex((now: 0, most: 0))
    let isFull = Gate()
    let mayFinish = Gate()
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 3
    options.whileRunning = { _ in
      let now = running.withLock { counts in
        counts.now += 1
        counts.most = max(counts.most, counts.now)
        return counts.now
      }
      if now == 3 { isFull.open() }
      await mayFinish.pass()
      running.withLock { $0.now -= 1 }
    }
    let room = try await Room(options)
    var ids: [String] = []
    for _ in 1...9 { ids.append(try await room.createAudience().id) }
    try await room.running { [ids] in
      await isFull.pass()
      mayFinish.open()
      for id in ids { await room.jobs.waitUntilFinished(id) }
    }
    #expect(running.withLock { $0.most } == 3)
  }

  @Test func cleanStopsFinishRunningJobsAndStartNoOthers() async throws {
    let isRunning = Gate()
    let mayFinish = Gate()
    let isStopping = Gate()
    var options = Room.Options()
    options.settings.queue.maximumConcurrentJobs = 1
    options.whileRunning = { _ in
      isRunning.open()
      await mayFinish.pass()
    }
    // The drain timer is the only one here: that it was set shows that the runner is stopping.
    options.sleep = { _ in
      isStopping.open()
      let never = AsyncStream<Never> { _ in }
      for await _ in never {}
      throw CancellationError()
    }
    let room = try await Room(options)
    let first = try await room.createAudience().id
    let second = try await room.createAudience().id
    async let finish: Void = {
      await isStopping.pass()
      mayFinish.open()
    }()
    try await room.running { await isRunning.pass() }
    await finish
    #expect(try await room.audience(first).status == .succeeded)
    #expect(try await room.audience(second).status == .pending)
    #expect(room.queries.runs.count == 1)
  }

  @Test func unfinishedJobsWaitForTheNextStart() async throws {
    let isRunning = Gate()
    var options = Room.Options()
    options.whileRunning = { _ in isRunning.open() }
    options.sleep = { _ in }
    let folder = try TemporaryFolder()
    let room = try await Room(folder: folder, options)
    room.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    let id = try await room.createAudience().id
    try await room.running { await isRunning.pass() }
    #expect(try await room.audience(id).status == .pending)
    #expect(room.jobs.events.last == .requeued(subjectID: id, attempt: 1))

    let next = try await Room(folder: folder)
    try await next.running { await next.jobs.waitUntilFinished(id) }
    #expect(try await next.audience(id).status == .succeeded)
    // A stop is no crash: it does not count against the job.
    let job = try await next.store.read { try $0.jobs(subjectID: id)[0] }
    #expect(job.crashCount == 0)
    #expect(job.failureCount == 0)
  }

  @Test func cancelledRunnersRequeueTheirJobs() async throws {
    let isRunning = Gate()
    var options = Room.Options()
    options.whileRunning = { _ in isRunning.open() }
    let room = try await Room(options)
    room.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    let id = try await room.createAudience().id
    let task = Task { try await room.runner.run() }
    await isRunning.pass()
    task.cancel()
    try await task.value
    #expect(try await room.audience(id).status == .pending)
  }

  @Test func jobsWithoutASubjectFinishWithoutEffect() async throws {
    let room = try await Room()
    let id = try await room.createAudience().id
    try await room.store.write { try $0.delete(AudienceRecord.self, id: id) }
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(room.queries.runs.isEmpty)
  }

  @Test func damagedStateAbandonsTheJobOnly() async throws {
    let room = try await Room()
    let id = try await room.createAudience().id
    try await room.store.write { transaction in
      guard var audience = try transaction.find(AudienceRecord.self, id: id) else { return }
      audience.parameterValues = "not JSON"
      try transaction.update(audience)
    }
    try await room.running {
      await room.jobs.wait { $0 == .abandoned(subjectID: id, attempt: 3) }
      // And the next one is done as if nothing had been.
      await room.jobs.waitUntilFinished(try await room.createAudience().id)
    }
    #expect(try await room.audience(id).status == .failed)
  }
}

/// Each attempt at a job is reported once, with how it ended.
@Suite(.hangLimit)
struct JobReportTests {
  private final class Reports: Sendable {
    private let list = Mutex<[JobReport]>([])

    func add(_ report: JobReport) { list.withLock { $0.append(report) } }

    var texts: [String] {
      list.withLock { $0.map { "\($0.kind.rawValue) \($0.outcome.rawValue) \($0.code ?? "-")" }.sorted() }
    }
  }

  @Test func endsAreToldWithTheirCodes() async throws {
    let reports = Reports()
    var options = Room.Options()
    options.report = { reports.add($0) }
    let room = try await Room(options)
    room.queries.answer(queriesWith: "dsp_clicks", .engineFailure(code: "engine_failed", message: "No."))
    let good = try await room.createAudience().id
    let broken = try await room.createAudience().id
    try await room.store.write { transaction in
      guard var audience = try transaction.find(AudienceRecord.self, id: broken) else { return }
      audience.parameterValues = "not JSON"
      try transaction.update(audience)
    }
    var draft = Fixtures.draft()
    draft.query = "SELECT user_id FROM dsp_clicks_for_audiences"
    let failing = try await room.createAudience(draft).id
    try await room.running {
      await room.jobs.waitUntilFinished(good)
      await room.jobs.waitUntilFinished(failing)
      await room.jobs.wait { $0 == .abandoned(subjectID: broken, attempt: 3) }
    }
    let ends = reports.texts
    #expect(ends.filter { $0 == "audience succeeded -" }.count == 1, "\(ends)")
    #expect(ends.filter { $0 == "audience failed engine_failed" }.count == 1, "\(ends)")
    #expect(ends.filter { $0.hasPrefix("audience requeued ") }.count == 2, "\(ends)")
    #expect(ends.filter { $0.hasPrefix("audience abandoned ") && !$0.hasSuffix("-") }.count == 1, "\(ends)")
    #expect(ends.count == 5)
  }
}
