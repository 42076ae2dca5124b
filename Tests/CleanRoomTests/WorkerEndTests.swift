import Foundation
import Logging
import Metadata
import ServerTestSupport
import Synchronization
import Testing
import Warehouse

@testable import CleanRoom
@testable import Jobs
@testable import Measurement

/// Jobs whose work ended the engine's worker: once is tried again, twice is a failure with that reason.
@Suite struct WorkerEndTests {
  private static let failure = FakeQueryService.Answer.engineFailure(
    code: EngineError.Code.workerEnded.rawValue, message: EngineError(.workerEnded).message)
  private static let reason = "The query could not be finished: \(EngineError(.workerEnded))"

  /// A room in which the first runs of a query end their worker.
  private func room(endingWorkers count: Int) async throws -> Room {
    let room = try await Room()
    room.queries.answer { [weak queries = room.queries] _ in
      (queries?.runs.count ?? 0) <= count ? Self.failure : nil
    }
    return room
  }

  private func execution(in room: Room) async throws -> ExecutionRecord {
    let id = try await room.createExecution(Fixtures.executionDraft()).id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    return try await room.execution(id)
  }

  private func job(of subjectID: String, in room: Room) async throws -> JobRecord {
    try #require(try await room.store.read { try $0.jobs(subjectID: subjectID).first })
  }

  @Test func aQueryThatEndedItsWorkerOnceIsTriedAgain() async throws {
    let room = try await room(endingWorkers: 1)
    let execution = try await execution(in: room)
    #expect(execution.status == .succeeded)
    let job = try await job(of: execution.id, in: room)
    #expect(job.attempt == 2)
    #expect(job.workerEndCount == 1)
    #expect(job.failureCount == 0)
  }

  @Test func aQueryThatEndedItsWorkerTwiceFailsWithThatReason() async throws {
    let room = try await room(endingWorkers: .max)
    let execution = try await execution(in: room)
    #expect(execution.status == .failed)
    #expect(execution.statusReason == Self.reason)
    #expect(try await job(of: execution.id, in: room).attempt == 2)
    #expect(room.queries.runs.count == 2)
  }

  @Test func theSameHoldsForAudiences() async throws {
    for (count, status) in [(1, AudienceRecord.Status.succeeded), (.max, .failed)] {
      let room = try await room(endingWorkers: count)
      let id = try await room.createAudience().id
      try await room.running { await room.jobs.waitUntilFinished(id) }
      let audience = try await room.audience(id)
      #expect(audience.status == status)
      #expect(audience.statusReason == (status == .failed ? Self.reason : nil))
      #expect(try await job(of: id, in: room).attempt == 2)
    }
  }

  /// A job of any kind that leaves the error to the queue.
  @Test func jobsWithoutAReasonOfTheirOwnAreAbandoned() async throws {
    let (room, handler) = (try await Room(), EndingHandler())
    let jobs = JobLog()
    let runner = JobRunner(
      store: room.store, handlers: [handler], clock: room.clock, settings: QueueSettings(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, sleep: Room.Options().sleep,
      observer: { jobs.record($0) })
    let instance = try await room.instance
    let now = room.clock.now
    try await room.store.write { transaction in
      try transaction.insert(
        JobRecord(
          kind: .userDeletion, subjectID: "s", instanceID: instance.id, accountID: instance.accountID, createdAt: now))
    }
    let task = Task { try await runner.run() }
    await jobs.wait { $0 == .abandoned(subjectID: "s", attempt: 2) }
    task.cancel()
    try await task.value
    #expect(handler.computations.withLock { $0 } == QueueSettings.maximumWorkerEnds)
    #expect(
      jobs.events == [
        .started(subjectID: "s", attempt: 1), .requeued(subjectID: "s", attempt: 1),
        .started(subjectID: "s", attempt: 2), .abandoned(subjectID: "s", attempt: 2),
      ])
  }
}

/// Work that ends the engine's worker whenever it is done.
private final class EndingHandler: JobHandler {
  let kind = JobRecord.Kind.userDeletion
  let computations = Mutex(0)

  func compute(_ job: JobRecord) async throws -> JobCompletion {
    computations.withLock { $0 += 1 }
    throw EngineError(.workerEnded)
  }

  func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {}
}
