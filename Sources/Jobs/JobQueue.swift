import Base
import Metadata

import struct Foundation.Date

/// The transactions of the queue: each moves a job and its subject together.
///
/// A job that runs is leased to the server that runs it. Leases are in the machine's time, whatever the clock of the clean
/// room says: that clock may be moved, and a server does not die of it.
struct JobQueue: Sendable {
  let store: MetadataStore
  let handlers: [JobRecord.Kind: any JobHandler]
  let policy: QueuePolicy
  let maximumCrashes: Int
  let maximumFailures: Int
  /// This server, among those that have the store.
  let owner: String
  let lease: Duration
  let machineClock: any WallClock

  /// Why a job goes back to the queue.
  enum Cause: Sendable {
    /// It was asked to stop, which does not count against it.
    case stopped
    case processEnded
    case failed
  }

  /// What became of a job that could not be computed.
  enum Return: Sendable {
    case requeued
    case abandoned
    /// Somebody else has moved the job meanwhile, so that this attempt no longer counts.
    case outdated
  }

  /// Forgets what is long over, and puts back what ran when an earlier process ended.
  ///
  /// - Parameter isAlone: Whether no other server has the store, so that whatever runs was left behind.
  func recover(isAlone: Bool, at now: Date) async throws -> [JobEvent] {
    try await store.write { transaction in
      try transaction.deleteFinishedJobs(before: now.addingTimeInterval(-Self.finishedJobLifetimeSeconds))
      let left =
        try isAlone
        ? transaction.jobs(in: .running, limit: .max) : transaction.jobsLeft(by: machineClock.now, except: owner)
      return try requeue(left, in: transaction, at: now)
    }
  }

  /// Renews the leases of this server's jobs.
  ///
  /// - Returns: The attempts that still are this server's, by the jobs' ids.
  func renewLeases() async throws -> [Int64: Int] {
    // Nothing is written where nothing runs.
    guard try await !store.read({ try $0.attempts(ownedBy: owner).isEmpty }) else { return [:] }
    return try await store.write { transaction in
      try transaction.renewLeases(ofJobsOwnedBy: owner, until: leaseEnd)
      return try transaction.attempts(ownedBy: owner)
    }
  }

  /// Puts back what other servers run no more: their leases have run out.
  func takeOver(at now: Date) async throws -> [JobEvent] {
    guard try await !store.read({ try $0.jobsLeft(by: machineClock.now, except: owner).isEmpty }) else { return [] }
    return try await store.write { transaction in
      try requeue(try transaction.jobsLeft(by: machineClock.now, except: owner), in: transaction, at: now)
    }
  }

  private var leaseEnd: Date { machineClock.now.addingTimeInterval(lease / .seconds(1)) }

  /// Puts back jobs whose server has ended, and counts that against them.
  private func requeue(
    _ jobs: [JobRecord], in transaction: WriteTransaction, at now: Date
  ) throws -> [JobEvent] {
    try jobs.map { job in
      switch try requeue(job, cause: .processEnded, in: transaction, at: now) {
      case .abandoned: JobEvent.abandoned(subjectID: job.subjectID, attempt: job.attempt)
      case .requeued, .outdated: JobEvent.requeued(subjectID: job.subjectID, attempt: job.attempt)
      }
    }
  }

  /// How long finished jobs stay on record, in seconds: 30 days.
  static let finishedJobLifetimeSeconds = 30.0 * 86_400

  /// Starts the job whose turn it is, or returns nil where none waits or none may start.
  func start(at now: Date) async throws -> JobRecord? {
    try await store.write { transaction in
      guard let id = policy.nextJobID(in: try transaction.queueState()), var job = try transaction.job(id: id) else {
        return nil
      }
      try transaction.recordTurn(instanceID: job.instanceID)
      job.state = .running
      job.attempt += 1
      job.owner = owner
      job.leaseEndsAt = leaseEnd
      job.updatedAt = now
      try transaction.update(job)
      try handler(of: job).begin(job, in: transaction, at: now)
      return job
    }
  }

  /// Makes a computed job count. Returns false when the attempt no longer does.
  func complete(_ job: JobRecord, with completion: JobCompletion, at now: Date) async throws -> Bool {
    try await store.write { transaction in
      guard var current = try currentJob(job, in: transaction) else { return false }
      try completion.apply(transaction, now)
      current.end(.finished, at: now)
      try transaction.update(current)
      return true
    }
  }

  /// Puts a job back that was not computed.
  func requeue(_ job: JobRecord, cause: Cause, at now: Date) async throws -> Return {
    try await store.write { transaction in
      guard let current = try currentJob(job, in: transaction) else { return .outdated }
      return try requeue(current, cause: cause, in: transaction, at: now)
    }
  }

  private func requeue(
    _ job: JobRecord, cause: Cause, in transaction: WriteTransaction, at now: Date
  ) throws -> Return {
    var job = job
    switch cause {
    case .stopped: break
    case .processEnded: job.crashCount += 1
    case .failed: job.failureCount += 1
    }
    let isAbandoned = job.crashCount >= maximumCrashes || job.failureCount >= maximumFailures
    job.end(isAbandoned ? .finished : .pending, at: now)
    try transaction.update(job)
    if isAbandoned {
      try handler(of: job).abandon(job, in: transaction, at: now)
      return .abandoned
    }
    try handler(of: job).requeue(job, in: transaction, at: now)
    return .requeued
  }

  /// The job as it is now, if it still is in the attempt that `job` is, and this server's.
  private func currentJob(_ job: JobRecord, in transaction: WriteTransaction) throws -> JobRecord? {
    guard let id = job.id, let current = try transaction.job(id: id), current.state == .running,
      current.attempt == job.attempt, current.owner == owner
    else { return nil }
    return current
  }

  private func handler(of job: JobRecord) throws -> any JobHandler {
    guard let handler = handlers[job.kind] else { throw MissingHandler(kind: job.kind) }
    return handler
  }

  /// The program was put together without a handler for a kind of job.
  struct MissingHandler: Error {
    let kind: JobRecord.Kind
  }
}

extension JobRecord {
  /// Ends a run of the job, which then is nobody's.
  fileprivate mutating func end(_ state: State, at now: Date) {
    self.state = state
    owner = nil
    leaseEndsAt = nil
    updatedAt = now
  }
}
