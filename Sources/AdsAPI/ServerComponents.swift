package import Activation
package import AdvertiserData
package import Audiences
package import Base
package import CleanRoom
import struct Foundation.Data
package import Hummingbird
import HummingbirdCore
package import Jobs
package import Logging
package import Login
package import Measurement
package import Metadata
import Migration
package import ObjectStorage
package import Queries
import ServiceLifecycle

/// The settings of the API that operators may change.
package struct APISettings: Sendable {
  /// The URL at which clients reach the server, such as `https://amc.example.com`; nil to use the one of each request.
  package var publicURL: String?
  /// Whether clients are limited to the rates of `endpoints.tsv`.
  package var limitsRates = true
  /// The region of the server; nil to use the one of each request's host name.
  package var region: Region?
  /// Whether requests are read exactly as the API is published, instead of as leniently as AMC reads them.
  package var isStrict = false
  /// The limits of connections.
  package var connections = ConnectionLimits()
  /// The limits of tries to sign in.
  package var signIn = SignInLimits()
  /// The origins whose pages may call the API from a browser; see `WebOrigin`.
  package var allowedOrigins: [String] = []
  /// The proxies whose word counts about the clients of requests.
  package var trustedProxies = TrustedProxies()
  /// The certificate for TLS; nil for plain HTTP.
  package var tls: TLSCertificate?
  /// The address for the operator's operations, which nobody else may reach; nil to have none of them.
  package var operatorAddress: (host: String, port: Int)?

  package init() {}
}

