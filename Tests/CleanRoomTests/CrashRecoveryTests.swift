import Base
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

/// A process can end between any two changes of state. Its folder is copied there, and another process continues with
/// the copy.
@Suite(.hangLimit)
struct CrashRecoveryTests {
  /// Takes copies of a room's folder at the moments that matter.
  private final class CrashPoints: Sendable {
    private let state = Mutex<(room: Room?, copies: [String: TemporaryFolder])>((nil, [:]))

    func watch(_ room: Room) { state.withLock { $0.room = room } }

    func copy(_ name: String) {
      state.withLock { state in
        do { state.copies[name] = try state.room?.copyAsAfterACrash() } catch { Issue.record(error) }
      }
    }

    var copies: [String: TemporaryFolder] { state.withLock { $0.copies } }
  }

  @Test func audiencesFinishOnceWhereverTheProcessEnds() async throws {
    let points = CrashPoints()
    var options = Room.Options()
    options.whileRunning = { _ in points.copy("computed, not yet completed") }
    let room = try await Room(options)
    points.watch(room)
    let id = try await room.createAudience().id
    points.copy("accepted")
    try await room.running { await room.jobs.waitUntilFinished(id) }
    points.copy("completed")

    #expect(points.copies.count == 3)
    for (name, folder) in points.copies {
      try await goOn(from: folder, audienceID: id, comment: "\(name)")
    }
  }

  private func goOn(from folder: TemporaryFolder, audienceID: String, comment: Comment) async throws {
    // Identifiers of their own, so that a second audience in the advertiser account could not hide behind the first.
    var options = Room.Options()
    options.identifiers = RandomIdentifierGenerator()
    let room = try await Room(folder: folder, options)
    let isFinished = try await room.audience(audienceID).status == .succeeded
    try await room.running {
      if isFinished {
        // Nothing is left to do: another audience shows that the runner has looked.
        await room.jobs.waitUntilFinished(try await room.createAudience().id)
      } else {
        await room.jobs.waitUntilFinished(audienceID)
      }
    }
    let audience = try await room.audience(audienceID)
    #expect(audience.status == .succeeded, comment)
    #expect(audience.memberCount == FakeQueryService.usualCount, comment)
    let prefix = try #require(audience.membersPrefix)
    let known = try await room.displayAudiences().filter { $0.audienceID == audienceID }
    #expect(known.count == 1, comment)
    // The members that count are there, and nothing of an attempt that does not.
    let members = try await room.objectKeys().filter { $0.contains("/audiences/\(audienceID)/") }
    #expect(members == ["\(prefix)/members.parquet"], comment)
    let states = try await room.store.read { try $0.jobs(subjectID: audienceID).map(\.state) }
    #expect(states == [.finished], comment)
  }

  @Test func executionsFinishOnceWhereverTheProcessEnds() async throws {
    let points = CrashPoints()
    var options = Room.Options()
    options.whileRunning = { _ in points.copy("computed, not yet completed") }
    let room = try await Room(options)
    points.watch(room)
    let id = try await room.executions.create(Fixtures.executionDraft(), in: try await room.instance).id
    points.copy("accepted")
    try await room.running { await room.jobs.waitUntilFinished(id) }

    for (name, folder) in points.copies {
      let next = try await Room(folder: folder)
      try await next.running { await next.jobs.waitUntilFinished(id) }
      let execution = try await next.executions.execution(id: id, instanceID: Fixtures.setup.instanceID)
      #expect(execution.status == .succeeded, "\(name)")
      let results = try await next.objectKeys().filter { $0.contains("/executions/\(id)/") }
      let expected = try execution.keys(\.csvKeys) + execution.keys(\.parquetKeys) + [execution.metadataKey ?? ""]
      #expect(Set(results) == Set(expected), "\(name)")
    }
  }

  @Test func interruptedJobsAreVisibleInTheState() async throws {
    let points = CrashPoints()
    var options = Room.Options()
    options.whileRunning = { _ in points.copy("running") }
    let room = try await Room(options)
    points.watch(room)
    let id = try await room.createAudience().id
    try await room.running { await room.jobs.waitUntilFinished(id) }

    let next = try await Room(folder: try #require(points.copies["running"]))
    #expect(try await next.audience(id).status == .running)
    try await next.running { await next.jobs.waitUntilFinished(id) }
    #expect(next.jobs.events.first == .requeued(subjectID: id, attempt: 1))
    #expect(next.jobs.events.contains(.finished(subjectID: id, attempt: 2)))
  }

  @Test func jobsThatKeepEndingTheProcessAreAbandoned() async throws {
    let points = CrashPoints()
    var settings = CleanRoomSettings()
    settings.queue.maximumCrashes = 3
    var options = Room.Options()
    options.settings = settings
    options.whileRunning = { _ in points.copy("running") }
    var room = try await Room(options)
    let id = try await room.createAudience().id
    for _ in 1...3 {
      points.watch(room)
      try await room.running { [room] in await room.jobs.waitUntilFinished(id) }
      room = try await Room(folder: try #require(points.copies["running"]), options)
    }
    try await room.running { [room] in
      await room.jobs.wait { $0 == .abandoned(subjectID: id, attempt: 3) }
    }
    let audience = try await room.audience(id)
    #expect(audience.status == .failed)
    #expect(audience.statusReason == "Internal service exception.")
  }

  @Test func jobsSurviveManyProcesses() async throws {
    let points = CrashPoints()
    var options = Room.Options()
    options.whileRunning = { _ in points.copy("running") }
    var room = try await Room(options)
    let id = try await room.createAudience().id
    for _ in 1...10 {
      points.watch(room)
      try await room.running { [room] in await room.jobs.waitUntilFinished(id) }
      room = try await Room(folder: try #require(points.copies["running"]), options)
    }
    try await room.running { [room] in await room.jobs.waitUntilFinished(id) }
    #expect(try await room.audience(id).status == .succeeded)
    #expect(room.jobs.events.last == .finished(subjectID: id, attempt: 11))
    #expect(try await room.objectKeys() == ["instances/amcdemo01/audiences/\(id)/attempt-11/members.parquet"])
  }

  @Test func outdatedAttemptsChangeNothing() async throws {
    let isRunning = Gate()
    let mayFinish = Gate()
    let isStopping = Gate()
    var options = Room.Options()
    options.whileRunning = { _ in
      isRunning.open()
      await mayFinish.pass()
    }
    // The drain timer is the only one here. A runner that is stopping does not look for jobs that run nowhere.
    options.sleep = { _ in
      isStopping.open()
      try await Room.Options().sleep(.zero)
    }
    let room = try await Room(options)
    let id = try await room.createAudience().id
    async let finish: Void = {
      await isStopping.pass()
      mayFinish.open()
    }()
    try await room.running {
      await isRunning.pass()
      // Another process takes the job over, as after a recovery.
      try await room.store.write { transaction in
        var job = try transaction.jobs(subjectID: id)[0]
        job.attempt += 1
        try transaction.update(job)
      }
    }
    await finish
    #expect(try await room.audience(id).status == .running)
    #expect(!room.jobs.events.contains(.finished(subjectID: id, attempt: 1)))
  }
}
