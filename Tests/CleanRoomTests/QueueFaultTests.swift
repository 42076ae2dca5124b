import Base
import CleanRoom
import Foundation
import Jobs
import Measurement
import ObjectStorage
import ServerTestSupport
import Synchronization
import TestSupport
import Testing

@testable import Metadata

/// A machine that fails for a while: a full disk, a folder that can't be written to. Nothing stays RUNNING that runs
/// nowhere, nothing is lost or counts against a job, and everything goes on by itself.
@Suite(.hangLimit)
struct QueueFaultTests {
  /// Makes every write of a store fail, as on a disk that has become read-only.
  private static func setReadOnly(_ isReadOnly: Bool, _ store: MetadataStore) async throws {
    try await store.pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA query_only = \(isReadOnly ? "ON" : "OFF")")
    }
  }

  /// The sleep of a room in which rests after failures end at once, after `rest`.
  private static func sleep(
    _ settings: QueueSettings, rest: @escaping @Sendable (Duration) async throws -> Void
  ) -> JobRunner.Sleep {
    { duration in
      guard duration <= settings.longestRest, duration != settings.drainLimit else {
        return try await Room.Options().sleep(duration)
      }
      try await rest(duration)
    }
  }

  /// Fails for the first deliveries.
  private final class FailingDelivery: ResultDelivery {
    private let left: Mutex<Int>
    private let code: StorageError.Code

    init(_ count: Int, _ code: StorageError.Code) {
      left = Mutex(count)
      self.code = code
    }

    func deliver(_ result: DeliverableResult) async throws -> DeliveryOutcome {
      let fails = left.withLock { left in
        left -= 1
        return left >= 0
      }
      if fails { throw StorageError(code) }
      return .unavailable(reason: "there is no bucket")
    }
  }

  /// The store fails while a job runs: its end can't be recorded, nor that it waits again.
  @Test func aJobWhoseEndCannotBeRecordedWaitsAgain() async throws {
    let stores = Mutex<MetadataStore?>(nil)
    let rests = Mutex<[Duration]>([])
    var options = Room.Options()
    let settings = options.settings.queue
    options.whileRunning = { run in
      guard run.outputPrefix.hasSuffix("attempt-1"), let store = stores.withLock({ $0 }) else { return }
      do { try await Self.setReadOnly(true, store) } catch { Issue.record(error) }
    }
    options.sleep = Self.sleep(settings) { duration in
      rests.withLock { $0.append(duration) }
      // The disk has room again after the second rest.
      guard rests.withLock({ $0.count }) >= 2, let store = stores.withLock({ $0 }) else { return }
      try await Self.setReadOnly(false, store)
    }
    let room = try await Room(options)
    stores.withLock { $0 = room.store }
    let id = try await room.createAudience().id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(try await room.audience(id).status == .succeeded)
    #expect(room.jobs.events.contains(.requeued(subjectID: id, attempt: 1)))
    let job = try #require(try await room.store.read { try $0.jobs(subjectID: id) }.first)
    #expect(job.failureCount == 0 && job.crashCount == 0)
    #expect(rests.withLock { Array($0.prefix(2)) } == [settings.retryDelay, settings.retryDelay * 2])
    stores.withLock { $0 = nil }
  }

  /// However it came about: a job that no process works on does not stay RUNNING.
  @Test func jobsThatRunNowhereWaitAgain() async throws {
    let room = try await Room()
    let (lost, next) = (try await room.createAudience().id, try await room.createAudience().id)
    try await room.running {
      await room.jobs.waitUntilFinished(lost)
      await room.jobs.waitUntilFinished(next)
      try await room.store.write { transaction in
        var job = try transaction.jobs(subjectID: lost)[0]
        job.state = .running
        try transaction.update(job)
        try transaction.change(AudienceRecord.self, id: lost, at: Fixtures.now) { $0.status = .running }
      }
      room.runner.wake()
      await room.jobs.waitUntilFinished(lost, times: 2)
    }
    #expect(try await room.audience(lost).status == .succeeded)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 0)
  }

  @Test(arguments: [StorageError.Code.full, .denied, .failed, .exhausted, .unreachable])
  func failuresOfTheMachineDoNotCountAgainstAJob(_ code: StorageError.Code) async throws {
    var options = Room.Options()
    let settings = options.settings.queue
    options.delivery = FailingDelivery(5, code)
    let rests = Mutex<[Duration]>([])
    options.sleep = Self.sleep(settings) { duration in rests.withLock { $0.append(duration) } }
    let room = try await Room(options)
    let id = try await room.createExecution().id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(try await room.execution(id).status == .succeeded)
    let job = try #require(try await room.store.read { try $0.jobs(subjectID: id) }.first)
    #expect(job.attempt == 6 && job.failureCount == 0)
    // Each rest is twice as long as the one before.
    #expect(rests.withLock { $0 } == [1, 2, 4, 8, 16].map { Duration.seconds($0) })
  }

  /// A job that fills the disk itself must not stop the queue for good.
  @Test func aJobThatAlwaysFailsIsGivenUp() async throws {
    var options = Room.Options()
    let settings = options.settings.queue
    options.delivery = FailingDelivery(.max, .full)
    options.sleep = Self.sleep(settings) { _ in }
    let room = try await Room(options)
    let id = try await room.createExecution().id
    try await room.running {
      await room.jobs.wait { event in if case .abandoned(id, _) = event { true } else { false } }
      await room.jobs.waitUntilFinished(try await room.createAudience().id)
    }
    #expect(try await room.execution(id).status == .failed)
    let job = try #require(try await room.store.read { try $0.jobs(subjectID: id) }.first)
    #expect(job.attempt == settings.maximumTransientFailures + settings.maximumFailures)
  }

  /// A server that starts while its disk can't be written to begins as soon as it can.
  @Test func theQueueStartsWhenTheStoreCanBeWritten() async throws {
    let stores = Mutex<MetadataStore?>(nil)
    var options = Room.Options()
    let settings = options.settings.queue
    options.sleep = { duration in
      guard duration == settings.retryDelay, let store = stores.withLock({ $0 }) else {
        return try await Room.Options().sleep(duration)
      }
      try await Self.setReadOnly(false, store)
    }
    let room = try await Room(options)
    stores.withLock { $0 = room.store }
    let id = try await room.createAudience().id
    try await Self.setReadOnly(true, room.store)
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(try await room.audience(id).status == .succeeded)
    stores.withLock { $0 = nil }
  }
}