/// The services of a server around one store, shared by `serve`, the demo and tests.
package struct ServerComponents: Sendable {
  package let store: MetadataStore
  package let login: LoginService
  package let instances: InstanceService
  package let audiences: AudienceService
  package let workflows: WorkflowService
  package let executions: ExecutionService
  package let schedules: ScheduleService
  package let advertiserAudiences: AdvertiserAudienceService
  /// For operators; no route uses it.
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
  /// `application` runs it. Without it no job runs.
  package let jobRunner: JobRunner
  /// `application` runs it. Without it no schedule runs.
  package let scheduleRunner: ScheduleRunner
  /// `application` runs it. Without it no audience is refreshed.
  package let refreshRunner: RefreshRunner
  /// `application` runs it. Without it sandboxes fall behind the clock.
  package let sandboxRunner: SandboxRunner
  /// `application` runs it. Without it a rotated key is used from the next start on.
  package let keyRunner: PollingRunner<ServerKeys>
  /// `application` runs it. Without it the metrics say nothing about objects.
  package let censusRunner: PollingRunner<StorageCensus>
  /// Tells whether the server can do its work.
  let readiness: Readiness
  /// Counts what happens.
  let metrics = ServerMetrics()

  private var operations = AnsweredOperations.nothing
  private let retired: RetiredAPI
  private let apiSettings: APISettings
  private let logger: Logger

  /// The parts of a server. All but the first three have a default.
  package struct Dependencies: Sendable {
    package var store: MetadataStore
    package var queries: any QueryService
    package var objects: any ObjectStorage
    package var delivery: any ResultDelivery = NoDelivery()
    /// The storage of data sets' rows.
    package var dataSetStorage: any DataSetStorage = NoDataSetStorage()
    /// The storage of the members that clients send.
    package var audienceMembers: any AudienceMemberLog = NoAudienceMemberLog()
    /// The buckets that uploads are read from; nil for a server that reads from none.
    package var buckets: (any CustomerBuckets)?
    /// The account that reads from buckets; nil if unknown, so no bucket can grant it anything.
    package var bucketAccount: DeliveryAccount?
    /// The export of members to destinations. Without one, nothing can be exported.
    package var export: any AudienceExport = NoAudienceExport()
    /// The source of new sandboxes' signals; nil for a server that makes none.
    package var syntheticSignals: (any SyntheticSignals)?
    package var clock: any WallClock = SystemClock()
    /// The same clock, if clients may move it; nil otherwise.
    package var movableClock: MovableClock?
    /// The behaviour of AMC that the server imitates, for tests of integrations; nil for none.
    package var simulation: SimulationService?
    package var identifiers: any IdentifierGenerator = RandomIdentifierGenerator()
    package var secrets: any SecretGenerator = SystemSecretGenerator()
    /// The cost of checking a password.
    package var passwordCost = PasswordHasher.Cost.usual
    package var settings = CleanRoomSettings()
    package var apiSettings = APISettings()
    /// The parts that metrics are read from besides.
    package var monitoring = MonitoringSources()
    package var logger = Logger(label: "adyton")
    package var sleep: JobRunner.Sleep = { try await Task.sleep(for: $0) }
    package var observer: @Sendable (JobEvent) -> Void = { _ in }

    package init(store: MetadataStore, queries: any QueryService, objects: any ObjectStorage) {
      self.store = store
      self.queries = queries
      self.objects = objects
    }
  }

  /// Builds the services, and makes the server's keys if the store has none yet.
  package init(_ dependencies: Dependencies) async throws {
    let store = dependencies.store
    let clock = dependencies.clock
    let signals = RunnerSignals()
    let ledger = PrivacyLedger(settings: dependencies.settings.noise, secrets: dependencies.secrets)
    let charges = NoiseCharges(store: store, ledger: ledger, clock: clock)
    let members = NoisyMemberLog(dependencies.audienceMembers, store: store, ledger: ledger, clock: clock)
    let runner = Self.jobRunner(dependencies, signals, charges, metrics)

    self.store = store
    apiSettings = dependencies.apiSettings
    logger = dependencies.logger
    login = LoginService(store: store, secrets: dependencies.secrets)
    instances = InstanceService(store: store)
    audiences = AudienceService(
      store: store, clock: clock, identifiers: dependencies.identifiers, settings: dependencies.settings,
      wakeRunner: { runner.wake() })
    workflows = WorkflowService(store: store, queries: dependencies.queries, clock: clock)
    executions = ExecutionService(
      store: store, queries: dependencies.queries, objects: dependencies.objects, clock: clock,
      identifiers: dependencies.identifiers, ledger: ledger, wakeRunner: { runner.wake() },
      stopJob: { runner.stop(kind: .execution, subjectID: $0) })
    schedules = ScheduleService(store: store, clock: clock)
    scheduleRunner = ScheduleRunner(
      DueSchedules(
        store: store, clock: clock, identifiers: dependencies.identifiers,
        charges: ExecutionCharges(queries: dependencies.queries, charges: charges)),
      every: dependencies.settings.scheduleCheckInterval, logger: dependencies.logger, sleep: dependencies.sleep,
      wakeSignal: signals.schedules, wakeRunner: { runner.wake() })
    refreshRunner = RefreshRunner(
      DueRefreshes(store: store, clock: clock, limit: dependencies.settings.maximumRefreshesPerInstance),
      every: dependencies.settings.refreshCheckInterval, logger: dependencies.logger, sleep: dependencies.sleep,
      wakeSignal: signals.refreshes, wakeRunner: { runner.wake() })
    sandboxRunner = SandboxRunner(
      DueSandboxes(store: store, signals: dependencies.syntheticSignals, clock: clock),
      every: dependencies.settings.sandboxCheckInterval, logger: dependencies.logger, sleep: dependencies.sleep,
      wakeRunner: { runner.wake() })
    advertiserAudiences = AdvertiserAudienceService(
      store: store, members: members, clock: clock,
      minimumAudienceSize: dependencies.settings.minimumAudienceSize,
      countRounding: dependencies.settings.audienceCountRounding)
    destinations = DestinationService(
      store: store, clock: clock, identifiers: dependencies.identifiers, wakeRunner: { runner.wake() })
    terms = TermsService(store: store, clock: clock)
    connections = ConnectionService(store: store, clock: clock, identifiers: dependencies.identifiers)
    streamedAudiences = StreamedAudienceService(
      store: store, clock: clock, identifiers: dependencies.identifiers, members: members,
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

    keyRunner = PollingRunner(
      try await ServerKeys(store: store, secrets: dependencies.secrets, clock: clock),
      every: dependencies.settings.queue.checkInterval, logger: dependencies.logger, sleep: dependencies.sleep,
      wakeRunner: {})
    censusRunner = PollingRunner(
      StorageCensus(objects: dependencies.objects), every: StorageCensus.interval, logger: dependencies.logger,
      sleep: dependencies.sleep, wakeRunner: {})
    readiness = Readiness(dependencies)
    retired = try RetiredAPI.load()
    operations = try await answeredOperations(dependencies)
  }

  /// The server: routes, with the job runner as a service beside them.
  ///
  /// - Parameters:
  ///   - onServerRunning: Called once, with the port that the server listens on.
  ///   - onOperatorRunning: The same for the operator's address.
  package func application(
    host: String, port: Int, logger: Logger,
    onServerRunning: @escaping @Sendable (Int) async -> Void = { _ in },
    onOperatorRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    let limits = apiSettings.connections
    let counter = ConnectionCounter(limit: limits.connectionsPerAddress, proxies: apiSettings.trustedProxies)
    return Application(
      responder: operations.responder(retired: retired, settings: apiSettings, metrics: metrics),
      server: .connections(limits, counter: counter, tls: apiSettings.tls),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: "adyton",
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
      services: [jobRunner, scheduleRunner, refreshRunner, sandboxRunner, keyRunner, censusRunner]
        + operatorServices(logger: logger, onOperatorRunning),
      onServerRunning: { channel in await onServerRunning(channel.localAddress?.port ?? port) },
      logger: logger)
  }

  /// The server at the operator's address, if it is set.
  private func operatorServices(
    logger: Logger, _ onRunning: @escaping @Sendable (Int) async -> Void
  ) -> [any Service] {
    guard let (host, port) = apiSettings.operatorAddress else { return [] }
    return [
      Application(
        responder: operations.operatorResponder(),
        server: .http1(configuration: .init(idleTimeout: .seconds(Int64(apiSettings.connections.idleSeconds)))),
        configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "adyton"),
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) }, logger: logger)
    ]
  }

  /// Removes the remains of interrupted deletions and requests when a server starts. If it fails, the next start tries
  /// again.
  package func finishInterruptedRemovals() async {
    await finish("dataSets") { try await dataSets.finishRemovals() }
    await finish("userDeletions") { try await userDeletions.removeLeftovers() }
    await finish("audienceRecords") { try await audienceRecords.removeLeftovers() }
    await finish("instances") { try await instanceAdministration.resumeRemovals() }
  }

  /// Does one of the removals. A failure is logged, and does not prevent the others.
  private func finish(_ subject: String, _ removal: () async throws -> Void) async {
    do {
      try await removal()
    } catch {
      logger.warning(
        "Leftovers were not removed.",
        metadata: ["subject": "\(subject)", "error": "\(error.logDescription)"])
    }
  }

  /// The operations as `METHOD /path`, in order.
  var answeredRoutes: [String] { operations.names }
}
