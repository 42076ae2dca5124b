import Metadata

import struct Foundation.Date

/// The transactions of the queue. Each moves a job and its subject together. One process at a time has the queue.
struct JobQueue: Sendable {
  let store: MetadataStore
  let handlers: [JobRecord.Kind: any JobHandler]
  let policy: QueuePolicy
  let maximumCrashes: Int
  let maximumFailures: Int
  /// Decides when jobs may start; nil if they may at once.
  let pacing: (any JobPacing)?

  /// The reason why a job returns to the queue.
  enum Cause: Sendable {
    /// The job was stopped, or failed because of the machine, which does not count against it.
    case stopped
    /// It took long, and others waited.
    case gaveWay
    case processEnded
    /// The job ended the process that the engine ran in.
    case workerEnded
    case failed
  }

  /// The outcome of a job that could not be computed.
  enum Return: Sendable {
    case requeued
    case abandoned
    /// The job was cancelled meanwhile, so this attempt no longer counts.
    case outdated
  }

  /// Removes old finished jobs, and requeues jobs that ran when the last process ended, which counts against them.
  func recover(at now: Date) async throws -> [JobEvent] {
    try await store.write { transaction in
      try transaction.deleteFinishedJobs(before: now.addingTimeInterval(-Self.finishedJobLifetimeSeconds))
      return try transaction.jobs(in: .running, limit: .max).map { job in
        switch try requeue(job, cause: .processEnded, in: transaction, at: now) {
        case .abandoned: JobEvent.abandoned(subjectID: job.subjectID, attempt: job.attempt)
        case .requeued, .outdated: JobEvent.requeued(subjectID: job.subjectID, attempt: job.attempt)
        }
      }
    }
  }

  /// Requeues jobs that are running according to the store and run nowhere: of which the end could not be recorded.
  ///
  /// - Parameter present: The ids of the jobs that run in this process, which is the only one with the queue.
  func requeueLost(besides present: @Sendable () -> Set<Int64>, at now: Date) async throws -> [JobEvent] {
    let running = try await store.read { try $0.jobs(in: .running, limit: .max) }
    // Looked at after the store: a job that ends in between is finished in the transaction below.
    let known = present()
    var events: [JobEvent] = []
    for job in running where !known.contains(job.id ?? 0) {
      switch try await requeue(job, cause: .stopped, at: now) {
      case .requeued: events.append(.requeued(subjectID: job.subjectID, attempt: job.attempt))
      case .abandoned: events.append(.abandoned(subjectID: job.subjectID, attempt: job.attempt))
      case .outdated: break
      }
    }
    return events
  }

  /// The time for which finished jobs stay on record, in seconds: 30 days.
  static let finishedJobLifetimeSeconds = 30.0 * 86_400

  /// Starts the job whose turn it is; nil if none waits or none may start.
  func start(at now: Date) async throws -> JobRecord? {
    try await store.write { transaction in
      guard
        let id = policy.nextJobID(
          in: try transaction.queueState(policy.times(at: now), isDue: dueTest(at: now))),
        var job = try transaction.job(id: id)
      else {
        return nil
      }
      try transaction.recordTurn(instanceID: job.instanceID)
      job.state = .running
      job.attempt += 1
      try transaction.update(&job, at: now)
      try handler(of: job).begin(job, in: transaction, at: now)
      return job
    }
  }

  /// The running job that has to give way to one that waits; nil if none has.
  ///
  /// - Parameter running: The jobs that run in this process.
  func jobToGiveWay(among running: [JobRecord], at now: Date) async throws -> JobRecord? {
    guard let job = policy.jobToGiveWay(among: running, at: now) else { return nil }
    let isDue = dueTest(at: now)
    let state = try await store.read { [times = policy.times(at: now)] in try $0.queueState(times, isDue: isDue) }
    return policy.hasReason(job, toGiveWayIn: state) ? job : nil
  }

  /// Marks the subjects of jobs that wait for their time as running, where that is what clients would see.
  func showWaiting(at now: Date) async throws {
    guard let pacing, pacing.holdsJobs else { return }
    try await store.write { transaction in
      for job in try transaction.jobs(in: .pending, limit: .max)
      where pacing.phase(of: job, at: now) == .shownAsRunning {
        try handler(of: job).showAsRunning(job, in: transaction, at: now)
      }
    }
  }

  /// The number of jobs that are due or running.
  func dueCount(at now: Date) async throws -> Int {
    let isDue = dueTest(at: now)
    return try await store.read { snapshot in
      guard let isDue else { return try snapshot.unfinishedJobCount() }
      return try snapshot.jobs(in: .pending, limit: .max).count(where: isDue)
        + snapshot.jobs(in: .running, limit: .max).count
    }
  }

  /// Whether a job may start; nil if all may.
  private func dueTest(at now: Date) -> (@Sendable (JobRecord) -> Bool)? {
    guard let pacing, pacing.holdsJobs else { return nil }
    return { pacing.phase(of: $0, at: now) == .due }
  }

  /// Makes a computed job count. Returns false if the attempt no longer does.
  func complete(_ job: JobRecord, with completion: JobCompletion, at now: Date) async throws -> Bool {
    try await store.write { transaction in
      guard var current = try currentJob(job, in: transaction) else { return false }
      try completion.apply(transaction, now)
      current.state = .finished
      try transaction.update(&current, at: now)
      return true
    }
  }

  /// Requeues a job that was not computed.
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
    case .gaveWay: job.hasGivenWay = true
    case .processEnded: job.crashCount += 1
    case .workerEnded: job.workerEndCount += 1
    case .failed: job.failureCount += 1
    }
    let isAbandoned =
      job.crashCount >= maximumCrashes || job.failureCount >= maximumFailures
      || job.workerEndCount >= QueueSettings.maximumWorkerEnds
    job.state = isAbandoned ? .finished : .pending
    try transaction.update(&job, at: now)
    if isAbandoned {
      try handler(of: job).abandon(job, in: transaction, at: now)
      return .abandoned
    }
    try handler(of: job).requeue(job, in: transaction, at: now)
    return .requeued
  }

  /// The present job, if it is still in the attempt of `job`.
  private func currentJob(_ job: JobRecord, in transaction: WriteTransaction) throws -> JobRecord? {
    guard let id = job.id, let current = try transaction.job(id: id), current.state == .running,
      current.attempt == job.attempt
    else { return nil }
    return current
  }

  private func handler(of job: JobRecord) throws -> any JobHandler {
    guard let handler = handlers[job.kind] else { throw MissingHandler(kind: job.kind) }
    return handler
  }

  /// The program has no handler for a kind of job.
  struct MissingHandler: Error {
    let kind: JobRecord.Kind
  }
}

extension JobRecord {
  /// Whether the job gets another attempt if this one ends the engine's worker.
  package var isRetriedAfterWorkerEnd: Bool { workerEndCount + 1 < QueueSettings.maximumWorkerEnds }

  /// Whether the job waits again if the machine fails this attempt. The last attempt ends with its own reason.
  package var isRetriedAfterTransientFailure: Bool { attempt < QueueSettings.maximumTransientAttempts }
}
