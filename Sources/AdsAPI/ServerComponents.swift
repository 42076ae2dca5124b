package import Activation
package import AdvertiserData
package import Audiences
package import Measurement
package import Queries
import struct Foundation.Data
package import CleanRoom
package import Hummingbird
package import Logging
package import Login
package import Metadata
import Migration
package import ObjectStorage

/// What an operator may change about the API.
package struct APISettings: Sendable {
  /// Where clients reach the server, such as `https://amc.example.com`; nil to take each request's word for it.
  package var publicURL: String?
  /// Whether clients are held to the rates of `endpoints.tsv`.
  package var limitsRates = true
  /// The region that the server is; nil where each request's host name says it.
  package var region: Region?

  package init() {}
}

/// The services of a server, put together around one store: what `serve`, the demo and tests share.
package struct ServerComponents: Sendable {
  package let store: MetadataStore
  package let login: LoginService
  package let instances: InstanceService
  package let audiences: AudienceService
  package let workflows: WorkflowService
  package let executions: ExecutionService
  package let schedules: ScheduleService
  package let advertiserAudiences: AdvertiserAudienceService
  /// For operators; no route leads to it.
  package let destinations: DestinationService
  package let terms: TermsService
  package let connections: ConnectionService
  package let streamedAudiences: StreamedAudienceService
  package let audienceRecords: AudienceRecordService
  package let dataSets: DataSetService
  package let uploads: UploadService
  package let userDeletions: UserDeletionService
  package let instanceAdministration: InstanceAdministration
  package let advertiserUpdates: AdvertiserUpdateService
  /// Has to be run for anything to happen; `application` does.
  package let jobRunner: JobRunner
  /// Has to be run for schedules to do anything; `application` does.
  package let scheduleRunner: ScheduleRunner
  /// Has to be run for audiences to be refreshed; `application` does.
  package let refreshRunner: RefreshRunner

  private let routes: Routes
  private let logger: Logger

  /// What the components come from. Everything but the first three has a sensible value.
  package struct Dependencies: Sendable {
    package var store: MetadataStore
    package var queries: any QueryService
    package var objects: any ObjectStorage
    package var delivery: any ResultDelivery = NoDelivery()
    /// Where the rows of data sets are.
    package var dataSetStorage: any DataSetStorage = NoDataSetStorage()
    /// Where the members of audiences are that clients send.
    package var audienceMembers: any AudienceMemberLog = NoAudienceMemberLog()
    /// The buckets that uploads are read from; nil for a server that reads from none.
    package var buckets: (any CustomerBuckets)?
    /// Who reads from buckets; nil where that was not said, so that no bucket can grant it anything.
    package var bucketAccount: DeliveryAccount?
    /// The way out for members of audiences; without one, what is connected to a destination can't be exported.
    package var export: any AudienceExport = NoAudienceExport()
    /// Where the signals of new sandboxes come from; nil for a server that makes none.
    package var syntheticSignals: (any SyntheticSignals)?
    package var clock: any WallClock = SystemClock()
    /// The same clock where clients may move it; nil for a server that has no such thing.
    package var movableClock: MovableClock?
    /// Whether no other server has the store.
    package var isAlone = true
    package var identifiers: any IdentifierGenerator = RandomIdentifierGenerator()
    package var secrets: any SecretGenerator = SystemSecretGenerator()
    /// What a check of a password costs.
    package var passwordCost = PasswordHasher.Cost.usual
    package var settings = CleanRoomSettings()
    package var apiSettings = APISettings()
    package var logger = Logger(label: "adyton")
    package var sleep: JobRunner.Sleep = { try await Task.sleep(for: $0) }
    package var observer: @Sendable (JobEvent) -> Void = { _ in }

    package init(store: MetadataStore, queries: any QueryService, objects: any ObjectStorage) {
      self.store = store
      self.queries = queries
      self.objects = objects
    }
  }

  /// How long a connection may be silent before it is closed, in seconds.
  static let idleTimeoutSeconds: Int64 = 75
  /// How many bytes a key of the server has.
  static let serverKeyByteCount = 32

  /// Puts the services together; makes the server's keys when the store has none yet.
  package init(_ dependencies: Dependencies) async throws {
    let store = dependencies.store
    let clock = dependencies.clock
    let endpoints = try EndpointTable.load()
    let pageKey = try await Self.serverKey(.pages, dependencies)
    let downloadKey = try await Self.serverKey(.downloads, dependencies)
    let signals = RunnerSignals()
    let runner = Self.jobRunner(dependencies, signals)

    self.store = store
    logger = dependencies.logger
    login = LoginService(store: store, secrets: dependencies.secrets)
    instances = InstanceService(store: store)
    audiences = AudienceService(
      store: store, clock: clock, identifiers: dependencies.identifiers, settings: dependencies.settings,
      wakeRunner: { runner.wake() })
    workflows = WorkflowService(store: store, queries: dependencies.queries, clock: clock)
    executions = ExecutionService(
      store: store, queries: dependencies.queries, objects: dependencies.objects, clock: clock,
      identifiers: dependencies.identifiers, wakeRunner: { runner.wake() },
      stopJob: { runner.stop(kind: .execution, subjectID: $0) })
    schedules = ScheduleService(store: store, clock: clock)
    scheduleRunner = ScheduleRunner(
      store: store, clock: clock, identifiers: dependencies.identifiers,
      interval: dependencies.settings.scheduleCheckInterval, logger: dependencies.logger, sleep: dependencies.sleep,
      wakeSignal: signals.schedules, wakeRunner: { runner.wake() })
    refreshRunner = RefreshRunner(
      store: store, clock: clock, settings: dependencies.settings, logger: dependencies.logger,
      sleep: dependencies.sleep, wakeSignal: signals.refreshes, wakeRunner: { runner.wake() })
    advertiserAudiences = AdvertiserAudienceService(
      store: store, members: dependencies.audienceMembers, clock: clock,
      minimumAudienceSize: dependencies.settings.minimumAudienceSize,
      countRounding: dependencies.settings.audienceCountRounding)
    destinations = DestinationService(
      store: store, clock: clock, identifiers: dependencies.identifiers, wakeRunner: { runner.wake() })
    terms = TermsService(store: store, clock: clock)
    connections = ConnectionService(store: store, clock: clock, identifiers: dependencies.identifiers)
    streamedAudiences = StreamedAudienceService(
      store: store, clock: clock, identifiers: dependencies.identifiers, members: dependencies.audienceMembers,
      countRounding: dependencies.settings.audienceCountRounding)
    audienceRecords = AudienceRecordService(
      store: store, objects: dependencies.objects, clock: clock, identifiers: dependencies.identifiers,
      wakeRunner: { runner.wake() })
    dataSets = DataSetService(
      store: store, rows: dependencies.dataSetStorage, clock: clock, identifiers: dependencies.identifiers,
      stopUpload: { runner.stop(kind: .upload, subjectID: $0) })
    uploads = UploadService(
      store: store, clock: clock, identifiers: dependencies.identifiers, wakeRunner: { runner.wake() })
    userDeletions = UserDeletionService(
      store: store, objects: dependencies.objects, clock: clock, identifiers: dependencies.identifiers,
      wakeRunner: { runner.wake() })
    instanceAdministration = InstanceAdministration(
      store: store, clock: clock, identifiers: dependencies.identifiers, wakeRunner: { runner.wake() })
    advertiserUpdates = AdvertiserUpdateService(
      store: store, clock: clock, identifiers: dependencies.identifiers, wakeRunner: { runner.wake() })
    jobRunner = runner

    let limits = dependencies.apiSettings.limitsRates ? endpoints.compactMapValues(\.rateLimit) : [:]
    let gate = Gate(
      login: login, instances: instances, regions: Regions(configured: dependencies.apiSettings.region),
      limiter: RateLimiter(limits: limits, clock: clock), clock: clock)
    let pages = PageTokens(key: pageKey)
    let addresses = PublicAddresses(configured: dependencies.apiSettings.publicURL)
    let entrance = ReportingEntrance(gate: gate, instances: instances, pageTokens: pages)
    let dataUpload = DataUploadEntrance(reporting: entrance, terms: terms)
    let downloads = DownloadRoutes(
      executions: executions, objects: dependencies.objects, signer: DownloadSigner(key: downloadKey),
      publicAddresses: addresses, clock: clock)
    routes = Routes(
      login: LoginRoutes(login: login, clock: clock),
      signIn: try await SignInRoutes(dependencies, gate: gate, instances: instances, pageTokens: pages),
      administration: Self.administrationRoutes(
        AdministrationEntrance(gate: gate, instances: instances, pageTokens: pages),
        administration: instanceAdministration, updates: advertiserUpdates, addresses: addresses, dependencies),
      reporting: ReportingRoutes(
        dataSources: DataSourceRoutes(entrance: entrance, catalogues: RecordedCatalogues(store: store, clock: clock)),
        workflows: WorkflowRoutes(entrance: entrance, workflows: workflows),
        executions: ExecutionRoutes(entrance: entrance, executions: executions, downloads: downloads),
        schedules: ScheduleRoutes(entrance: entrance, schedules: schedules), downloads: downloads),
      dataUpload: DataUploadRoutes(
        dataSets: DataSetRoutes(entrance: dataUpload, dataSets: dataSets),
        columns: DataSetColumnRoutes(entrance: dataUpload, dataSets: dataSets),
        uploads: UploadRoutes(entrance: dataUpload, dataSets: dataSets, uploads: uploads),
        userDeletions: UserDeletionRoutes(entrance: dataUpload, userDeletions: userDeletions)),
      audiences: AudienceRoutes(gate: gate, instances: instances, audiences: audiences, pageTokens: pages),
      lookalikes: LookalikeRoutes(gate: gate, instances: instances, audiences: audiences),
      terms: TermsRoutes(gate: gate, terms: terms),
      connections: ConnectionRoutes(
        gate: gate, connections: connections, dataUploadAccount: dependencies.bucketAccount),
      streamedAudiences: StreamedAudienceRoutes(gate: gate, terms: terms, audiences: streamedAudiences),
      audienceRecords: AudienceRecordRoutes(
        gate: gate, terms: terms, audiences: streamedAudiences, records: audienceRecords),
      activation: Self.activationRoutes(
        gate: gate, instances: instances, audiences: advertiserAudiences, pageTokens: pages, dependencies),
      clock: Self.clockRoutes(dependencies, gate: gate, schedules: scheduleRunner, refreshes: refreshRunner),
      health: HealthRoutes(store: store), retired: try RetiredAPI.load())
  }

  private static func administrationRoutes(
    _ entrance: AdministrationEntrance, administration: InstanceAdministration, updates: AdvertiserUpdateService,
    addresses: PublicAddresses, _ dependencies: Dependencies
  ) -> AdministrationRoutes {
    AdministrationRoutes(
      entrance: entrance,
      instances: InstanceRoutes(
        entrance: entrance, administration: administration, addresses: addresses,
        bucketAccount: dependencies.bucketAccount),
      advertisers: AdvertiserRoutes(entrance: entrance, updates: updates),
      audit: AuditRoutes(entrance: entrance, audit: AuditService(store: dependencies.store)))
  }

  private static func activationRoutes(
    gate: Gate, instances: InstanceService, audiences: AdvertiserAudienceService, pageTokens: PageTokens,
    _ dependencies: Dependencies
  ) -> ActivationRoutes {
    let (store, clock, identifiers) = (dependencies.store, dependencies.clock, dependencies.identifiers)
    return ActivationRoutes(
      ActivationEntrance(
        gate: gate, instances: instances, directory: ProfileDirectory(store: store), pageTokens: pageTokens),
      ActivationRoutes.Services(
        audiences: audiences, lineItems: LineItemService(store: store, clock: clock, identifiers: identifiers),
        campaigns: CampaignService(store: store, clock: clock, identifiers: identifiers),
        displayTargets: DisplayTargetService(store: store, clock: clock, identifiers: identifiers)))
  }

  /// The server: routes, and the job runner as a service beside them.
  ///
  /// - Parameter onServerRunning: Called once, with the port that the server listens on.
  package func application(
    host: String, port: Int, logger: Logger, onServerRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    Application(
      router: routes.router(),
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleTimeoutSeconds))),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "adyton"),
      services: [jobRunner, scheduleRunner, refreshRunner],
      onServerRunning: { channel in await onServerRunning(channel.localAddress?.port ?? port) },
      logger: logger)
  }

  /// Removes what interrupted deletions and requests have left. To be called when a server starts; where it fails, the next start tries
  /// again.
  package func finishInterruptedRemovals() async {
    do {
      try await dataSets.finishRemovals()
      try await userDeletions.removeLeftovers()
      try await audienceRecords.removeLeftovers()
      try await instanceAdministration.resumeRemovals()
    } catch {
      logger.warning("Leftovers were not removed.", metadata: ["error": "\(type(of: error))"])
    }
  }

  /// The operations as `METHOD /path`, in order.
  var answeredRoutes: [String] { routes.answered }

  static func serverKey(
    _ name: ServerKeyRecord.Name, _ dependencies: Dependencies
  ) async throws -> Data {
    let candidate = Data(dependencies.secrets.bytes(count: serverKeyByteCount))
    let now = dependencies.clock.now
    return try await dependencies.store.write { try $0.serverKey(name, orInsert: candidate, at: now) }
  }

  private static func jobRunner(_ dependencies: Dependencies, _ signals: RunnerSignals) -> JobRunner {
    let traffic = ReadWriteLock()
    let runningJobs = RunningJobs()
    return JobRunner(
      store: dependencies.store,
      handlers: [
        AudienceJobHandler(
          store: dependencies.store, queries: dependencies.queries, objects: dependencies.objects,
          identifiers: dependencies.identifiers, settings: dependencies.settings, logger: dependencies.logger),
        ExecutionJobHandler(
          store: dependencies.store, queries: dependencies.queries, objects: dependencies.objects,
          delivery: dependencies.delivery,
          differencing: DifferencingGuard(
            store: dependencies.store, queries: dependencies.queries, budget: dependencies.settings.disclosureBudget,
            clock: dependencies.clock),
          logger: dependencies.logger, sleep: dependencies.sleep),
        UploadJobHandler(
          store: dependencies.store, rows: dependencies.dataSetStorage, objects: dependencies.objects,
          fetcher: UploadFetcher(
            buckets: dependencies.buckets, account: dependencies.bucketAccount, settings: dependencies.settings),
          traffic: traffic, logger: dependencies.logger),
        AudienceRecordsJobHandler(
          store: dependencies.store, log: dependencies.audienceMembers, objects: dependencies.objects,
          traffic: traffic, clock: dependencies.clock, settings: dependencies.settings, logger: dependencies.logger),
        UserDeletionJobHandler(
          store: dependencies.store, rows: dependencies.dataSetStorage, objects: dependencies.objects, traffic: traffic),
        AudienceExportJobHandler(
          store: dependencies.store, export: dependencies.export, clock: dependencies.clock),
      ] + administrationHandlers(dependencies, runningJobs),
      clock: dependencies.clock, settings: dependencies.settings.queue, logger: dependencies.logger,
      isAlone: dependencies.isAlone, runningJobs: runningJobs, sleep: dependencies.sleep,
      observer: signals.observing(dependencies.observer))
  }

  private static func administrationHandlers(
    _ dependencies: Dependencies, _ runningJobs: RunningJobs
  ) -> [any JobHandler] {
    [
      InstanceCreationJobHandler(
        store: dependencies.store, signals: dependencies.syntheticSignals, clock: dependencies.clock),
      InstanceRemovalJobHandler(
        store: dependencies.store, objects: dependencies.objects, runningJobs: runningJobs),
      AdvertiserUpdateJobHandler(
        store: dependencies.store, objects: dependencies.objects, runningJobs: runningJobs, clock: dependencies.clock),
    ]
  }
}
