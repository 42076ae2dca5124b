package import Base
package import CleanRoom
package import Foundation
package import Jobs
package import Logging
package import Metadata
package import ObjectStorage
import Warehouse

/// Processes the records that were sent to an instance, several requests at a time. The subject of a job is the batch.
package struct AudienceRecordsJobHandler: JobHandler {
  /// The largest number of requests in a batch.
  static let requestLimit = 64
  /// The largest number of valid records in a batch, except if its first request has more.
  static let recordLimit = 250_000
  /// The time for which staged records of no request are kept, in seconds: their request may be about to be recorded.
  static let orphanLifetimeSeconds = 3600.0

  private let store: MetadataStore
  private let log: any AudienceMemberLog
  private let objects: any ObjectStorage
  private let traffic: ReadWriteLock
  private let clock: any WallClock
  private let settings: CleanRoomSettings
  private let logger: Logger

  package init(
    store: MetadataStore, log: any AudienceMemberLog, objects: any ObjectStorage, traffic: ReadWriteLock,
    clock: any WallClock, settings: CleanRoomSettings, logger: Logger
  ) {
    self.store = store
    self.log = log
    self.objects = objects
    self.traffic = traffic
    self.clock = clock
    self.settings = settings
    self.logger = logger
  }

  package var kind: JobRecord.Kind { .audienceRecords }

  /// Adds a job for the instance unless one is waiting already, which will process the same requests.
  static func enqueue(
    batchID: String, instanceID: String, in transaction: WriteTransaction, at now: Date
  ) throws {
    guard try !transaction.hasWaitingRecordJob(instanceID: instanceID) else { return }
    let accountID = try transaction.find(InstanceRecord.self, id: instanceID)?.accountID ?? ""
    try transaction.insert(
      JobRecord(
        kind: .audienceRecords, subjectID: batchID, instanceID: instanceID, accountID: accountID, createdAt: now))
  }

  /// The first attempt decides which requests belong to the batch. Further attempts have the same.
  package func begin(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    guard try transaction.pendingSubmissions(batchID: job.subjectID, instanceID: job.instanceID).isEmpty else { return }
    let waiting = try transaction.unclaimedSubmissions(instanceID: job.instanceID, limit: Self.requestLimit + 1)
    var recordCount = 0
    var takenCount = 0
    for submission in waiting.prefix(Self.requestLimit) {
      recordCount += submission.validCount
      guard takenCount == 0 || recordCount <= Self.recordLimit else { break }
      var submission = submission
      submission.batchID = job.subjectID
      try transaction.update(&submission, at: now)
      takenCount += 1
    }
    if takenCount < waiting.count {
      try Self.enqueue(
        batchID: "\(job.subjectID)+", instanceID: job.instanceID, in: transaction, at: now)
    }
  }

  package func abandon(_ job: JobRecord, in transaction: WriteTransaction, at now: Date) throws {
    for var submission in try transaction.pendingSubmissions(batchID: job.subjectID, instanceID: job.instanceID) {
      submission.state = .failed
      submission.stagedKey = nil
      try transaction.update(&submission, at: now)
      try transaction.count(received: submission.receivedCount, resolved: 0, audienceID: submission.audienceID)
    }
  }

  package func compute(_ job: JobRecord) async throws -> JobCompletion {
    let submissions = try await store.read { snapshot in
      try snapshot.pendingSubmissions(batchID: job.subjectID, instanceID: job.instanceID)
    }
    guard !submissions.isEmpty else { return .nothing }
    let isLastAttempt = job.failureCount + 1 >= settings.queue.maximumFailures || !job.isRetriedAfterWorkerEnd
    let outcome: BatchOutcome
    do {
      outcome = try await process(submissions, isLastAttempt: isLastAttempt)
    } catch {
      // The job is abandoned, so its records are removed as well. After a failure of the machine it is tried again.
      if isLastAttempt, !(error is CancellationError), !error.isTransientFailure { try await removeStaged(submissions) }
      throw error
    }
    // The logs know the people of these records by now, so the records are removed before anything else. Those that did
    // not reach a log are kept until the completion has recorded it: after a crash the next attempt needs them.
    try await removeStaged(submissions.filter { outcome.state(of: $0) == .succeeded })
    return JobCompletion { transaction, now in
      for submission in try transaction.pendingSubmissions(batchID: job.subjectID, instanceID: job.instanceID) {
        try Self.finish(submission, outcome, in: transaction, at: now)
      }
    }
  }

  package func cleanUp(_ job: JobRecord) async {
    await removeOrphans(instanceID: job.instanceID)
  }

  private static func finish(
    _ submission: RecordSubmission, _ outcome: BatchOutcome, in transaction: WriteTransaction, at now: Date
  ) throws {
    var submission = submission
    submission.state = outcome.state(of: submission)
    submission.resolvedCount = outcome.resolvedCounts[submission.sequence ?? 0] ?? 0
    submission.stagedKey = nil
    try transaction.update(&submission, at: now)
    try transaction.count(
      received: submission.receivedCount, resolved: submission.resolvedCount, audienceID: submission.audienceID)
  }

  private func removeStaged(_ submissions: [RecordSubmission]) async throws {
    for submission in submissions {
      if let key = submission.stagedKey { try await objects.delete(try ObjectKey(key)) }
    }
  }

  // MARK: The logs of a batch

  /// Appends to the logs of each instance in turn. If an instance fails, the whole job is tried again, until the last
  /// attempt, which accepts a partial result: the requests say which of them did not reach a log, and a log entry why.
  private func process(_ submissions: [RecordSubmission], isLastAttempt: Bool) async throws -> BatchOutcome {
    let logs = try await logs(of: submissions)
    var outcome = BatchOutcome()
    var failure: (any Error)?
    for instanceID in Set(logs.values.map(\.instanceID)).sorted() {
      let ids = Set(logs.values.filter { $0.instanceID == instanceID }.map(\.id))
      do {
        guard let instance = try await store.read({ try $0.find(InstanceRecord.self, id: instanceID) }) else {
          continue
        }
        let requests = try await requests(submissions, logIDs: ids)
        let counts = try await traffic.shared(instanceID) { try await log.append(requests, of: instance) }
        outcome.add(counts, logIDs: ids)
      } catch {
        guard isLastAttempt, !(error is CancellationError), !error.isTransientFailure else { throw error }
        logger.error(
          "Records did not reach an instance, and are given up.",
          metadata: ["error": "\(error.logDescription)"])
        failure = error
      }
    }
    if let failure, outcome.logIDs.isEmpty { throw failure }
    return outcome
  }

  private func logs(of submissions: [RecordSubmission]) async throws -> [String: AudienceLogRecord] {
    let ids = Set(submissions.flatMap(\.logIDs))
    return try await store.read { snapshot in
      var logs: [String: AudienceLogRecord] = [:]
      for id in ids { logs[id] = try snapshot.find(AudienceLogRecord.self, id: id) }
      return logs
    }
  }

  /// The requests with entries for one of the logs. Entries have the time at which they are made, so those of waiting
  /// requests do not count for moments at which no query saw them.
  private func requests(
    _ submissions: [RecordSubmission], logIDs: Set<String>
  ) async throws -> [StagedAudienceRecords] {
    var requests: [StagedAudienceRecords] = []
    for submission in submissions {
      let own = logIDs.intersection(submission.logIDs)
      guard !own.isEmpty, let sequence = submission.sequence, let key = submission.stagedKey else { continue }
      requests.append(
        StagedAudienceRecords(
          sequence: sequence, id: submission.id, audienceID: submission.audienceID, insertedAt: clock.now,
          recordCount: submission.validCount, file: try await location(of: key), logIDs: own))
    }
    return requests
  }

  /// The location of the staged records. A finished earlier attempt has removed them; then nobody reads them.
  private func location(of key: String) async throws -> EngineLocation? {
    do {
      return try await objects.engineLocation(of: try ObjectKey(key))
    } catch {
      guard error.code == .notFound else { throw error }
      return nil
    }
  }

  /// Removes staged records that no job will read.
  private func removeOrphans(instanceID: String) async {
    do {
      try await StagedRecordOrphans(store: store, objects: objects).remove(
        instanceID: instanceID, olderThan: clock.now.addingTimeInterval(-Self.orphanLifetimeSeconds))
    } catch {
      logger.warning("Staged records were not removed.", metadata: ["error": "\(error.logDescription)"])
    }
  }
}

/// The outcome of a batch.
private struct BatchOutcome: Sendable {
  /// The logs with its entries.
  var logIDs: Set<String> = []
  /// The number of records of each request that matched a person, by sequence, in the first instance that counted.
  var resolvedCounts: [Int64: Int] = [:]

  mutating func add(_ counts: [Int64: Int], logIDs: Set<String>) {
    self.logIDs.formUnion(logIDs)
    resolvedCounts.merge(counts) { first, _ in first }
  }

  func state(of submission: RecordSubmission) -> RecordSubmission.State {
    let reached = submission.logIDs.filter(logIDs.contains)
    if reached.isEmpty { return .failed }
    return reached.count == submission.logIDs.count ? .succeeded : .partiallySucceeded
  }
}

extension RecordSubmission {
  /// The logs for its entries, that of the instance first.
  var logIDs: [String] { [amcLogID, dspLogID].compactMap(\.self) }
}
