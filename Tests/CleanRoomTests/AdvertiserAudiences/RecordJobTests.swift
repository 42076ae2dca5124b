import CleanRoom
import Foundation
import Jobs
import Metadata
import ObjectStorage
import ServerTestSupport
import TestSupport
import Testing

/// The processing of records between their request and the logs.
@Suite(.hangLimit) struct RecordJobTests {
  @Test func waitingRequestsAreOneBatchInOrder() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience()
    var ids: [String] = []
    for count in 1...3 { ids.append(try await room.send(audience, count: count)) }
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(room.log.calls.map(\.sequences) == [[1, 2, 3]])
    for (index, id) in ids.enumerated() {
      let submission = try await room.status(id)
      #expect(submission.state == .succeeded)
      #expect(submission.resolvedCount == index + 1)
      #expect(submission.stagedKey == nil)
    }
    #expect(try await room.stagedCount() == 0)
  }

  @Test func moreThanABatchNeedsAnotherJob() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience()
    for _ in 0..<70 { _ = try await room.send(audience) }
    try await room.running { await room.jobs.waitUntilFinished(count: 2) }
    #expect(room.log.calls.map(\.sequences) == [Array(1...64), Array(65...70)])
  }

  @Test func failuresAreRetriedAndAbandonedAfterThree() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience()
    room.log.fail(Fixtures.setup.instanceID)
    let id = try await room.send(audience)
    try await room.running {
      await room.jobs.wait { event in if case .abandoned = event { true } else { false } }
      #expect(room.log.calls.count == 3)
      #expect(try await room.status(id).state == .failed)
      // Processed records are removed, and later ones are processed.
      #expect(try await room.stagedCount() == 0)
      room.log.fail()
      let next = try await room.send(audience)
      await room.jobs.waitUntilFinished(count: 1)
      #expect(try await room.status(next).state == .succeeded)
    }
  }

  @Test func oneTargetOfTwoIsAPartialSuccess() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience(withOtherAdvertiser: true)
    room.log.fail(Fixtures.otherSetup.instanceID)
    let id = try await room.send(audience, count: 2)
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    let submission = try await room.status(id)
    #expect(submission.state == .partiallySucceeded)
    #expect(submission.resolvedCount == 2)
    #expect(try await room.stagedCount() == 0)
  }

  @Test func theFailureOfOneTargetIsLoggedWhenTheOtherSucceeds() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience(withOtherAdvertiser: true)
    room.log.fail(Fixtures.otherSetup.instanceID)
    let id = try await room.send(audience)
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(try await room.status(id).state == .partiallySucceeded)
    // Each of the three attempts is one failure: the queue logs two of them, the handler that of the last attempt.
    let failures = room.logs.entries.filter { $0.metadata["error"] == "Failure" }
    #expect(
      failures.map(\.message) == ["Job failed.", "Job failed.", "Records did not reach an instance, and are given up."])
    #expect(failures.allSatisfy { $0.level == .error })
  }

  /// The process ends in the last attempt, after one target of two has got the records: the next attempt still has them
  /// for the other target.
  @Test func recordsThatDidNotReachATargetAreKeptUntilThatIsRecorded() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience(withOtherAdvertiser: true)
    let id = try await room.send(audience)
    var last = try #require(try await room.store.read { try $0.jobs(in: .pending, limit: 1) }.first)
    last.failureCount = QueueSettings().maximumFailures - 1
    let job = last
    try await room.store.write { transaction in
      try transaction.update(job)
      try room.handler.begin(job, in: transaction, at: Fixtures.now)
    }
    room.log.fail(Fixtures.otherSetup.instanceID)
    _ = try await room.handler.compute(job)
    room.log.fail()
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(room.log.calls.count == 4)
    #expect(room.log.calls.allSatisfy { !$0.lines.contains(nil) })
    #expect(try await room.status(id).state == .succeeded)
    #expect(try await room.stagedCount() == 0)
  }

  @Test func bothTargetsGetTheRecords() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience(withOtherAdvertiser: true)
    let id = try await room.send(audience)
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(try await room.status(id).state == .succeeded)
    #expect(
      Set(room.log.calls.map(\.instanceID)) == [Fixtures.setup.instanceID, Fixtures.otherSetup.instanceID])
  }

  /// The process ends after the records were removed and before the job's end is recorded: the next attempt has the
  /// same requests, without their records.
  @Test func furtherAttemptsHaveTheSameRequests() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience()
    let id = try await room.send(audience)
    // A job that was started once and waits again.
    var started = try #require(try await room.store.read { try $0.jobs(in: .pending, limit: 1) }.first)
    started.attempt = 1
    let job = started
    try await room.store.write { try $0.update(job) }
    let handler = room.handler
    let now = Fixtures.now
    for _ in 1...2 {
      try await room.store.write { try handler.begin(job, in: $0, at: now) }
      _ = try await handler.compute(job)
    }
    #expect(room.log.calls.map(\.sequences) == [[1], [1]])
    #expect(room.log.calls.last?.lines == [nil])
    // A request that comes between attempts waits for the next batch.
    let later = try await room.send(audience)
    try await room.store.write { try handler.begin(job, in: $0, at: now) }
    _ = try await handler.compute(job)
    #expect(room.log.calls.last?.sequences == [1])
    try await room.running { await room.jobs.waitUntilFinished(count: 2) }
    #expect(try await room.status(id).state == .succeeded)
    #expect(try await room.status(later).state == .succeeded)
  }

  @Test func orphanedRecordsAreRemovedAfterAnHour() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience()
    let milliseconds = Int64(Fixtures.now.timeIntervalSince1970 * 1000)
    for age in [3500, 3700] {
      let name = "\(milliseconds - Int64(age) * 1000)-stray.csv"
      try await room.objects.put(
        Data("x".utf8), at: ObjectKey("instances/\(Fixtures.setup.instanceID)/audienceRecords/\(name)"))
    }
    _ = try await room.send(audience)
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(try await room.stagedCount() == 1)
  }

  /// The records of a server that was killed between storing records and recording their request are removed; those of
  /// a waiting request stay.
  @Test func orphanedRecordsAreRemovedWhenAServerStarts() async throws {
    let room = try await RecordRoom()
    _ = try await room.send(try await room.audience())
    let milliseconds = Int64(Fixtures.now.timeIntervalSince1970 * 1000)
    for setup in [Fixtures.setup, Fixtures.otherSetup] {
      let key = try ObjectKey("instances/\(setup.instanceID)/audienceRecords/\(milliseconds)-stray.csv")
      try await room.objects.put(Data("x".utf8), at: key)
    }
    #expect(try await room.stagedCount() == 2)
    try await room.records.removeLeftovers()
    #expect(try await room.stagedCount() == 1)
    #expect(try await room.stagedCount(Fixtures.otherSetup) == 0)
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(room.log.calls.first?.lines.first??.isEmpty == false)
  }

  @Test func stagedRecordsMatchTheJobsColumns() async throws {
    let room = try await RecordRoom()
    let audience = try await room.audience()
    _ = try await room.send(audience)
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(
      room.log.calls.first?.lines == ["0,CREATE,UNKNOWN,,,\(String(repeating: "a", count: 64)),,,,,,\n"])
  }

  @Test func countriesFollowFromRecordAudienceAndAdvertiser() async throws {
    let room = try await RecordRoom()
    // The advertiser's account is in Germany.
    let audience = try await room.audience(withOtherAdvertiser: true)
    _ = try await room.send(audience)
    try await room.running { await room.jobs.waitUntilFinished(count: 1) }
    #expect(room.log.calls.first?.lines.first??.hasPrefix("0,CREATE,DE,") == true)
  }
}
