package import Base
package import Logging
package import Metadata
import ServiceLifecycle

/// Runs the jobs of the store, a few at a time, each with the effect of once whatever happens to the process.
///
/// A store has one runner at a time. When the service group shuts down, the runner starts no new jobs, lets running
/// ones finish within the drain limit, and requeues the rest.
package final class JobRunner: Service {
  private enum Signal: Sendable {
    case wake
    case ended
    case stop
    case drainLimitReached
  }

  /// Waits for a time, or until its task is cancelled.
  package typealias Sleep = @Sendable (Duration) async throws -> Void

  private let queue: JobQueue
  private let runningJobs: RunningJobs
  private let clock: any WallClock
  private let settings: QueueSettings
  private let logger: Logger
  private let sleep: Sleep
  private let observer: @Sendable (JobEvent) -> Void
  private let signals: AsyncStream<Signal>
  private let signal: AsyncStream<Signal>.Continuation

  /// - Parameters:
  ///   - runningJobs: The running jobs, for handlers that have to wait for the end of others.
  ///   - pacing: Decides when jobs may start; nil if they may at once.
  ///   - observer: Called with each event after its transaction, on no particular thread.
  package init(
    store: MetadataStore, handlers: [any JobHandler], clock: any WallClock, settings: QueueSettings,
    logger: Logger, runningJobs: RunningJobs = RunningJobs(), pacing: (any JobPacing)? = nil,
    sleep: @escaping Sleep = { try await Task.sleep(for: $0) },
    observer: @escaping @Sendable (JobEvent) -> Void = { _ in }
  ) {
    let handlersByKind = Dictionary(handlers.map { ($0.kind, $0) }) { first, _ in first }
    queue = JobQueue(
      store: store, handlers: handlersByKind, policy: QueuePolicy(settings),
      maximumCrashes: settings.maximumCrashes, maximumFailures: settings.maximumFailures,
      pacing: pacing)
    self.runningJobs = runningJobs
    self.clock = clock
    self.settings = settings
    self.logger = logger
    self.sleep = sleep
    self.observer = observer
    (signals, signal) = AsyncStream.makeStream()
  }

  /// Wakes the runner: there may be a new job.
  package func wake() {
    signal.yield(.wake)
  }

  /// Shows the subjects of jobs that wait for their time as clients would see them, and wakes the runner.
  package func lookAtTime() async throws {
    try await queue.showWaiting(at: clock.now)
    wake()
  }

  /// The number of jobs that are due or running.
  package func dueCount() async throws -> Int { try await queue.dueCount(at: clock.now) }

  /// Stops the running job of a subject, after the store has recorded that it no longer counts.
  package func stop(kind: JobRecord.Kind, subjectID: String) {
    runningJobs.stop(kind: kind, subjectID: subjectID)
  }

  /// Runs until the service group shuts down or the task is cancelled.
  package func run() async throws {
    for event in try await queue.recover(at: clock.now) { observer(event) }
    wake()
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.lookForJobs() }
        await processSignals(in: &group)
      }
    } onGracefulShutdown: {
      self.signal.yield(.stop)
    }
  }

  private func processSignals(in group: inout DiscardingTaskGroup) async {
    var runningCount = 0
    var isStopping = false
    for await next in signals {
      switch next {
      case .wake: break
      case .ended: runningCount -= 1
      case .stop:
        isStopping = true
        addTimer(settings.drainLimit, then: .drainLimitReached, to: &group)
      case .drainLimitReached: group.cancelAll()
      }
      if isStopping {
        if runningCount == 0 { break }
      } else {
        runningCount += await startJobs(upTo: settings.maximumConcurrentJobs - runningCount, in: &group)
      }
    }
    // Ends the timers. Jobs still run here only if the whole task was cancelled, and then they know already.
    group.cancelAll()
  }

  /// Wakes the runner again and again, until the task is cancelled: an operator's commands add jobs without waking it.
  private func lookForJobs() async {
    while (try? await sleep(settings.checkInterval)) != nil, !Task.isCancelled { wake() }
  }

  /// Starts waiting jobs and returns their number.
  private func startJobs(upTo limit: Int, in group: inout DiscardingTaskGroup) async -> Int {
    var startedCount = 0
    while startedCount < limit {
      do {
        if startedCount == 0 { try await queue.showWaiting(at: clock.now) }
        guard let job = try await queue.start(at: clock.now) else { break }
        observer(.started(subjectID: job.subjectID, attempt: job.attempt))
        startedCount += 1
        group.addTask {
          await self.runningJobs.whilePresent(job) { await self.perform(job) }
          self.signal.yield(.ended)
        }
      } catch {
        logger.error("The queue could not be read.", metadata: ["error": "\(MetadataError.code(of: error))"])
        addTimer(settings.retryDelay, then: .wake, to: &group)
        break
      }
    }
    return startedCount
  }

  private func addTimer(_ duration: Duration, then next: Signal, to group: inout DiscardingTaskGroup) {
    group.addTask {
      guard (try? await self.sleep(duration)) != nil else { return }
      self.signal.yield(next)
    }
  }

  private func perform(_ job: JobRecord) async {
    let metadata: Logger.Metadata = ["job": "\(job.id ?? 0)", "kind": "\(job.kind)", "attempt": "\(job.attempt)"]
    do {
      guard let handler = queue.handlers[job.kind] else { throw JobQueue.MissingHandler(kind: job.kind) }
      let completion = try await runningJobs.run(job) { try await handler.compute(job) }
      guard try await queue.complete(job, with: completion, at: clock.now) else {
        return await discard(job)
      }
      await queue.handlers[job.kind]?.cleanUp(job)
      logger.info("Job finished.", metadata: metadata)
      observer(.finished(subjectID: job.subjectID, attempt: job.attempt))
    } catch is CancellationError {
      await requeue(job, cause: .stopped, metadata: metadata)
    } catch {
      logger.error("Job failed.", metadata: metadata.merging(["error": "\(MetadataError.code(of: error))"]) { $1 })
      let hasEndedItsWorker = (error as? any ProcessEndingError)?.hasEndedItsProcess ?? false
      await requeue(job, cause: hasEndedItsWorker ? .workerEnded : .failed, metadata: metadata)
    }
  }

  private func requeue(_ job: JobRecord, cause: JobQueue.Cause, metadata: Logger.Metadata) async {
    do {
      switch try await queue.requeue(job, cause: cause, at: clock.now) {
      case .requeued: observer(.requeued(subjectID: job.subjectID, attempt: job.attempt))
      case .abandoned: observer(.abandoned(subjectID: job.subjectID, attempt: job.attempt))
      case .outdated: await discard(job)
      }
    } catch {
      // The job stays RUNNING in the store. The next start of the server requeues it.
      logger.error(
        "Job not put back.", metadata: metadata.merging(["error": "\(MetadataError.code(of: error))"]) { $1 })
    }
  }

  private func discard(_ job: JobRecord) async {
    await queue.handlers[job.kind]?.discard(job)
    observer(.outdated(subjectID: job.subjectID, attempt: job.attempt))
  }
}
