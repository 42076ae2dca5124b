import Activation
import AdvertiserData
import Audiences
import CleanRoom
import Jobs
import Measurement
import Queries

import struct Foundation.Date

/// The signals that wake the runners of a server early.
struct RunnerSignals: Sendable {
  let schedules = WakeSignal()
  let refreshes = WakeSignal()

  /// Wakes refreshes when a job has ended: the next ones can start.
  func observing(_ observer: @escaping @Sendable (JobEvent) -> Void) -> @Sendable (JobEvent) -> Void {
    { event in
      observer(event)
      switch event {
      case .finished, .abandoned: refreshes.notify()
      case .started, .requeued, .outdated: break
      }
    }
  }
}

extension ServerComponents {
  /// The runner of jobs with all of its handlers.
  static func jobRunner(
    _ dependencies: Dependencies, _ signals: RunnerSignals, _ charges: NoiseCharges, _ metrics: ServerMetrics
  ) -> JobRunner {
    let traffic = ReadWriteLock()
    let runningJobs = RunningJobs()
    let simulation = dependencies.simulation
    let signalsEnd = { @Sendable (now: Date) in simulation?.signalsEnd(at: now) }
    return JobRunner(
      store: dependencies.store,
      handlers: [
        AudienceJobHandler(
          store: dependencies.store, queries: dependencies.queries, objects: dependencies.objects,
          identifiers: dependencies.identifiers, settings: dependencies.settings, charges: charges,
          logger: dependencies.logger, signalsEnd: signalsEnd),
        ExecutionJobHandler(
          store: dependencies.store, objects: dependencies.objects, delivery: dependencies.delivery,
          differencing: DifferencingGuard(
            store: dependencies.store, queries: dependencies.queries, budget: dependencies.settings.disclosureBudget,
            clock: dependencies.clock),
          charges: ExecutionCharges(queries: dependencies.queries, charges: charges),
          logger: dependencies.logger, sleep: dependencies.sleep, signalsEnd: signalsEnd),
        UploadJobHandler(
          store: dependencies.store, rows: dependencies.dataSetStorage, objects: dependencies.objects,
          fetcher: UploadFetcher(
            buckets: dependencies.buckets, account: dependencies.bucketAccount, settings: dependencies.settings),
          traffic: traffic, countRounding: dependencies.settings.audienceCountRounding,
          byteLimit: dependencies.settings.maximumInstanceBytes, ledger: charges.ledger, logger: dependencies.logger),
        AudienceRecordsJobHandler(
          store: dependencies.store, log: dependencies.audienceMembers, objects: dependencies.objects,
          traffic: traffic, clock: dependencies.clock, settings: dependencies.settings, logger: dependencies.logger),
        UserDeletionJobHandler(
          store: dependencies.store, rows: dependencies.dataSetStorage, objects: dependencies.objects,
          traffic: traffic),
        AudienceExportJobHandler(
          store: dependencies.store, export: dependencies.export, clock: dependencies.clock),
      ] + administrationHandlers(dependencies, runningJobs),
      clock: dependencies.clock, settings: dependencies.settings.queue, logger: dependencies.logger,
      runningJobs: runningJobs, pacing: simulation, sleep: dependencies.sleep,
      observer: signals.observing(dependencies.observer), report: { metrics.jobEnded($0) })
  }

  private static func administrationHandlers(
    _ dependencies: Dependencies, _ runningJobs: RunningJobs
  ) -> [any JobHandler] {
    [
      InstanceCreationJobHandler(
        store: dependencies.store, signals: dependencies.syntheticSignals, clock: dependencies.clock),
      SandboxRenewalJobHandler(signals: dependencies.syntheticSignals, clock: dependencies.clock),
      InstanceRemovalJobHandler(
        store: dependencies.store, objects: dependencies.objects, runningJobs: runningJobs),
      AdvertiserUpdateJobHandler(
        store: dependencies.store, objects: dependencies.objects, runningJobs: runningJobs,
        logger: dependencies.logger),
    ]
  }
}
