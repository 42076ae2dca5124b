import Activation
import Audiences
import Base
import CleanRoom
import Foundation
import GRDB
import Jobs
import Logging
import Measurement
import Metadata
import ObjectStorage
import Queries
import ServerTestSupport
import ServiceLifecycle

/// A clean room on a folder, as one process sees it. Another room on the same folder is the next process.
struct Room: Sendable {
  let folder: TemporaryFolder
  let store: MetadataStore
  let objects: LocalFolderStorage
  let queries: FakeQueryService
  let clock: ManualClock
  let jobs: JobLog
  let audiences: AudienceService
  let workflows: WorkflowService
  let executions: ExecutionService
  let schedules: ScheduleService
  let scheduleRunner: ScheduleRunner
  let refreshRunner: RefreshRunner
  let advertiserAudiences: AdvertiserAudienceService
  let instances: InstanceService
  let runner: JobRunner
  let ledger: PrivacyLedger
  let identifiers: any IdentifierGenerator

  struct Options: Sendable {
    var settings = CleanRoomSettings()
    /// Called in each run, after its output was written.
    var whileRunning: @Sendable (FakeQueryService.Run) async -> Void = { _ in }
    /// A sleep that never ends by itself, unless a test says so.
    var sleep: JobRunner.Sleep = { _ in
      let never = AsyncStream<Never> { _ in }
      for await _ in never {}
      throw CancellationError()
    }
    var identifiers: any IdentifierGenerator = SequentialIdentifiers()
    var delivery: any ResultDelivery = NoDelivery()
    /// Makes the way out for members, which begins with the objects of the room.
    var export: @Sendable (LocalFolderStorage) -> any AudienceExport = { _ in NoAudienceExport() }
    /// Called with the end of each attempt at a job.
    var report: @Sendable (JobReport) -> Void = { _ in }
    /// Whether the runner looks for jobs that others have left, as often as `sleep` lets it.
    var looksForJobs = false
    /// The privacy mode of the instance. Its queries are the fake service's, which has to be told the same.
    var privacy = InstancePrivacy.threshold

    /// An instance in noise mode with a budget of so many charges.
    static func noise(charges count: Int) -> Options {
      var options = noise
      options.settings.noise.limitCharges(to: count)
      return options
    }

    /// An instance in noise mode.
    static var noise: Options {
      var options = Options()
      options.privacy = .noise(population: InstancePrivacy.defaultPopulation)
      return options
    }
  }

  /// Opens the folder; makes the account and the instance when they are not there.
  ///
  /// - Parameter start: What the clock shows.
  init(folder: TemporaryFolder, at start: Date = Fixtures.now, _ options: Options = Options()) async throws {
    self.folder = folder
    store = try MetadataStore(path: folder.file("metadata.sqlite"))
    objects = try LocalFolderStorage(root: URL(filePath: folder.file("objects")))
    queries = FakeQueryService(objects: objects, whileRunning: options.whileRunning)
    if let population = options.privacy.population {
      queries.addNoise(FakeNoise(population: population, cost: options.settings.noise.queryLoss))
    }
    clock = ManualClock(start)
    let charges = NoiseCharges(
      store: store, ledger: PrivacyLedger(settings: options.settings.noise, secrets: SequentialSecrets()), clock: clock)
    let executionCharges = ExecutionCharges(queries: queries, charges: charges)
    ledger = charges.ledger
    let jobs = JobLog()
    self.jobs = jobs
    identifiers = options.identifiers
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let runner = JobRunner(
      store: store,
      handlers: [
        AudienceJobHandler(
          store: store, queries: queries, objects: objects, identifiers: identifiers, settings: options.settings,
          charges: charges, logger: logger),
        ExecutionJobHandler(
          store: store, objects: objects, delivery: options.delivery,
          differencing: DifferencingGuard(
            store: store, queries: queries, budget: options.settings.disclosureBudget, clock: clock),
          charges: executionCharges, logger: logger, sleep: options.sleep),
        AudienceExportJobHandler(store: store, export: options.export(objects), clock: clock),
      ], clock: clock, settings: options.settings.queue, logger: logger,
      sleep: { duration in
        let isLook = duration == options.settings.queue.checkInterval
        try await (isLook && !options.looksForJobs ? Options().sleep : options.sleep)(duration)
      }, observer: { jobs.record($0) }, report: options.report)
    self.runner = runner
    audiences = AudienceService(
      store: store, clock: clock, identifiers: identifiers, settings: options.settings, wakeRunner: { runner.wake() })
    workflows = WorkflowService(store: store, queries: queries, clock: clock)
    executions = ExecutionService(
      store: store, queries: queries, objects: objects, clock: clock, identifiers: identifiers,
      ledger: ledger, wakeRunner: { runner.wake() }, stopJob: { runner.stop(kind: .execution, subjectID: $0) })
    schedules = ScheduleService(store: store, clock: clock)
    scheduleRunner = ScheduleRunner(
      DueSchedules(store: store, clock: clock, identifiers: identifiers, charges: executionCharges),
      every: options.settings.scheduleCheckInterval, logger: logger, sleep: options.sleep,
      wakeRunner: { runner.wake() })
    refreshRunner = RefreshRunner(
      DueRefreshes(store: store, clock: clock, limit: options.settings.maximumRefreshesPerInstance),
      every: options.settings.refreshCheckInterval, logger: logger, sleep: options.sleep,
      wakeRunner: { runner.wake() })
    advertiserAudiences = AdvertiserAudienceService(store: store)
    instances = InstanceService(store: store)
    if try await store.read({ try $0.find(InstanceRecord.self, id: Fixtures.setup.instanceID) }) == nil {
      var setup = Fixtures.setup
      setup.privacy = options.privacy
      try await instances.create(setup, at: Fixtures.now)
    }
  }

