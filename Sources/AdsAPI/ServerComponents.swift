package import Activation
package import AdvertiserData
package import Audiences
package import Base
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

/// The settings of the API that operators may change.
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

  private var operations = AnsweredOperations.nothing
  private let retired: RetiredAPI
  private let logger: Logger

  /// The parts that a server is made of. All but the first three have a default.
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
    /// The cost of checking a password.
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

  /// Puts the services together; makes the server's keys when the store has none yet.
  package init(_ dependencies: Dependencies) async throws {
    let store = dependencies.store
    let clock = dependencies.clock
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

    retired = try RetiredAPI.load()
    operations = try await answeredOperations(dependencies)
  }

  /// The server: routes, and the job runner as a service beside them.
  ///
  /// - Parameter onServerRunning: Called once, with the port that the server listens on.
  package func application(
    host: String, port: Int, logger: Logger, onServerRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    Application(
      responder: operations.responder(retired: retired),
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleTimeoutSeconds))),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "adyton"),
      services: [jobRunner, scheduleRunner, refreshRunner],
      onServerRunning: { channel in await onServerRunning(channel.localAddress?.port ?? port) },
      logger: logger)
  }

  /// Removes what interrupted deletions and requests have left. To be called when a server starts; where it fails, the
  /// next start tries again.
  package func finishInterruptedRemovals() async {
    await finish("dataSets") { try await dataSets.finishRemovals() }
    await finish("userDeletions") { try await userDeletions.removeLeftovers() }
    await finish("audienceRecords") { try await audienceRecords.removeLeftovers() }
    await finish("instances") { try await instanceAdministration.resumeRemovals() }
  }

  /// Does one of the removals; a failure is logged, and keeps none of the others from being done.
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
