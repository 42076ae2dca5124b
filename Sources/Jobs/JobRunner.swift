package import Base
package import Logging
package import Metadata
import ServiceLifecycle

/// Runs the jobs of the store, a few at a time, each with the effect of once whatever happens to the process.
///
/// A store has one runner at a time. When the service group shuts down, the runner starts no new jobs, lets running
/// ones finish within the drain limit, and requeues the rest.
package final class JobRunner: Service {
  enum Signal: Sendable {
    case wake
    case ended(JobEnd)
    case restOver
    case stop
    case drainLimitReached
  }

  /// Waits for a time, or until its task is cancelled.
  package typealias Sleep = @Sendable (Duration) async throws -> Void

  let queue: JobQueue
  let runningJobs: RunningJobs
  let clock: any WallClock
  let settings: QueueSettings
  let logger: Logger
  private let sleep: Sleep
  let observer: @Sendable (JobEvent) -> Void
  let report: @Sendable (JobReport) -> Void
  private let signals: AsyncStream<Signal>
  private let signal: AsyncStream<Signal>.Continuation
  let transientFailures = TransientFailures()

  /// - Parameters:
  ///   - runningJobs: The running jobs, for handlers that have to wait for the end of others.
  ///   - pacing: Decides when jobs may start; nil if they may at once.
  ///   - observer: Called with each event after its transaction, on no particular thread.
  ///   - report: Called with the end of each attempt, in the same way.
  package init(
    store: MetadataStore, handlers: [any JobHandler], clock: any WallClock, settings: QueueSettings,
    logger: Logger, runningJobs: RunningJobs = RunningJobs(), pacing: (any JobPacing)? = nil,
    sleep: @escaping Sleep = { try await Task.sleep(for: $0) },
    observer: @escaping @Sendable (JobEvent) -> Void = { _ in },
    report: @escaping @Sendable (JobReport) -> Void = { _ in }
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
    self.report = report
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
    try await recover()
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

  /// Takes over what the last process left, as soon as the store can be written.
  private func recover() async throws {
    while true {
      do {
        for event in try await queue.recover(at: clock.now) { observer(event) }
        return
      } catch {
        guard error.isTransientFailure else { throw error }
        logger.error("The queue could not be read.", metadata: ["error": "\(error.logDescription)"])
        try await sleep(settings.retryDelay)
      }
    }
  }

  private func processSignals(in group: inout DiscardingTaskGroup) async {
    var runningCount = 0
    var isStopping = false
    var rest = QueueRest(first: settings.retryDelay, longest: settings.longestRest)
    for await next in signals {
      switch next {
      case .wake: break
      case .ended(let end):
        runningCount -= 1
        if let duration = rest.note(end) { addTimer(duration, then: .restOver, to: &group) }
      case .restOver: rest.isResting = false
      case .stop:
        isStopping = true
        addTimer(settings.drainLimit, then: .drainLimitReached, to: &group)
      case .drainLimitReached: group.cancelAll()
      }
      if isStopping {
        if runningCount == 0 { break }
      } else if !rest.isResting {
        runningCount += await startJobs(upTo: settings.maximumConcurrentJobs - runningCount, &rest, in: &group)
      }
    }
    // Ends the timers. Jobs still run here only if the whole task was cancelled, and then they know already.
    group.cancelAll()
  }

  /// Wakes the runner again and again, until the task is cancelled: an operator's commands add jobs without waking it.
  private func lookForJobs() async {
    while (try? await sleep(settings.checkInterval)) != nil, !Task.isCancelled { wake() }
  }

  /// Starts waiting jobs and returns their number. Jobs that run nowhere wait again before that.
  private func startJobs(upTo limit: Int, _ rest: inout QueueRest, in group: inout DiscardingTaskGroup) async -> Int {
    var startedCount = 0
    do {
      for event in try await queue.requeueLost(besides: { runningJobs.presentIDs }, at: clock.now) { observer(event) }
      while startedCount < limit {
        if startedCount == 0 { try await queue.showWaiting(at: clock.now) }
        guard let job = try await queue.start(at: clock.now) else { break }
        runningJobs.begin(job)
        observer(.started(subjectID: job.subjectID, attempt: job.attempt))
        startedCount += 1
        group.addTask {
          let end = await self.perform(job)
          self.runningJobs.end(job)
          self.signal.yield(.ended(end))
        }
      }
      if startedCount >= limit { try await makeWay() }
    } catch {
      logger.error("The queue could not be read.", metadata: ["error": "\(error.logDescription)"])
      if let duration = rest.note(.machineFailed) { addTimer(duration, then: .restOver, to: &group) }
    }
    return startedCount
  }

  private func addTimer(_ duration: Duration, then next: Signal, to group: inout DiscardingTaskGroup) {
    group.addTask {
      guard (try? await self.sleep(duration)) != nil else { return }
      self.signal.yield(next)
    }
  }
}