  init(at start: Date = Fixtures.now, _ options: Options = Options()) async throws {
    try await self.init(folder: TemporaryFolder(), at: start, options)
  }

  var instance: InstanceRecord {
    get async throws {
      guard let instance = try await store.read({ try $0.find(InstanceRecord.self, id: Fixtures.setup.instanceID) })
      else {
        throw CleanRoomError.unknownInstance
      }
      return instance
    }
  }

  /// The charges that count in the budget of an instance in noise mode.
  func charges() async throws -> [PrivacyChargeRecord] {
    let now = clock.now
    return try await store.read { try ledger.charges(of: InstancePrivacy.defaultPopulation, in: $0, at: now) }
  }

  /// Runs the job runner while the body runs, and stops it cleanly.
  func running<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
    let services = ServiceGroup(
      services: [runner], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      let result = try await body()
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
      return result
    }
  }

  /// Refreshes what is due until nothing is. To be called while the room is running.
  func refresh() async throws {
    while true {
      try Task.checkCancellation()
      try await refreshRunner.runDue()
      let endCount = jobs.endCount
      if try await store.read({ try $0.unfinishedJobCount() }) > 0 {
        await jobs.waitUntilEnded(count: endCount + 1)
      } else if try await refreshRunner.work.dueCount() == 0 {
        return
      }
    }
  }

  func createExecution(_ draft: ExecutionDraft = Fixtures.executionDraft()) async throws -> ExecutionRecord {
    try await executions.create(draft, in: try await instance)
  }

  func execution(_ id: String) async throws -> ExecutionRecord {
    try await executions.execution(id: id, instanceID: Fixtures.setup.instanceID)
  }

  func createAudience(_ draft: AudienceDraft = Fixtures.draft()) async throws -> AudienceRecord {
    try await audiences.create(draft, in: try await instance, clientID: "client")
  }

  func audience(_ id: String) async throws -> AudienceRecord {
    try await audiences.audience(id: id, instanceID: Fixtures.setup.instanceID).audience
  }

  /// The audiences of the account's DISPLAY advertisers, oldest first.
  func displayAudiences() async throws -> [AdvertiserAudienceRecord] {
    let query = AdvertiserAudienceQuery(
      accountID: Fixtures.setup.accountID, kind: .display, advertiserID: nil, conditions: [])
    return try await store.read {
      try $0.advertiserAudiences(query, after: (.distantPast, ""), limit: .max).map(\.shown)
    }
  }

  /// The folder as it would be left if the process ended now: everything that is committed, and all objects.
  func copyAsAfterACrash() throws -> TemporaryFolder {
    let copy = try folder.another()
    let source = try DatabaseQueue(path: folder.file("metadata.sqlite"))
    try source.vacuum(into: copy.file("metadata.sqlite"))
    try source.close()
    try FileManager.default.copyItem(atPath: folder.file("objects"), toPath: copy.file("objects"))
    return copy
  }

  /// The keys of all objects of the instance.
  func objectKeys() async throws -> [String] {
    try await objects.list(under: ObjectKey("instances/\(Fixtures.setup.instanceID)")).map(\.key.value)
  }
}
