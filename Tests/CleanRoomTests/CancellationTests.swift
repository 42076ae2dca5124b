import Base
import CleanRoom
import Foundation
import Metadata
import ServerTestSupport
import TestSupport
import Testing

@Suite(.hangLimit)
struct CancellationTests {
  private static let instanceID = Fixtures.setup.instanceID

  /// A room whose query runs until it is stopped, with a gate that opens when it does.
  private func endlessRoom() async throws -> (Room, isRunning: Gate) {
    let isRunning = Gate()
    var options = Room.Options()
    options.whileRunning = { _ in isRunning.open() }
    let room = try await Room(options)
    room.queries.answer(queriesWith: "dsp_impressions", .runUntilCancelled)
    return (room, isRunning)
  }

  @Test func waitingExecutionsAreCancelledAndNeverRun() async throws {
    let room = try await Room()
    let id = try await room.createExecution().id
    try await room.executions.cancel(id: id, instanceID: Self.instanceID)
    #expect(try await room.execution(id).status == .cancelled)
    let other = try await room.createExecution().id
    try await room.running { await room.jobs.waitUntilFinished(other) }
    #expect(room.queries.runs.count == 1)
    #expect(try await room.execution(id).status == .cancelled)
  }

  @Test func runningExecutionsAreStoppedAndLeaveNothing() async throws {
    let (room, isRunning) = try await endlessRoom()
    let id = try await room.createExecution().id
    try await room.running {
      await isRunning.pass()
      try await room.executions.cancel(id: id, instanceID: Self.instanceID)
      #expect(try await room.execution(id).status == .cancelled)
      await room.jobs.wait { $0 == .outdated(subjectID: id, attempt: 1) }
      // The place in the queue is free again.
      room.queries.answer(queriesWith: "dsp_impressions", .count(1))
      await room.jobs.waitUntilFinished(try await room.createExecution().id)
    }
    let cancelled = try await room.execution(id)
    #expect(cancelled.status == .cancelled)
    #expect(cancelled.publishStatus == .unavailable)
    #expect(try await room.objectKeys().filter { $0.contains(id) }.isEmpty)
    #expect(throws: CleanRoomError.resultUnavailable(executionID: id, reason: "it was cancelled")) {
      _ = try room.executions.resultKeys(of: cancelled, .csv)
    }
  }

  @Test func lateResultsDoNotCount() async throws {
    let isRunning = Gate()
    let mayFinish = Gate()
    var options = Room.Options()
    options.whileRunning = { _ in
      isRunning.open()
      // A run that does not hear of its end, as one that is just finishing.
      await mayFinish.pass()
    }
    let room = try await Room(options)
    let id = try await room.createExecution().id
    try await room.running {
      await isRunning.pass()
      try await room.executions.cancel(id: id, instanceID: Self.instanceID)
      mayFinish.open()
      await room.jobs.wait { $0 == .outdated(subjectID: id, attempt: 1) }
    }
    #expect(try await room.execution(id).status == .cancelled)
    #expect(try await room.objectKeys().isEmpty)
  }

  @Test func cancelledExecutionsStayCancelledAfterACrash() async throws {
    let (room, isRunning) = try await endlessRoom()
    let id = try await room.createExecution().id
    var copy: TemporaryFolder?
    let task = Task { try await room.runner.run() }
    await isRunning.pass()
    try await room.executions.cancel(id: id, instanceID: Self.instanceID)
    copy = try room.copyAsAfterACrash()
    task.cancel()
    try await task.value
    var options = Room.Options()
    options.identifiers = RandomIdentifierGenerator()
    let next = try await Room(folder: try #require(copy), options)
    try await next.running { await next.jobs.waitUntilFinished(try await next.createExecution().id) }
    #expect(try await next.execution(id).status == .cancelled)
    #expect(next.queries.runs.count == 1)
  }

  @Test func finishedExecutionsCannotBeCancelled() async throws {
    let room = try await Room()
    let id = try await room.createExecution().id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    await #expect(throws: CleanRoomError.executionNotCancellable(status: "SUCCEEDED")) {
      try await room.executions.cancel(id: id, instanceID: Self.instanceID)
    }
    let other = try await room.createExecution().id
    try await room.executions.cancel(id: other, instanceID: Self.instanceID)
    await #expect(throws: CleanRoomError.executionNotCancellable(status: "CANCELLED")) {
      try await room.executions.cancel(id: other, instanceID: Self.instanceID)
    }
    await #expect(throws: CleanRoomError.unknownExecution) {
      try await room.executions.cancel(id: id, instanceID: Fixtures.otherSetup.instanceID)
    }
  }

  // MARK: Deleting

  @Test func deletingAnExecutionRemovesItsResults() async throws {
    let room = try await Room()
    let id = try await room.createExecution().id
    try await room.running { await room.jobs.waitUntilFinished(id) }
    #expect(!(try await room.objectKeys().isEmpty))
    try await room.executions.delete(id: id, instanceID: Self.instanceID)
    #expect(try await room.objectKeys().isEmpty)
    await #expect(throws: CleanRoomError.unknownExecution) { _ = try await room.execution(id) }
  }

  @Test func deletingUnfinishedExecutionsClearsTheQueue() async throws {
    let (room, isRunning) = try await endlessRoom()
    let running = try await room.createExecution().id
    let waiting = try await room.createExecution().id
    try await room.executions.delete(id: waiting, instanceID: Self.instanceID)
    try await room.running {
      await isRunning.pass()
      try await room.executions.delete(id: running, instanceID: Self.instanceID)
      await room.jobs.wait { $0 == .outdated(subjectID: running, attempt: 1) }
    }
    #expect(room.queries.runs.count == 1)
    #expect(try await room.store.read { try $0.unfinishedJobCount() } == 0)
    #expect(try await room.objectKeys().isEmpty)
    await #expect(throws: CleanRoomError.unknownExecution) { _ = try await room.execution(running) }
  }
}
