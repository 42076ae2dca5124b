import Base
import Logging
import Metadata
import Synchronization

/// How the work for a job ended, for the queue as a whole.
enum JobEnd: Sendable, Hashable {
  /// The store has the outcome, whatever it is.
  case recorded
  /// The machine was not able to: a full disk, for instance. The next job would hardly fare better.
  case machineFailed
}

/// The rest of the queue after failures of the machine: long enough to not fill a log, and over soon after the cause is
/// gone.
struct QueueRest {
  private let first: Duration
  private let longest: Duration
  private var failuresInARow = 0
  var isResting = false

  init(first: Duration, longest: Duration) {
    (self.first, self.longest) = (first, longest)
  }

  /// Notes the end of a job. Returns how long the queue has to rest, if a rest begins.
  mutating func note(_ end: JobEnd) -> Duration? {
    switch end {
    case .recorded:
      failuresInARow = 0
      return nil
    case .machineFailed:
      guard !isResting else { return nil }
      isResting = true
      failuresInARow += 1
      // The shift is bounded: the longest rest is reached long before.
      return min(first * (1 << min(failuresInARow - 1, 16)), longest)
    }
  }
}

/// The number of times that each job failed because of the machine, in this process.
final class TransientFailures: Sendable {
  private let counts = Mutex<[Int64: Int]>([:])

  /// Counts a failure. Returns the number of failures of the job.
  func count(_ job: JobRecord) -> Int {
    counts.withLock { counts in
      counts[job.id ?? 0, default: 0] += 1
      return counts[job.id ?? 0] ?? 1
    }
  }

  func forget(_ job: JobRecord) {
    counts.withLock { $0[job.id ?? 0] = nil }
  }
}

extension JobRunner {
  /// Notes how an attempt ended, with the code of its failure.
  private typealias Note = @Sendable (JobReport.Outcome, String?) -> Void

  /// Does the work for a job that has been started.
  func perform(_ job: JobRecord) async -> JobEnd {
    let start = ContinuousClock.now
    let note = { @Sendable (outcome: JobReport.Outcome, code: String?) in
      self.report(
        JobReport(kind: job.kind, outcome: outcome, code: code, duration: ContinuousClock.now - start))
    }
    let metadata: Logger.Metadata = ["job": "\(job.id ?? 0)", "kind": "\(job.kind)", "attempt": "\(job.attempt)"]
    do {
      guard let handler = queue.handlers[job.kind] else { throw JobQueue.MissingHandler(kind: job.kind) }
      let completion = try await runningJobs.run(job) { try await handler.compute(job) }
      let isCounted = try await queue.complete(job, with: completion, at: clock.now)
      transientFailures.forget(job)
      guard isCounted else {
        await discard(job, note)
        return .recorded
      }
      note(completion.failureCode == nil ? .succeeded : .failed, completion.failureCode)
      await handler.cleanUp(job)
      logger.info("Job finished.", metadata: metadata)
      observer(.finished(subjectID: job.subjectID, attempt: job.attempt))
      return .recorded
    } catch is CancellationError {
      let cause = runningJobs.givesWay(job) ? JobQueue.Cause.gaveWay : .stopped
      return await requeue(job, cause: cause, metadata: metadata, note) ? .recorded : .machineFailed
    } catch {
      logger.error("Job failed.", metadata: metadata.merging(["error": "\(error.logDescription)"]) { $1 })
      let code = (error as? any CodedError)?.stableCode ?? "internal_error"
      return await end(job, after: error, metadata: metadata) { outcome, _ in note(outcome, code) }
    }
  }

  /// Requeues a job that failed. A failure of the machine does not count against it, unless there are many in a row.
  private func end(
    _ job: JobRecord, after error: any Error, metadata: Logger.Metadata, _ note: @escaping Note
  ) async -> JobEnd {
    guard error.isTransientFailure else {
      let hasEndedItsWorker = (error as? any ProcessEndingError)?.hasEndedItsProcess ?? false
      let cause = hasEndedItsWorker ? JobQueue.Cause.workerEnded : .failed
      return await requeue(job, cause: cause, metadata: metadata, note) ? .recorded : .machineFailed
    }
    let isLikelyItsOwn = transientFailures.count(job) > settings.maximumTransientFailures
    _ = await requeue(job, cause: isLikelyItsOwn ? .failed : .stopped, metadata: metadata, note)
    return .machineFailed
  }

  /// Requeues a job. Returns false if the store can't be written: then the job is requeued as one that runs nowhere, as
  /// soon as it can.
  private func requeue(
    _ job: JobRecord, cause: JobQueue.Cause, metadata: Logger.Metadata, _ note: Note
  ) async -> Bool {
    do {
      switch try await queue.requeue(job, cause: cause, at: clock.now) {
      case .requeued:
        note(.requeued, nil)
        observer(.requeued(subjectID: job.subjectID, attempt: job.attempt))
      case .abandoned:
        transientFailures.forget(job)
        note(.abandoned, nil)
        observer(.abandoned(subjectID: job.subjectID, attempt: job.attempt))
      case .outdated: await discard(job, note)
      }
      return true
    } catch {
      logger.error("Job not put back.", metadata: metadata.merging(["error": "\(error.logDescription)"]) { $1 })
      return false
    }
  }

  /// Stops a job that takes long where others wait and no place is free.
  func makeWay() async throws {
    guard !runningJobs.isMakingWay else { return }
    let running = runningJobs.presentJobs
    guard let job = try await queue.jobToGiveWay(among: running, at: clock.now) else { return }
    logger.info("Job gives way.", metadata: ["job": "\(job.id ?? 0)", "kind": "\(job.kind)"])
    runningJobs.letGiveWay(job)
  }

  private func discard(_ job: JobRecord, _ note: Note) async {
    note(.outdated, nil)
    await queue.handlers[job.kind]?.discard(job)
    observer(.outdated(subjectID: job.subjectID, attempt: job.attempt))
  }
}
